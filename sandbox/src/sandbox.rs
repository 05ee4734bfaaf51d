//! A running sandbox, and what can be seen and set from outside.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::broadcast;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::core::{Core, State};
use crate::discord::gateway::Cut;
use crate::discord::message::{Attachment, Message, Route};
use crate::discord::permissions;
use crate::discord::world::{APPLICATION, Callback, Channel, FOREIGN_GUILD, GUILD, Person, TOKEN};
use crate::discord::{render, rest};
use crate::faults::{Fault, Hold, Point};
use crate::ids::{Id, now_ms};
use crate::listener::{CuttableListener, Line};
use crate::log::{Event, RequestRecord};
use crate::options::Options;
use crate::video::{self, Video};

/// Both stand-ins, running until this is dropped.
#[derive(Debug)]
pub struct Sandbox {
    pub(crate) core: Arc<Core>,
    _stop: DropGuard,
}

/// The state as [`Sandbox::until`] shows it.
#[derive(Debug)]
pub struct View<'a>(&'a State);

impl<'a> View<'a> {
    /// The messages of a channel, oldest first, deleted ones too.
    pub fn messages(
        &self,
        channel: &Channel,
    ) -> impl DoubleEndedIterator<Item = &'a Message> + use<'a> {
        self.0.world.messages_in(channel.id)
    }

    /// The message that an interaction's `@original` means.
    #[must_use]
    pub fn original(&self, interaction: Id) -> Option<&'a Message> {
        self.0.world.original(interaction)
    }

    /// The bot's first response to an interaction, if it came.
    #[must_use]
    pub fn callback(&self, interaction: Id) -> Option<&'a Callback> {
        self.0
            .world
            .interactions
            .get(&interaction)?
            .callback
            .as_ref()
    }

    /// The kept requests, oldest first.
    pub fn requests(&self) -> impl Iterator<Item = &'a RequestRecord> + use<'a> {
        self.0.log.records()
    }

    /// How many queries for a task there were.
    #[must_use]
    pub fn polls(&self, id: &str) -> usize {
        self.0.tasks.polls(id).count()
    }

    /// Connected gateway sessions.
    #[must_use]
    pub fn sessions(&self) -> usize {
        self.0.gateway.sessions.connected()
    }

    /// Whether a command is registered under this name.
    #[must_use]
    pub fn knows_command(&self, name: &str) -> bool {
        self.0
            .world
            .commands
            .values()
            .flatten()
            .any(|command| command["name"] == name)
    }
}

impl Sandbox {
    /// Starts both stand-ins.
    ///
    /// # Errors
    /// If one of the addresses cannot be listened on.
    pub async fn start(options: Options) -> io::Result<Self> {
        let discord = CuttableListener(TcpListener::bind(options.discord_addr).await?);
        let video = CuttableListener(TcpListener::bind(options.video_addr).await?);
        let url = |listener: &CuttableListener| {
            Ok::<_, io::Error>(format!("http://{}", listener.addr()?))
        };
        let core = Arc::new(Core::new(options, url(&discord)?, url(&video)?));
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

    /// The id of the bot's application and user.
    #[must_use]
    pub fn application_id(&self) -> Id {
        APPLICATION
    }

    /// The guild's id.
    #[must_use]
    pub fn guild(&self) -> Id {
        GUILD
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

    /// Changes the language of a person's client.
    pub fn locale(&self, person: &Person, locale: &str) {
        self.change_person(person, |person| locale.clone_into(&mut person.locale));
    }

    /// Whether a person refuses direct messages.
    pub fn close_dms(&self, person: &Person, closed: bool) {
        self.change_person(person, |person| person.dms_closed = closed);
    }

    fn change_person(&self, person: &Person, change: impl FnOnce(&mut Person)) {
        self.core.update(|state| {
            state
                .world
                .people
                .iter_mut()
                .find(|known| known.id == person.id)
                .map(change)
        });
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

    /// Changes a channel: what the bot and people may do, archived, locked,
    /// deleted.
    pub fn change_channel(&self, channel: &Channel, change: impl FnOnce(&mut Channel)) {
        self.core
            .update(|state| state.world.channels.get_mut(&channel.id).map(change));
    }

    /// Sets what the bot may do in a channel ([`crate::permissions`]).
    pub fn permissions(&self, channel: &Channel, bits: u64) {
        self.change_channel(channel, |channel| channel.bot_permissions = bits);
    }

    /// Sets what one person may do in a channel.
    pub fn person_permissions(&self, person: &Person, channel: &Channel, bits: u64) {
        self.change_channel(channel, |channel| {
            channel.person_permissions.insert(person.id, bits);
        });
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

    /// A person writes something.
    #[must_use]
    pub fn say(&self, person: &Person, channel: &Channel, content: &str) -> Message {
        self.core.update(|state| {
            let id = state.world.ids.next();
            let mut message = Message::new(id, channel.id, person.id);
            content.clone_into(&mut message.content);
            let message = state.world.keep(message, Route::Person);
            state.tell_message(&message);
            message
        })
    }

    /// A person deletes a message.
    pub fn delete_message(&self, message: &Message) {
        // An error means that it was deleted already.
        let _ = self
            .core
            .update(|state| state.delete(message.channel, message.id));
    }

    /// Ends the life of every interaction token there is.
    pub fn expire_tokens(&self) {
        self.core.update(|state| {
            state
                .world
                .interactions
                .values_mut()
                .for_each(|pending| pending.expired = true)
        });
    }

    /// Sets how long interaction tokens live, counted from the interaction.
    pub fn token_life(&self, life: Duration) {
        self.core.update(|state| state.world.token_life = life);
    }

    /// Refuses messages that contain `word` with this error code (200000
    /// `AutoMod`, 240000 links).
    pub fn block_word(&self, word: &str, code: u32) {
        self.core
            .update(|state| state.world.blocked.push((word.to_owned(), code)));
    }

    /// Sets from what age on edits by channel routes are limited to three in
    /// six seconds a channel (30046).
    pub fn limit_edits_older_than(&self, age: Duration) {
        self.core
            .update(|state| state.world.old_edits.older_than = age);
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

    /// Sets a failure in store.
    pub fn fault(&self, fault: Fault) {
        self.core.update(|state| state.faults.add(fault));
    }

    /// Takes back every fault that is still in store.
    pub fn heal(&self) {
        self.core.update(|state| state.faults.heal());
    }

    /// Freezes the next request of a route (named as in [`Fault::on`]).
    #[must_use]
    pub fn hold(&self, route: &str, point: Point) -> Hold {
        let patience = self.core.options.patience;
        self.core
            .update(|state| state.faults.hold(route, point, patience))
    }

    /// Ends every gateway connection.
    pub fn cut_gateway(&self, cut: Cut) {
        self.core.update(|state| {
            let sessions = &mut state.gateway.sessions;
            sessions.cut(if let Cut::Code(code) = cut {
                Some(code)
            } else {
                None
            });
            if cut == Cut::Forget {
                sessions.forget();
            }
            state.tell_gateway();
        });
    }

    /// Whether the gateway takes no connections (503 on its routes).
    pub fn refuse_gateway(&self, refused: bool) {
        self.core.update(|state| state.gateway.refused = refused);
    }

    /// Whether the gateway leaves heartbeats unanswered.
    pub fn mute_gateway(&self, mute: bool) {
        self.core.update(|state| state.gateway.mute = mute);
    }

    /// Sets the shards that `/gateway/bot` recommends.
    pub fn recommend_shards(&self, shards: u64) {
        self.core.update(|state| state.gateway.shards = shards);
    }

    /// Waits until `look` finds something; looks again at every change.
    ///
    /// # Panics
    /// If it finds nothing in time ([`Options::patience`]), with what there is.
    #[expect(clippy::panic, reason = "a test that waits in vain has failed")]
    pub async fn until<T>(&self, mut look: impl FnMut(&View<'_>) -> Option<T>) -> T {
        let mut changes = self.core.changes();
        let deadline = tokio::time::Instant::now() + self.core.options.patience;
        loop {
            changes.mark_unchanged();
            if let Some(found) = self.core.read(|state| look(&View(state))) {
                return found;
            }
            if tokio::time::timeout_at(deadline, changes.changed())
                .await
                .is_err()
            {
                panic!(
                    "not seen within {:?}; there is:\n{}",
                    self.core.options.patience,
                    self.dump()
                );
            }
        }
    }

    /// What there is, for people: sessions, messages, the last requests.
    #[must_use]
    pub fn dump(&self) -> String {
        self.core.read(|state| {
            let mut text = format!(
                "{} gateway session(s)\n",
                state.gateway.sessions.connected()
            );
            for message in state.world.messages.values() {
                text += &format!(
                    "message {} in {} ({} version(s), deleted: {}): {}\n",
                    message.id,
                    message.channel,
                    message.versions.len(),
                    message.deleted,
                    render::message(&state.world, message)
                );
            }
            let requests: Vec<_> = state.log.records().collect();
            for record in requests.iter().rev().take(30).rev() {
                let (status, ago) = (record.status, now_ms().saturating_sub(record.at));
                text += &format!(
                    "{} {} {} -> {status:?}, {ago} ms ago: {}\n",
                    record.n, record.method, record.path, record.body
                );
            }
            text
        })
    }
}

fn serve(listener: CuttableListener, router: Router, stop: &CancellationToken) {
    let service = router.into_make_service_with_connect_info::<Line>();
    let server =
        axum::serve(listener, service).with_graceful_shutdown(stop.clone().cancelled_owned());
    tokio::spawn(async move {
        if let Err(error) = server.await {
            tracing::error!(%error, "sandbox.server_ended");
        }
    });
}
