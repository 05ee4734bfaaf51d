//! Why Discord refuses: the words that the adapter and the decisions share.

use std::time::Duration;

use thiserror::Error;

/// Why Discord did not do what we asked, typed by the reaction it asks for; the codes
/// are in `discord/error.rs`. The texts are for the log.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DiscordError {
    #[error("the interaction's token is over")]
    TokenOver,
    #[error("the interaction is unknown or past its three seconds")]
    TooLate,
    #[error("the interaction was already acknowledged")]
    AlreadyAcknowledged,
    #[error("the message is gone")]
    MessageGone,
    /// A new message opens it again.
    #[error("the thread is archived")]
    Archived,
    /// It or its guild is gone, the bot sees it no more, it is a locked thread, or who was
    /// looked up is no member any more.
    #[error("the channel is out of reach: {0}")]
    ChannelOut(String),
    #[error("a permission is missing: {0}")]
    Forbidden(String),
    #[error("the person takes no direct messages")]
    NoDm,
    /// A reply needs to read the channel's history.
    #[error("a reply is not allowed here")]
    NoReply,
    /// They are too large or explicit, or uploads are limited in this server.
    #[error("the files are refused: {0}")]
    FilesRefused(String),
    #[error("a filter refused the text")]
    FilteredText,
    #[error("a filter refused a link")]
    FilteredLinks,
    /// A rate limit, slowmode or edit limit.
    #[error("rate limited for {0:?}")]
    Wait(Duration),
    /// The network, a 5xx, an overload: try again.
    #[error("Discord is not answering: {0}")]
    Unavailable(String),
    /// Only the operator can mend that.
    #[error("Discord refuses the bot token")]
    Unauthorized,
    /// A code that says neither that the request is wrong nor that anything is gone: it
    /// may pass, so the same is tried for a while.
    #[error("Discord refuses: {0}")]
    Unknown(String),
    /// A code documented as "your request is wrong": a bug of ours, never repeated.
    #[error("Discord calls the request invalid: {0}")]
    Invalid(String),
}

impl DiscordError {
    pub fn is_about_the_place(&self) -> bool {
        matches!(
            self,
            Self::ChannelOut(_) | Self::Archived | Self::Forbidden(_) | Self::NoDm
        )
    }

    pub fn is_about_the_form(&self) -> bool {
        matches!(
            self,
            Self::FilesRefused(_) | Self::FilteredText | Self::FilteredLinks | Self::Invalid(_)
        )
    }
}
