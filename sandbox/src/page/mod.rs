//! A page on which a person uses the bot as in Discord.
//!
//! The page is plain HTML, CSS and JavaScript modules compiled into the
//! program. It draws what the stand-in holds and does what people do in
//! Discord; it has no state of its own but the [`panel`]: the tasks made on it
//! and what was done with its switches.
//!
//! One stream of server-sent events ([`feed`]) tells it everything, beginning
//! with the whole state; two routes take what is done on it ([`acts`] in the
//! chat, [`switches`] on the side panel). Both take JSON bodies only, which a
//! foreign web page cannot send here without being asked first (CORS), and
//! nothing here answers that question. What is asked for by a name that may be a
//! stranger's is not answered at all ([`own`]).

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

/// Whom one can act as, and who of them moderates.
const CAST: [(&str, bool); 3] = [("ada", false), ("ben", false), ("cleo", true)];
/// Most bytes of a request: a command's options fit many times.
const BODY_LIMIT: usize = 64 * 1024;

/// What the page wants of whoever runs the bot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ForBot {
    /// To end the bot without a warning, and to start it anew.
    Restart,
    /// To order a watch of `task` in `channel` from the bot over HTTP, as a script does; its
    /// end mentions `person`.
    Order {
        /// The task's id.
        task: String,
        /// Where the message is to be.
        channel: Id,
        /// Whom to mention.
        person: Id,
    },
}

/// The page's server, running until this is dropped.
#[derive(Debug)]
pub struct Page {
    url: String,
    _stop: DropGuard,
}

impl Page {
    /// Serves the page on `addr` (port 0: any free one). Whoever runs the bot does what
    /// comes from the other end of `bot`.
    ///
    /// # Errors
    /// If the address cannot be listened on.
    pub async fn start(
        sandbox: Arc<Sandbox>,
        addr: SocketAddr,
        bot: mpsc::UnboundedSender<ForBot>,
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
            // Whoever starts the page in the bot's place asks whether it is well.
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

    /// The page's origin.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}

/// What every route of the page shares.
#[derive(Debug)]
struct Shared {
    sandbox: Arc<Sandbox>,
    panel: watch::Sender<Panel>,
    bot: mpsc::UnboundedSender<ForBot>,
    stop: CancellationToken,
}

/// Brings the cast, its rights and its direct messages into being.
fn people(sandbox: &Sandbox) -> Vec<Role> {
    let role = |(name, moderator)| {
        let person = sandbox.person(name);
        // Opened, so that it is there to be looked at.
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

/// Adds what keeps the page to itself: nothing is loaded from or sent to any
/// other place, and nobody frames it.
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
