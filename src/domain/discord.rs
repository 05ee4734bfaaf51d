//! Why Discord refuses: the words that the adapter and the decisions share.

use std::time::Duration;

use thiserror::Error;

/// Why Discord did not do what we asked, typed by the reaction it asks for.
/// The texts are for the log.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DiscordError {
    /// The interaction token is expired or unknown: 50027, 10015.
    #[error("the interaction's token is over")]
    TokenOver,
    /// The interaction is unknown or past its three seconds: 10062.
    #[error("the interaction is unknown or past its three seconds")]
    TooLate,
    /// It was acknowledged before: 40060.
    #[error("the interaction was already acknowledged")]
    AlreadyAcknowledged,
    /// Somebody deleted the message: 10008.
    #[error("the message is gone")]
    MessageGone,
    /// The thread is archived: a new message opens it again (50083).
    #[error("the thread is archived")]
    Archived,
    /// The channel or guild is gone, the bot sees it no more, or it is a locked
    /// thread: 10003, 10004, 50001, 160005.
    #[error("the channel is out of reach: {0}")]
    ChannelOut(String),
    /// A permission is missing: 50013.
    #[error("a permission is missing: {0}")]
    Forbidden(String),
    /// This person takes no direct messages: 50007, 50278.
    #[error("the person takes no direct messages")]
    NoDm,
    /// A reply needs to read the channel's history: 160002.
    #[error("a reply is not allowed here")]
    NoReply,
    /// The files are refused: too large (40005, 413), explicit, or uploads are limited
    /// in this server (20009, 50045, 50046, 50110, 50123, 50146, 400001).
    #[error("the files are refused: {0}")]
    FilesRefused(String),
    /// `AutoMod` refused the text: 200000.
    #[error("a filter refused the text")]
    FilteredText,
    /// A filter refused a link: 240000.
    #[error("a filter refused a link")]
    FilteredLinks,
    /// A rate limit, slowmode or edit limit; wait so long.
    #[error("rate limited for {0:?}")]
    Wait(Duration),
    /// The network, a 5xx, an overload: try again.
    #[error("Discord is not answering: {0}")]
    Unavailable(String),
    /// The bot token is refused: only the operator can mend it (401).
    #[error("Discord refuses the bot token")]
    Unauthorized,
    /// Discord answers with a code that says neither that the request is wrong nor
    /// that anything is gone: it may pass, so the same is tried for a while.
    #[error("Discord refuses: {0}")]
    Unknown(String),
    /// Discord documents the code as "your request is wrong" (50006, 50035, 50109): a
    /// bug of ours, never repeated.
    #[error("Discord calls the request invalid: {0}")]
    Invalid(String),
}

impl DiscordError {
    pub fn is_about_the_place(&self) -> bool {
        matches!(
            self,
            Self::ChannelOut(_) | Self::Archived | Self::Forbidden(_)
        )
    }

    pub fn is_about_the_form(&self) -> bool {
        matches!(
            self,
            Self::FilesRefused(_) | Self::FilteredText | Self::FilteredLinks | Self::Invalid(_)
        )
    }
}
