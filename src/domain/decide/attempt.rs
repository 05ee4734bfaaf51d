//! One try to show a message: the way it takes and the form it has.

use crate::domain::time::Timestamp;
use crate::domain::watch::{Reach, Watch};

/// The way by which a message is brought up to date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// `PATCH …/messages/@original` with the interaction's token.
    Token,
    /// The channel's own route with the bot token.
    Channel,
    /// A direct message to the requester; only for the end.
    Dm,
    /// There is no way: the message is deleted.
    Gone,
}

impl Via {
    /// The first way to try for `watch` at `now`.
    pub fn first(watch: &Watch, now: Timestamp) -> Self {
        if watch.asked.reach == Reach::Gone {
            Self::Gone
        } else if now < watch.asked.token_expires_at {
            Self::Token
        } else {
            Self::after_token(watch.asked.reach)
        }
    }

    /// The way that is left once the token is over.
    pub fn after_token(reach: Reach) -> Self {
        match reach {
            Reach::Channel => Self::Channel,
            Reach::Dm => Self::Dm,
            Reach::Gone => Self::Gone,
        }
    }
}

/// What a message carries; it sheds what Discord refuses.
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

/// One try to show a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    pub via: Via,
    pub form: Form,
}
