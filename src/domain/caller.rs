//! A caller: a script that asks over HTTP for a watch, as a person asks by a command.

use std::fmt;

use super::task::TaskId;

/// A caller, identified by the first bits of its token's hash, which do not reveal the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Caller(pub u64);

impl Caller {
    /// The operator, who asks on the command line and through the database.
    pub const COMMAND_LINE: Self = Self(0);

    /// Reads the form that `Display` writes.
    pub fn parse(text: &str) -> Option<Self> {
        u64::from_str_radix(text, 16).ok().map(Self)
    }
}

impl fmt::Display for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// A caller's order, as it is recorded with its watch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    pub caller: Caller,
    /// The order's Idempotency-Key. A repeated order with this key is the same order.
    pub key: Option<String>,
    /// The order in a comparable form, which tells a different order with the same key.
    pub body: String,
}

/// A watch that a caller wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub task_id: TaskId,
    pub target: Target,
    /// The person or role that is mentioned at the end.
    pub mention: Option<Mention>,
    /// The message's language, as Discord writes it, if the caller chose one.
    pub locale: Option<String>,
    /// True if the video is hidden until somebody clicks it.
    pub spoiler: bool,
}

impl Wanted {
    /// Returns the order in a form that is equal for equal orders.
    pub fn body(&self) -> String {
        serde_json::json!({
            "id": self.task_id.as_str(),
            "target": format!("{:?}", self.target),
            "mention": self.mention.map(|mention| mention.to_string()),
            "locale": self.locale,
            "spoiler": self.spoiler,
        })
        .to_string()
    }
}

/// The place to which the bot sends a message without an interaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    Channel(u64),
    /// The direct messages with a person.
    Person(u64),
}

/// The recipient whom the notification of a caller's watch mentions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mention {
    Person(u64),
    /// Everybody who has this role.
    Role(u64),
}

/// Writes a mention in the form in which callers write it.
impl fmt::Display for Mention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(id) => write!(f, "{id}"),
            Self::Role(id) => write!(f, "role:{id}"),
        }
    }
}
