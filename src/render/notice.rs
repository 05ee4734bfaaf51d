//! Private answers in a sentence or two.

use std::time::Duration;

use super::body::Message;
use super::locale::Locale;
use super::ping::PEOPLE_MAX;

/// What there is to say to the person who just acted, and to nobody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The text given is no task id.
    BadId,
    /// The database does not answer and nothing was done.
    StoreDown,
    /// Only the requester or a moderator may do this.
    NotRequester,
    /// The watch has already ended.
    AlreadyEnded,
    /// The watch is not known (any more).
    UnknownWatch,
    /// The task was asked for a moment ago.
    TooSoon {
        /// How long to wait.
        wait: Duration,
    },
    /// The person follows as many tasks as allowed.
    QuotaWatches {
        /// How many are allowed.
        max: usize,
    },
    /// The person gave too many commands.
    QuotaCommands {
        /// How long to wait.
        wait: Duration,
    },
    /// No more people can be told of this end.
    NotifyFull,
    /// The provider is being asked now.
    Refreshing,
    /// A running watch follows this message.
    WatchingAgain,
    /// Watches were stopped.
    Stopped {
        /// How many.
        count: usize,
    },
    /// A message holds no task id.
    NoTasksFound,
    /// Nothing is being watched.
    NoWatches,
    /// There is no prompt to show.
    NoPrompt,
    /// The person may not view the chosen channel and send there.
    ChannelNotYours,
    /// The bot may not view the chosen channel and send there.
    ChannelNotMine,
    /// Only members with Manage Server may see everybody's watches.
    ManagersOnly,
    /// A mistake of ours.
    InternalError,
}

impl Notice {
    /// The private answer.
    #[must_use]
    pub fn message(self, locale: Locale) -> Message {
        Message {
            content: self.text(locale),
            ..Message::default()
        }
        .private()
    }

    fn text(self, locale: Locale) -> String {
        let wait = |wait: Duration| [("wait", locale.span(round_up(wait)).into())];
        let count = |count: usize| [("count", count.into())];
        match self {
            Self::BadId => locale.text("notice-bad-id"),
            Self::StoreDown => locale.text("notice-store-down"),
            Self::NotRequester => locale.text("notice-not-requester"),
            Self::AlreadyEnded => locale.text("notice-already-ended"),
            Self::UnknownWatch => locale.text("notice-unknown-watch"),
            Self::TooSoon { wait: span } => locale.with("notice-too-soon", &wait(span)),
            Self::QuotaWatches { max } => locale.with("notice-quota-watches", &count(max)),
            Self::QuotaCommands { wait: span } => locale.with("notice-quota-commands", &wait(span)),
            Self::NotifyFull => locale.with("notice-notify-full", &count(PEOPLE_MAX)),
            Self::Refreshing => locale.text("notice-refreshing"),
            Self::WatchingAgain => locale.text("notice-watching-again"),
            Self::Stopped { count: n } => locale.with("notice-stopped", &count(n)),
            Self::NoTasksFound => locale.text("notice-no-tasks-found"),
            Self::NoWatches => locale.text("notice-no-watches"),
            Self::NoPrompt => locale.text("notice-no-prompt"),
            Self::ChannelNotYours => locale.text("notice-channel-not-yours"),
            Self::ChannelNotMine => locale.text("notice-channel-not-mine"),
            Self::ManagersOnly => locale.text("notice-managers-only"),
            Self::InternalError => locale.text("notice-internal-error"),
        }
    }
}

/// Whole seconds, at least one: whoever waits as told does not wait in vain.
fn round_up(wait: Duration) -> Duration {
    let more = u64::from(wait.subsec_nanos() > 0);
    Duration::from_secs(wait.as_secs().saturating_add(more).max(1))
}

#[cfg(test)]
mod tests {
    use super::super::samples::{assert_fits, sketch};
    use super::*;

    #[test]
    fn every_notice_is_private_and_says_its_piece() {
        let wait = Duration::from_millis(300);
        let all = [
            Notice::BadId,
            Notice::StoreDown,
            Notice::NotRequester,
            Notice::AlreadyEnded,
            Notice::UnknownWatch,
            Notice::TooSoon { wait },
            Notice::QuotaWatches { max: 25 },
            Notice::QuotaCommands {
                wait: Duration::from_millis(4001),
            },
            Notice::NotifyFull,
            Notice::Refreshing,
            Notice::WatchingAgain,
            Notice::Stopped { count: 1 },
            Notice::Stopped { count: 2 },
            Notice::NoTasksFound,
            Notice::NoWatches,
            Notice::NoPrompt,
            Notice::ChannelNotYours,
            Notice::ChannelNotMine,
            Notice::ManagersOnly,
            Notice::InternalError,
        ];
        let texts = all.map(|notice| {
            let message = notice.message(Locale::default());
            assert_fits(&message);
            assert_eq!(message.flags, Some(64));
            sketch(&message)
        });
        insta::assert_snapshot!(texts.join("\n"));
    }
}
