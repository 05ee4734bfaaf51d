//! One try to show a message: the way it takes and the form it has.

use crate::domain::time::Timestamp;
use crate::domain::watch::{Reach, Watch};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// `PATCH …/messages/@original` with the interaction's token.
    Token,
    /// The channel's own route with the bot token.
    Channel,
    /// A direct message to the requester; only for the end.
    Dm,
    /// None: the message is deleted, or no way was left to show it.
    Gone,
}

impl Via {
    pub fn first(watch: &Watch, now: Timestamp) -> Self {
        if watch.asked.reach == Reach::Gone {
            Self::Gone
        } else if now < watch.asked.token_expires_at {
            Self::Token
        } else {
            Self::after_token(watch.asked.reach)
        }
    }

    pub fn after_token(reach: Reach) -> Self {
        match reach {
            Reach::Channel => Self::Channel,
            Reach::Dm => Self::Dm,
            Reach::Gone => Self::Gone,
        }
    }
}

/// The parts that a message carries; it sheds those that Discord refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// Video and thumbnail as files.
    pub files: bool,
    pub texts: bool,
    pub links: bool,
}

impl Form {
    pub const FULL: Self = Self {
        files: true,
        texts: true,
        links: true,
    };
    /// Only the bot's own words.
    pub const BARE: Self = Self {
        files: false,
        texts: false,
        links: false,
    };
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    pub via: Via,
    pub form: Form,
}
