//! Everything that exists: people, channels, messages, interactions, files.

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

/// How often messages over a certain age may be edited, per channel.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OldEdits {
    pub(crate) older_than: Duration,
    pub(crate) times: usize,
    pub(crate) window: Duration,
}

/// What is done to the payload of each interaction before it is sent.
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
    /// Registered commands: global under `None`, or a guild's.
    pub(crate) commands: HashMap<Option<Id>, Vec<Value>>,
    pub(crate) command_puts: u32,
    pub(crate) files: Files,
    /// Words that get a message refused, with the error's code.
    pub(crate) blocked: Vec<(String, u32)>,
    pub(crate) old_edits: OldEdits,
    /// When messages over that age were edited, by channel.
    pub(crate) old_edits_made: HashMap<Id, Vec<Instant>>,
    pub(crate) token_life: Duration,
    pub(crate) distortion: Option<Distortion>,
    /// Whether interactions tell what the bot may do.
    pub(crate) app_permissions_told: bool,
    /// The server's language, and whether it is a community, which can choose one.
    pub(crate) server_language: (String, bool),
    /// Whether the bot's token is accepted nowhere.
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

    /// Whether this is the bot's token, and Discord accepts it.
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

    /// The person of this name, who comes to be if unknown.
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

    /// The bot's direct messages with a person, opened if they were not.
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

    /// A channel that is there and that the bot sees.
    pub(crate) fn visible_channel(&self, id: Id) -> Result<&Channel, ApiError> {
        let channel = self.channels.get(&id).filter(|channel| !channel.deleted);
        let channel = channel.ok_or_else(|| ApiError::known(10003))?;
        if channel.bot_may(permissions::VIEW_CHANNEL) {
            Ok(channel)
        } else {
            Err(ApiError::known(50001))
        }
    }

    /// A message that is there.
    pub(crate) fn message(&self, channel: Id, id: Id) -> Result<&Message, ApiError> {
        let message = self.messages.get(&id);
        let message = message.filter(|message| message.channel == channel && !message.deleted);
        message.ok_or_else(|| ApiError::known(10008))
    }

    /// The messages of a channel, oldest first, deleted ones too.
    pub(crate) fn messages_in(
        &self,
        channel: Id,
    ) -> impl DoubleEndedIterator<Item = &Message> + Clone {
        self.messages
            .values()
            .filter(move |message| message.channel == channel)
    }

    /// Takes up an interaction; the oldest go when there are too many.
    pub(crate) fn take_up(&mut self, pending: Pending) {
        self.tokens.insert(pending.token.clone(), pending.id);
        self.interactions.insert(pending.id, pending);
        if self.interactions.len() > self.options.interactions_kept
            && let Some((_, oldest)) = self.interactions.pop_first()
        {
            self.tokens.remove(&oldest.token);
        }
    }

    /// The interaction of a token: 10015 if there is none or it was not
    /// answered yet, 50027 once the token's life is over.
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

    /// The message that an interaction's `@original` means, deleted or not.
    pub(crate) fn original(&self, interaction: Id) -> Option<&Message> {
        self.messages
            .get(&self.interactions.get(&interaction)?.original?)
    }

    /// The registered command of this name and type, if Discord offers it to
    /// this person in this channel.
    pub(crate) fn command(&self, name: &str, kind: u64, person: Id, channel: Id) -> Option<&Value> {
        let channel = self.channels.get(&channel)?;
        // Without contexts a command is offered in guilds and the bot's own
        // direct messages; without installations, to guilds that have it.
        let has = |list: &Value, value: u8, default: bool| {
            let list = list.as_array();
            list.map_or(default, |list| list.iter().any(|one| *one == value))
        };
        let context = channel.context();
        let installed = u8::from(channel.user_installed());
        let offered = |command: &&Value| {
            let scope = &command["guild_id"];
            let needed = command["default_member_permissions"].as_str();
            // "0" is what nobody but administrators has.
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
