//! One attempt to show a message: its way and its form.

use crate::domain::time::Timestamp;
use crate::domain::watch::{Reach, Watch};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
/// The way by which a message is shown.
pub enum Via {
    /// `PATCH …/messages/@original`, with the interaction's token.
    Token,
    /// The channel's own route, with the bot token.
    Channel,
    /// A direct message to the requester, which shows only an end.
    Dm,
    /// No way: the message was deleted, or every way has failed.
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

/// The parts of a message. Parts that Discord refuses are left out of the next attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// The video and the thumbnail as files.
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
    /// The bot's own words only.
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
