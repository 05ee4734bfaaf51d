//! A running sandbox, and what can be seen and set from outside.

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

/// Why a sandbox could not start.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {addr}: {source}")]
pub struct StartError {
    /// The address asked for.
    pub addr: SocketAddr,
    source: io::Error,
}

/// Both stand-ins, running until this is dropped.
#[derive(Debug)]
pub struct Sandbox {
    pub(crate) core: Arc<Core>,
    _stop: DropGuard,
}

impl Sandbox {
    /// Starts both stand-ins.
    ///
    /// # Errors
    /// If one of the addresses cannot be listened on.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let (discord, discord_url) = listen(options.discord_addr).await?;
        let (video, video_url) = listen(options.video_addr).await?;
        let core = Arc::new(Core::new(options, discord_url, video_url));
        serve(discord, rest::router(Arc::clone(&core)), &core.stop);
        serve(video, video::routes::router(Arc::clone(&core)), &core.stop);
        let stop = core.stop.clone().drop_guard();
        Ok(Self { core, _stop: stop })
    }

    /// Discord's origin; `/api/v10` and the gateway are under it.
    #[must_use]
    pub fn discord_url(&self) -> &str {
        &self.core.discord_url
    }

    /// The video service's origin.
    #[must_use]
    pub fn video_url(&self) -> &str {
        &self.core.video_url
    }

    /// The bot token that is accepted.
    #[must_use]
    pub fn token(&self) -> &'static str {
        TOKEN
    }

    /// The id of the bot's application.
    #[must_use]
    pub fn application_id(&self) -> Id {
        APPLICATION
    }

    /// The id of the bot's user, which is another: so it is where a bot is old.
    #[must_use]
    pub fn bot_id(&self) -> Id {
        BOT
    }

    /// The guild's id.
    #[must_use]
    pub fn guild(&self) -> Id {
        GUILD
    }

    /// A role of the guild that anybody may mention.
    #[must_use]
    pub fn news_role(&self) -> Id {
        NEWS_ROLE
    }

    /// A role that only who may mention everyone may mention.
    #[must_use]
    pub fn staff_role(&self) -> Id {
        STAFF_ROLE
    }

    /// The controls of the video service.
    #[must_use]
    pub fn video(&self) -> Video<'_> {
        Video { core: &self.core }
    }

    /// The person of this name, who comes to be if unknown.
    #[must_use]
    pub fn person(&self, name: &str) -> Person {
        self.core.update(|state| state.world.person(name))
    }

    /// The guild's text channel `general`.
    #[must_use]
    pub fn channel(&self) -> Channel {
        self.channel_named("general")
    }

    /// The guild channel of this name (`general`, `videos`, `thread`), which
    /// comes to be as a text channel if unknown.
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

    /// A thread of `general`.
    #[must_use]
    pub fn thread(&self) -> Channel {
        self.channel_named("thread")
    }

    /// The direct messages between the bot and a person.
    #[must_use]
    pub fn dm(&self, person: &Person) -> Channel {
        self.core.update(|state| {
            let id = state.world.direct(person.id);
            state.world.channels[&id].clone()
        })
    }

    /// A group of people without the bot, where only who installed it for
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

    /// A channel of a guild that the bot was not invited to, where only who
    /// installed it for themselves can use it.
    #[must_use]
    pub fn foreign_channel(&self) -> Channel {
        self.core.update(|state| {
            let id = state
                .world
                .add_channel("elsewhere", 0, Some(FOREIGN_GUILD), None, 0);
            state.world.channels[&id].clone()
        })
    }

    /// The messages of a channel, oldest first, deleted ones too.
    #[must_use]
    pub fn messages(&self, channel: &Channel) -> Vec<Message> {
        self.core
            .read(|state| state.world.messages_in(channel.id).cloned().collect())
    }

    /// A message as it is now.
    #[must_use]
    pub fn message(&self, message: &Message) -> Option<Message> {
        self.core
            .read(|state| state.world.messages.get(&message.id).cloned())
    }

    /// The bytes of an uploaded file, if they are still kept.
    #[must_use]
    pub fn file(&self, attachment: &Attachment) -> Option<Vec<u8>> {
        self.core
            .read(|state| state.world.files.get(attachment.id))
            .map(|(_, bytes)| bytes.to_vec())
    }

    /// The registered commands, global ones and the guild's.
    #[must_use]
    pub fn commands(&self) -> Vec<Value> {
        self.core
            .read(|state| state.world.commands.values().flatten().cloned().collect())
    }

    /// How often a whole list of commands was registered.
    #[must_use]
    pub fn command_puts(&self) -> u32 {
        self.core.read(|state| state.world.command_puts)
    }

    /// The kept requests, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<RequestRecord> {
        self.core
            .read(|state| state.log.records().cloned().collect())
    }

    /// Follows what happens from now on. Who follows too slowly misses some.
    #[must_use]
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.core.read(|state| state.log.follow())
    }

    /// What `look` makes of the present state, without waiting.
    #[must_use]
    pub fn look<T>(&self, look: impl FnOnce(&View<'_>) -> T) -> T {
        self.core.read(|state| look(&View(state)))
    }

    /// Waits until `look` finds something; looks again at every change.
    ///
    /// # Panics
    /// If it finds nothing in time ([`Options::patience`]), with what there is.
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

    /// What there is, for people, in a few lines: sessions, the last message, the last
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

/// Listens, and tells the origin's URL.
pub(crate) async fn listen(addr: SocketAddr) -> Result<(CuttableListener, String), StartError> {
    let failed = |source| StartError { addr, source };
    let listener = CuttableListener(TcpListener::bind(addr).await.map_err(failed)?);
    let url = format!("http://{}", listener.addr().map_err(failed)?);
    Ok((listener, url))
}

/// Serves until `stop`.
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
