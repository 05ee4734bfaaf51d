//! The errors of Discord, which the adapter creates and the decisions read.

use std::time::Duration;

use thiserror::Error;

/// An error of Discord, by the reaction that it asks for. `discord/error.rs` maps Discord's
/// codes to these variants. The texts are for the log.
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
    /// A new message reopens the thread.
    #[error("the thread is archived")]
    Archived,
    /// The channel or its guild is gone, the bot cannot see the channel, the channel is a
    /// locked thread, or the member who was looked up has left.
    #[error("the channel is out of reach: {0}")]
    ChannelOut(String),
    #[error("a permission is missing: {0}")]
    Forbidden(String),
    #[error("the person takes no direct messages")]
    NoDm,
    /// A reply needs the permission to read the channel's history.
    #[error("a reply is not allowed here")]
    NoReply,
    /// The files are too large or explicit, or uploads are limited in this server.
    #[error("the files are refused: {0}")]
    FilesRefused(String),
    #[error("a filter refused the text")]
    FilteredText,
    #[error("a filter refused a link")]
    FilteredLinks,
    /// A rate limit, slowmode or edit limit.
    #[error("rate limited for {0:?}")]
    Wait(Duration),
    /// The network failed, or Discord answered with a 5xx or an overload. Try again.
    #[error("Discord is not answering: {0}")]
    Unavailable(String),
    /// Only the operator can mend this.
    #[error("Discord refuses the bot token")]
    Unauthorized,
    /// A code that says neither that the request is wrong nor that something is gone. The
    /// error may pass, so the unchanged request is retried for a while.
    #[error("Discord refuses: {0}")]
    Unknown(String),
    /// A code that Discord documents as an invalid request. It is a bug of this program, so
    /// the request is never repeated unchanged.
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
