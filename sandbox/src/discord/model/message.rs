//! A message, with everything that it ever was.

use serde::Serialize;
use serde_json::Value;

use crate::ids::{Id, now_ms};

/// Only the person it answers sees it.
pub(crate) const EPHEMERAL: u64 = 1 << 6;
/// "… is thinking": deferred and not answered yet.
pub(crate) const LOADING: u64 = 1 << 7;
/// Its link previews are off.
pub(crate) const SUPPRESS_EMBEDS: u64 = 1 << 2;
/// It notifies nobody.
pub(crate) const SUPPRESS_NOTIFICATIONS: u64 = 1 << 12;
/// Laid out by components alone.
pub(crate) const COMPONENTS_V2: u64 = 1 << 15;

/// Through which door a version of a message came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// An interaction's token: callback, `@original`, follow-ups.
    Token,
    /// A channel route with the bot token.
    Channel,
    /// A person (or the test in a person's place).
    Person,
}

/// A file of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Attachment {
    /// Its id.
    pub id: Id,
    /// Its name, as cleaned by Discord.
    pub filename: String,
    /// Its type, as the sender declared it.
    pub content_type: String,
    /// Its size in bytes.
    pub size: u64,
    /// Where it can be fetched.
    pub url: String,
    /// The alternative text.
    pub description: Option<String>,
}

/// What a message was at one time.
#[derive(Clone, Debug, Serialize)]
pub struct Version {
    /// When it became so, in milliseconds since 1970.
    pub at: u64,
    /// Through which door.
    pub by: Route,
    /// The message as Discord would have sent it then.
    pub body: Value,
}

/// The interaction that a message answers.
#[derive(Clone, Debug, Serialize)]
pub struct Source {
    /// The interaction.
    pub id: Id,
    /// Its type: 2 command, 3 component.
    pub kind: u8,
    /// Who started it.
    pub person: Id,
    /// The command's name; empty for components.
    pub name: String,
    /// The message whose component was used.
    pub component_of: Option<Id>,
}

/// A message in a channel.
#[derive(Clone, Debug, Serialize)]
pub struct Message {
    /// Its id.
    pub id: Id,
    /// Where it is.
    pub channel: Id,
    /// Who wrote it.
    pub author: Id,
    /// Its text.
    pub content: String,
    /// Its embeds, as Discord returns them (a JSON array).
    pub embeds: Value,
    /// Its components (a JSON array).
    pub components: Value,
    /// The files shown under it.
    pub attachments: Vec<Attachment>,
    /// The files shown inside its embeds, which Discord leaves out above.
    pub embedded: Vec<Attachment>,
    /// Discord's flag bits.
    pub flags: u64,
    /// The message that it replies to.
    pub reference: Option<Id>,
    /// Whether it was deleted.
    pub deleted: bool,
    /// The only person who sees it.
    pub ephemeral_for: Option<Id>,
    /// Everything that it was, oldest first.
    pub versions: Vec<Version>,
    /// The people it notified; only ever those of its creation.
    pub pings: Vec<Id>,
    /// The roles whose members it notified.
    pub pings_roles: Vec<Id>,
    /// Whether it notified everyone.
    pub pings_everyone: bool,
    /// Whether it is a deferred answer that still says "thinking…".
    pub thinking: bool,
    /// The nonce it was made with.
    pub nonce: Option<String>,
    /// When it was last edited, in milliseconds since 1970.
    pub edited_at: Option<u64>,
    /// The interaction that it answers.
    pub source: Option<Source>,
}

impl Message {
    /// An empty message.
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

    /// Every file that it holds, shown under it or inside its embeds.
    pub(crate) fn files(&self) -> impl Iterator<Item = &Attachment> {
        self.attachments.iter().chain(&self.embedded)
    }

    /// How old it is, in milliseconds.
    pub(crate) fn age_ms(&self) -> u64 {
        now_ms().saturating_sub(self.id.created_ms())
    }
}
