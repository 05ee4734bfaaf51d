//! A message with all of its versions.

use serde::Serialize;
use serde_json::Value;

use crate::ids::{Id, now_ms};

/// The flag of a message that only the person it answers sees.
pub(crate) const EPHEMERAL: u64 = 1 << 6;
/// The flag of a deferred answer that is still "thinking".
pub(crate) const LOADING: u64 = 1 << 7;
/// The flag of a message without link previews.
pub(crate) const SUPPRESS_EMBEDS: u64 = 1 << 2;
/// The flag of a message that notifies nobody.
pub(crate) const SUPPRESS_NOTIFICATIONS: u64 = 1 << 12;
/// The flag of a message that consists of components alone.
pub(crate) const COMPONENTS_V2: u64 = 1 << 15;

/// The way by which a version of a message came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// An interaction's token: a callback, `@original` or a follow-up.
    Token,
    /// A channel route with the bot token.
    Channel,
    /// A person, or a test in their place.
    Person,
}

/// A file of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Attachment {
    /// The file's id.
    pub id: Id,
    /// The file's name, as cleaned by Discord.
    pub filename: String,
    /// The file's type, as the sender declared it.
    pub content_type: String,
    /// The file's size in bytes.
    pub size: u64,
    /// The address of the file.
    pub url: String,
    /// The alternative text.
    pub description: Option<String>,
}

/// A version of a message.
#[derive(Clone, Debug, Serialize)]
pub struct Version {
    /// The time of the version, in milliseconds since 1970.
    pub at: u64,
    /// The way by which the version came.
    pub by: Route,
    /// The message as Discord would have sent it then.
    pub body: Value,
}

/// The interaction that a message answers.
#[derive(Clone, Debug, Serialize)]
pub struct Source {
    /// The interaction.
    pub id: Id,
    /// The interaction's type: 2 command, 3 component.
    pub kind: u8,
    /// The person who acted.
    pub person: Id,
    /// The command's name; empty for components.
    pub name: String,
    /// The message whose component was used.
    pub component_of: Option<Id>,
}

/// A message in a channel.
#[derive(Clone, Debug, Serialize)]
pub struct Message {
    /// The message's id.
    pub id: Id,
    /// The channel of the message.
    pub channel: Id,
    /// The author of the message.
    pub author: Id,
    /// The text of the message.
    pub content: String,
    /// The embeds as Discord returns them, a JSON array.
    pub embeds: Value,
    /// The components, a JSON array.
    pub components: Value,
    /// The files shown under the message.
    pub attachments: Vec<Attachment>,
    /// The files shown inside the embeds, which Discord leaves out of `attachments`.
    pub embedded: Vec<Attachment>,
    /// Discord's flag bits.
    pub flags: u64,
    /// The message that this one replies to.
    pub reference: Option<Id>,
    /// True if the message was deleted.
    pub deleted: bool,
    /// The only person who sees an ephemeral message.
    pub ephemeral_for: Option<Id>,
    /// The kept versions, oldest first.
    pub versions: Vec<Version>,
    /// The people whom the message notified when it was created; edits notify nobody.
    pub pings: Vec<Id>,
    /// The roles whose members the message notified.
    pub pings_roles: Vec<Id>,
    /// True if the message notified everyone.
    pub pings_everyone: bool,
    /// True if the message is a deferred answer that still says "thinking…".
    pub thinking: bool,
    /// The nonce that the message was created with.
    pub nonce: Option<String>,
    /// The time of the last edit, in milliseconds since 1970.
    pub edited_at: Option<u64>,
    /// The interaction that the message answers.
    pub source: Option<Source>,
}

impl Message {
    /// Creates an empty message.
    pub(crate) fn new(id: Id, channel: Id, author: Id) -> Self {
        Self {
            id,
            channel,
            author,
            content: String::new(),
            embeds: Value::Array(Vec::new()),
            components: Value::Array(Vec::new()),
            attachments: Vec::new(),
            embedded: Vec::new(),
            flags: 0,
            reference: None,
            deleted: false,
            ephemeral_for: None,
            versions: Vec::new(),
            pings: Vec::new(),
            pings_roles: Vec::new(),
            pings_everyone: false,
            thinking: false,
            nonce: None,
            edited_at: None,
            source: None,
        }
    }

    /// Returns every file of the message, shown under it or inside its embeds.
    pub(crate) fn files(&self) -> impl Iterator<Item = &Attachment> {
        self.attachments.iter().chain(&self.embedded)
    }

    /// Returns the message's age in milliseconds.
    pub(crate) fn age_ms(&self) -> u64 {
        now_ms().saturating_sub(self.id.created_ms())
    }
}
