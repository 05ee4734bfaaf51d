//! A running sandbox, and its state as seen from outside.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::broadcast;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::core::Core;
use crate::discord::model::message::{Attachment, Message};
use crate::discord::model::permissions;
use crate::discord::model::render;
use crate::discord::model::things::{
    APPLICATION, BOT, Channel, FOREIGN_GUILD, GUILD, NEWS_ROLE, Person, STAFF_ROLE, TOKEN,
};
use crate::discord::wire::rest;
use crate::ids::{Id, now_ms};
use crate::listener::{CuttableListener, Line};
use crate::log::{Event, RequestRecord};
use crate::options::Options;
use crate::video::{self, Video};
use crate::view::View;

/// The reason why a sandbox could not start.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {addr}: {source}")]
pub struct StartError {
    /// The address that cannot be listened on.
    pub addr: SocketAddr,
    source: io::Error,
}

/// Both stand-ins, which run until this is dropped.
#[derive(Debug)]
pub struct Sandbox {
    pub(crate) core: Arc<Core>,
    _stop: DropGuard,
}

impl Sandbox {
    /// Starts both stand-ins.
    ///
    /// # Errors
    /// Fails if one of the addresses cannot be listened on.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let (discord, discord_url) = listen(options.discord_addr).await?;
        let (video, video_url) = listen(options.video_addr).await?;
        let core = Arc::new(Core::new(options, discord_url, video_url));
        serve(discord, rest::router(Arc::clone(&core)), &core.stop);
        serve(video, video::routes::router(Arc::clone(&core)), &core.stop);
        let stop = core.stop.clone().drop_guard();
        Ok(Self { core, _stop: stop })
    }

    /// Returns Discord's origin, which has `/api/v10` and the gateway.
    #[must_use]
    pub fn discord_url(&self) -> &str {
        &self.core.discord_url
    }

    /// Returns the video service's origin.
    #[must_use]
    pub fn video_url(&self) -> &str {
        &self.core.video_url
    }

    /// Returns the bot token that is accepted.
    #[must_use]
    pub fn token(&self) -> &'static str {
        TOKEN
    }

    /// Returns the id of the bot's application.
    #[must_use]
    pub fn application_id(&self) -> Id {
        APPLICATION
    }

    /// Returns the id of the bot's user, which differs from the application's as for old bots.
    #[must_use]
    pub fn bot_id(&self) -> Id {
        BOT
    }

    /// Returns the guild's id.
    #[must_use]
    pub fn guild(&self) -> Id {
        GUILD
    }

    /// Returns a role of the guild that anybody may mention.
    #[must_use]
    pub fn news_role(&self) -> Id {
        NEWS_ROLE
    }

    /// Returns a role that only those with Mention Everyone may mention.
    #[must_use]
    pub fn staff_role(&self) -> Id {
        STAFF_ROLE
    }

    /// Returns the controls of the video service.
    #[must_use]
    pub fn video(&self) -> Video<'_> {
        Video { core: &self.core }
    }

    /// Returns the person of this name, who is created if unknown.
    #[must_use]
    pub fn person(&self, name: &str) -> Person {
        self.core.update(|state| state.world.person(name))
    }

    /// Returns the guild's text channel `general`.
    #[must_use]
    pub fn channel(&self) -> Channel {
        self.channel_named("general")
    }

    /// Returns the guild's channel of this name (`general`, `videos`, `thread`). An unknown name
    /// creates a text channel.
    #[must_use]
    pub fn channel_named(&self, name: &str) -> Channel {
        self.core.update(|state| {
            let world = &mut state.world;
            if let Some(channel) = world.channel_named(name) {
                return channel.clone();
            }
            let id = world.add_channel(name, 0, Some(GUILD), None, permissions::ORDINARY);
            world.channels[&id].clone()
        })
    }

    /// Returns a thread of `general`.
    #[must_use]
    pub fn thread(&self) -> Channel {
        self.channel_named("thread")
    }

    /// Returns the direct message channel between the bot and a person.
    #[must_use]
    pub fn dm(&self, person: &Person) -> Channel {
        self.core.update(|state| {
            let id = state.world.direct(person.id);
            state.world.channels[&id].clone()
        })
    }

    /// Creates a group channel without the bot, where only people who installed it for
    /// themselves can use it.
    #[must_use]
    pub fn private_channel(&self, members: &[&Person]) -> Channel {
        self.core.update(|state| {
            let id = state.world.add_channel("friends", 3, None, None, 0);
            if let Some(channel) = state.world.channels.get_mut(&id) {
                channel.members = members.iter().map(|person| person.id).collect();
            }
            state.world.channels[&id].clone()
        })
    }

    /// Creates a channel of a guild without the bot, where only people who installed it for
    /// themselves can use it.
    #[must_use]
    pub fn foreign_channel(&self) -> Channel {
        self.core.update(|state| {
            let id = state
                .world
                .add_channel("elsewhere", 0, Some(FOREIGN_GUILD), None, 0);
            state.world.channels[&id].clone()
        })
    }

    /// Returns the messages of a channel, oldest first, with the deleted ones.
    #[must_use]
    pub fn messages(&self, channel: &Channel) -> Vec<Message> {
        self.core
            .read(|state| state.world.messages_in(channel.id).cloned().collect())
    }

    /// Returns the present state of a message.
    #[must_use]
    pub fn message(&self, message: &Message) -> Option<Message> {
        self.core
            .read(|state| state.world.messages.get(&message.id).cloned())
    }

    /// Returns the bytes of an uploaded file, if they are still kept.
    #[must_use]
    pub fn file(&self, attachment: &Attachment) -> Option<Vec<u8>> {
        self.core
            .read(|state| state.world.files.get(attachment.id))
            .map(|(_, bytes)| bytes.to_vec())
    }

    /// Returns the registered commands, both global and the guild's.
    #[must_use]
    pub fn commands(&self) -> Vec<Value> {
        self.core
            .read(|state| state.world.commands.values().flatten().cloned().collect())
    }

    /// Returns how often a list of commands was registered.
    #[must_use]
    pub fn command_puts(&self) -> u32 {
        self.core.read(|state| state.world.command_puts)
    }

    /// Returns the kept requests, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<RequestRecord> {
        self.core
            .read(|state| state.log.records().cloned().collect())
    }

    /// Subscribes to the events from now on. A slow subscriber misses some.
    #[must_use]
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.core.read(|state| state.log.follow())
    }

    /// Returns the result of `look` for the present state, without waiting.
    #[must_use]
    pub fn look<T>(&self, look: impl FnOnce(&View<'_>) -> T) -> T {
        self.core.read(|state| look(&View(state)))
    }

    /// Waits until `look` returns a value; it is called again at every change.
    ///
    /// # Panics
    /// Panics with a dump of the state if it returns none in time ([`Options::patience`]).
    #[expect(clippy::panic, reason = "a test that waits in vain has failed")]
    pub async fn until<T>(&self, mut look: impl FnMut(&View<'_>) -> Option<T>) -> T {
        let Some(found) = self.core.wait(|state| look(&View(state))).await else {
            panic!(
                "not seen within {:?}; there is:\n{}",
                self.core.options.patience,
                self.dump()
            );
        };
        found
    }

    /// Returns the state in a few lines for people: sessions, the last message, the last
    /// requests.
    #[must_use]
    pub fn dump(&self) -> String {
        self.core.read(|state| {
            let sessions = state.gateway.sessions.connected();
            let messages = state.world.messages.values();
            let mut text = format!(
                "{sessions} gateway session(s), {} message(s)",
                messages.len()
            );
            if let Some(last) = state.world.messages.values().next_back() {
                let body = render::message(&state.world, last);
                let title = &body["embeds"][0]["title"];
                let (content, versions) = (&body["content"], last.versions.len());
                text += &format!(
                    "\nthe last: {content} {title}, {versions} version(s), deleted: {}",
                    last.deleted
                );
            }
            let requests: Vec<_> = state.log.records().collect();
            for record in requests.iter().rev().take(3).rev() {
                let (status, ago) = (record.status, now_ms().saturating_sub(record.at));
                let (method, path) = (&record.method, &record.path);
                text += &format!("\n{method} {path:.120} -> {status:?}, {ago} ms ago");
            }
            text
        })
    }
}

/// Listens on an address and returns the origin's URL too.
pub(crate) async fn listen(addr: SocketAddr) -> Result<(CuttableListener, String), StartError> {
    let failed = |source| StartError { addr, source };
    let listener = CuttableListener(TcpListener::bind(addr).await.map_err(failed)?);
    let url = format!("http://{}", listener.addr().map_err(failed)?);
    Ok((listener, url))
}

/// Serves requests until `stop` is cancelled.
pub(crate) fn serve(listener: CuttableListener, router: Router, stop: &CancellationToken) {
    let service = router.into_make_service_with_connect_info::<Line>();
    let server =
        axum::serve(listener, service).with_graceful_shutdown(stop.clone().cancelled_owned());
    tokio::spawn(async move {
        if let Err(error) = server.await {
            tracing::error!(%error, "sandbox.server_ended");
        }
    });
}
