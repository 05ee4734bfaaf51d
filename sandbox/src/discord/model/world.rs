//! The world of the stand-in: people, channels, messages, interactions, files.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::discord::model::errors::ApiError;
use crate::discord::model::files::Files;
use crate::discord::model::message::Message;
use crate::discord::model::permissions;
use crate::discord::model::things::{Channel, GENERAL, GUILD, Pending, Person, TOKEN};
use crate::ids::{Id, Ids, now_ms};
use crate::options::Options;

/// The limit of edits of messages over a certain age, per channel.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OldEdits {
    pub(crate) older_than: Duration,
    pub(crate) times: usize,
    pub(crate) window: Duration,
}

/// A change to the payload of each interaction before it is sent.
#[derive(Clone)]
pub(crate) struct Distortion(pub(crate) Arc<dyn Fn(&mut Value) + Send + Sync>);

impl std::fmt::Debug for Distortion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Distortion")
    }
}

/// The state of the Discord stand-in.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) options: Options,
    pub(crate) origin: String,
    pub(crate) ids: Ids,
    pub(crate) people: Vec<Person>,
    pub(crate) channels: BTreeMap<Id, Channel>,
    pub(crate) messages: BTreeMap<Id, Message>,
    pub(crate) interactions: BTreeMap<Id, Pending>,
    pub(crate) tokens: HashMap<String, Id>,
    /// The registered commands: global ones under `None`, and a guild's under its id.
    pub(crate) commands: HashMap<Option<Id>, Vec<Value>>,
    pub(crate) command_puts: u32,
    pub(crate) files: Files,
    /// Words that get a message refused, each with the error's code.
    pub(crate) blocked: Vec<(String, u32)>,
    pub(crate) old_edits: OldEdits,
    /// The times of edits of messages over the age of `old_edits`, by channel.
    pub(crate) old_edits_made: HashMap<Id, Vec<Instant>>,
    pub(crate) token_life: Duration,
    pub(crate) distortion: Option<Distortion>,
    /// True if interactions carry `app_permissions`.
    pub(crate) app_permissions_told: bool,
    /// The server's language, and true if it is a community, which can choose one.
    pub(crate) server_language: (String, bool),
    /// True if the bot's token is refused everywhere.
    pub(crate) token_revoked: bool,
}

impl World {
    pub(crate) fn new(options: Options, origin: String) -> Self {
        let mut world = Self {
            token_life: options.token_life,
            app_permissions_told: true,
            server_language: ("en-US".to_owned(), false),
            token_revoked: false,
            distortion: None,
            files: Files::new(options.files_kept),
            options,
            origin,
            ids: Ids::default(),
            people: Vec::new(),
            channels: BTreeMap::new(),
            messages: BTreeMap::new(),
            interactions: BTreeMap::new(),
            tokens: HashMap::new(),
            commands: HashMap::new(),
            command_puts: 0,
            blocked: Vec::new(),
            old_edits: OldEdits {
                older_than: Duration::from_secs(3600),
                times: 3,
                window: Duration::from_secs(6),
            },
            old_edits_made: HashMap::new(),
        };
        for (name, kind, parent) in [
            ("general", 0, None),
            ("videos", 0, None),
            ("thread", 11, Some("general")),
            ("private thread", 12, Some("general")),
            ("voice", 2, None),
            ("news", 5, None),
            ("news thread", 10, Some("news")),
            ("forum", 15, None),
            ("post", 11, Some("forum")),
        ] {
            let parent = parent
                .and_then(|name| world.channel_named(name))
                .map(|channel| channel.id);
            let id = match name {
                "general" => GENERAL,
                _ => world.ids.next(),
            };
            world.put_channel(id, name, kind, Some(GUILD), parent, permissions::ORDINARY);
        }
        world
    }

    /// Returns whether this is the bot's token and it is accepted.
    pub(crate) fn accepts(&self, token: &str) -> bool {
        !self.token_revoked && token == TOKEN
    }

    pub(crate) fn add_channel(
        &mut self,
        name: &str,
        kind: u8,
        guild: Option<Id>,
        parent: Option<Id>,
        bot_permissions: u64,
    ) -> Id {
        let id = self.ids.next();
        self.put_channel(id, name, kind, guild, parent, bot_permissions);
        id
    }

    fn put_channel(
        &mut self,
        id: Id,
        name: &str,
        kind: u8,
        guild: Option<Id>,
        parent: Option<Id>,
        bot_permissions: u64,
    ) {
        let channel = Channel {
            id,
            name: name.to_owned(),
            kind,
            guild,
            parent,
            members: Vec::new(),
            bot_permissions,
            person_permissions: HashMap::new(),
            archived: false,
            locked: false,
            deleted: false,
        };
        self.channels.insert(id, channel);
    }

    pub(crate) fn channel_named(&self, name: &str) -> Option<&Channel> {
        self.channels.values().find(|channel| channel.name == name)
    }

    /// Returns the person of this name, who is created if unknown.
    pub(crate) fn person(&mut self, name: &str) -> Person {
        if let Some(person) = self.people.iter().find(|person| person.name == name) {
            return person.clone();
        }
        let id = self.ids.next();
        let person = Person {
            id,
            name: name.to_owned(),
            locale: "en-US".to_owned(),
            dms_closed: false,
        };
        self.people.push(person.clone());
        person
    }

    pub(crate) fn person_by_id(&self, id: Id) -> Option<&Person> {
        self.people.iter().find(|person| person.id == id)
    }

    /// Returns the bot's direct message channel with a person, which is opened if it was not.
    pub(crate) fn direct(&mut self, person: Id) -> Id {
        let open = self
            .channels
            .values()
            .find(|channel| channel.kind == 1 && channel.members == [person]);
        if let Some(channel) = open {
            return channel.id;
        }
        let id = self.add_channel("", 1, None, None, permissions::ORDINARY);
        if let Some(channel) = self.channels.get_mut(&id) {
            channel.members.push(person);
        }
        id
    }

    /// Returns a channel that exists and that the bot sees.
    pub(crate) fn visible_channel(&self, id: Id) -> Result<&Channel, ApiError> {
        let channel = self.channels.get(&id).filter(|channel| !channel.deleted);
        let channel = channel.ok_or_else(|| ApiError::known(10003))?;
        if channel.bot_may(permissions::VIEW_CHANNEL) {
            Ok(channel)
        } else {
            Err(ApiError::known(50001))
        }
    }

    /// Returns a message that exists and is not deleted.
    pub(crate) fn message(&self, channel: Id, id: Id) -> Result<&Message, ApiError> {
        let message = self.messages.get(&id);
        let message = message.filter(|message| message.channel == channel && !message.deleted);
        message.ok_or_else(|| ApiError::known(10008))
    }

    /// Returns the messages of a channel, oldest first, with the deleted ones.
    pub(crate) fn messages_in(
        &self,
        channel: Id,
    ) -> impl DoubleEndedIterator<Item = &Message> + Clone {
        self.messages
            .values()
            .filter(move |message| message.channel == channel)
    }

    /// Records an interaction; the oldest ones go if there are too many.
    pub(crate) fn record_interaction(&mut self, pending: Pending) {
        self.tokens.insert(pending.token.clone(), pending.id);
        self.interactions.insert(pending.id, pending);
        if self.interactions.len() > self.options.interactions_kept
            && let Some((_, oldest)) = self.interactions.pop_first()
        {
            self.tokens.remove(&oldest.token);
        }
    }

    /// Returns the interaction of a token. Fails with 10015 if there is none or it was not
    /// answered yet, and with 50027 once the token has expired.
    pub(crate) fn interaction(&self, token: &str) -> Result<&Pending, ApiError> {
        let pending = self
            .tokens
            .get(token)
            .and_then(|id| self.interactions.get(id));
        let pending = pending.ok_or_else(|| ApiError::known(10015))?;
        let age = Duration::from_millis(now_ms().saturating_sub(pending.id.created_ms()));
        if pending.expired || age >= self.token_life {
            return Err(ApiError::known(50027));
        }
        if pending.callback.is_none() {
            Err(ApiError::known(10015))
        } else {
            Ok(pending)
        }
    }

    /// Returns the message that an interaction's `@original` means, deleted or not.
    pub(crate) fn original(&self, interaction: Id) -> Option<&Message> {
        self.messages
            .get(&self.interactions.get(&interaction)?.original?)
    }

    /// Returns the registered command of this name and type, if Discord offers it to this person
    /// in this channel.
    pub(crate) fn command(&self, name: &str, kind: u64, person: Id, channel: Id) -> Option<&Value> {
        let channel = self.channels.get(&channel)?;
        // A command without contexts is offered in guilds and in the bot's direct messages; a
        // command without installation types is offered to guilds that have the bot.
        let has = |list: &Value, value: u8, default: bool| {
            let list = list.as_array();
            list.map_or(default, |list| list.iter().any(|one| *one == value))
        };
        let context = channel.context();
        let installed = u8::from(channel.user_installed());
        let offered = |command: &&Value| {
            let scope = &command["guild_id"];
            let needed = command["default_member_permissions"].as_str();
            // "0" allows only administrators, of whom there are none.
            let may = needed
                .and_then(|bits| bits.parse().ok())
                .is_none_or(|bits: u64| bits != 0 && channel.permissions_of(person) & bits == bits);
            command["name"] == name
                && command["type"] == kind
                && (scope.is_null()
                    || channel
                        .guild
                        .is_some_and(|guild| *scope == guild.to_string()))
                && has(&command["contexts"], context, context < 2)
                && has(&command["integration_types"], installed, installed == 0)
                && (channel.guild.is_none() || may)
        };
        self.commands.values().flatten().find(offered)
    }
}
