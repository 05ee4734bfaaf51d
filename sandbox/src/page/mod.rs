//! A page on which a person uses the bot as in Discord.
//!
//! The page is plain HTML, CSS and JavaScript modules compiled into the program. It draws the
//! stand-in's state and performs what people do in Discord. Its only state of its own is the
//! [`panel`]: the tasks made on it and the use of its switches.
//!
//! One stream of server-sent events ([`feed`]) carries everything to the page, beginning with
//! the whole state. Two routes take actions: [`acts`] for the chat, and [`switches`] for the
//! side panel. Both take JSON bodies only, which a foreign web page cannot send here without a
//! CORS preflight, and no preflight is answered. Requests by any name but `localhost` are
//! refused ([`own`]).

mod acts;
mod assets;
mod feed;
mod own;
mod panel;
mod scenes;
mod switches;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{from_fn, map_response};
use axum::response::Response;
use axum::routing::{get, post};
use tokio::sync::{mpsc, watch};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::discord::model::permissions::{MANAGE_GUILD, MANAGE_MESSAGES, ORDINARY};
use crate::discord::wire::rest::cdn;
use crate::ids::Id;
use crate::page::panel::{Panel, Role};
use crate::sandbox::{Sandbox, StartError, listen, serve};
use crate::video::routes;

/// The people to act as, and which of them moderate.
const CAST: [(&str, bool); 3] = [("ada", false), ("ben", false), ("cleo", true)];
/// The largest request, in bytes, which is many times a command's options.
const BODY_LIMIT: usize = 64 * 1024;

/// A wish of the page that concerns the bot's process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BotControl {
    /// A restart: the bot is killed without a warning and started again.
    Restart,
    /// A watch of `task` in `channel`, which is ordered from the bot over HTTP as a script does.
    /// Its end mentions `person`.
    Order {
        /// The task's id.
        task: String,
        /// The channel of the message.
        channel: Id,
        /// The person to mention.
        person: Id,
    },
}

/// The page's server, which runs until this is dropped.
#[derive(Debug)]
pub struct Page {
    url: String,
    _stop: DropGuard,
}

impl Page {
    /// Serves the page on `addr` (port 0: any free one). The receiver of `bot` belongs to the
    /// program that runs the bot, which fulfils the wishes.
    ///
    /// # Errors
    /// Fails if the address cannot be listened on.
    pub async fn start(
        sandbox: Arc<Sandbox>,
        addr: SocketAddr,
        bot: mpsc::UnboundedSender<BotControl>,
    ) -> Result<Self, StartError> {
        let (listener, url) = listen(addr).await?;
        let people = people(&sandbox);
        scenes::put_media(&sandbox.video());
        let stop = CancellationToken::new();
        let files = Router::new()
            .route("/attachments/{channel}/{id}/{filename}", get(cdn::file))
            .route("/media/{*path}", get(routes::media))
            .with_state(Arc::clone(&sandbox.core));
        let shared = Arc::new(Shared {
            sandbox,
            panel: watch::Sender::new(Panel::new(people)),
            bot,
            stop: stop.clone(),
        });
        let router = Router::new()
            .route("/api/feed", get(feed::feed))
            .route("/api/act", post(acts::act))
            .route("/api/control", post(switches::control))
            .layer(DefaultBodyLimit::max(BODY_LIMIT))
            .with_state(shared)
            .merge(files)
            // A container's health check asks this, as it does of the bot.
            .route("/healthz", get(async || "ok"))
            .fallback(assets::asset)
            .layer(from_fn(own::only))
            .layer(map_response(guarded));
        serve(listener, router, &stop);
        Ok(Self {
            url,
            _stop: stop.drop_guard(),
        })
    }

    /// Returns the page's origin.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}

/// The part that every route of the page shares.
#[derive(Debug)]
struct Shared {
    sandbox: Arc<Sandbox>,
    panel: watch::Sender<Panel>,
    bot: mpsc::UnboundedSender<BotControl>,
    stop: CancellationToken,
}

/// Creates the cast, with its permissions and its direct message channels.
fn people(sandbox: &Sandbox) -> Vec<Role> {
    let role = |(name, moderator)| {
        let person = sandbox.person(name);
        // Opened now, so that the page can show it.
        let _ = sandbox.dm(&person);
        if moderator {
            for channel in ["general", "videos", "thread"].map(|name| sandbox.channel_named(name)) {
                let bits = ORDINARY | MANAGE_MESSAGES | MANAGE_GUILD;
                sandbox.person_permissions(&person, &channel, bits);
            }
        }
        Role {
            id: person.id,
            moderator,
        }
    };
    CAST.map(role).to_vec()
}

/// Adds the headers that isolate the page: it loads from and sends to no other origin, and no
/// other page may frame it.
async fn guarded(mut response: Response) -> Response {
    const HEADERS: [(HeaderName, &str); 4] = [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
             media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; \
             frame-ancestors 'none'",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in HEADERS {
        let value = HeaderValue::from_static(value);
        response.headers_mut().insert(name, value);
    }
    response
}
