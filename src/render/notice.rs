//! Ephemeral answers of a sentence or two.

use std::time::Duration;

use crate::domain::watch::{Notify, WatchId};

use super::body::Message;
use super::buttons;
use super::locale::Locale;
use super::ping::PEOPLE_MAX;

/// A sentence that only the person who acted sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The given text is not a task id.
    BadId,
    /// The database does not answer and nothing was done.
    StoreDown,
    /// Only the requester or a moderator may do this.
    NotRequester,
    AlreadyEnded,
    UnknownWatch,
    /// The task was asked for only a moment ago.
    TooSoon {
        wait: Duration,
    },
    QuotaWatches {
        max: usize,
    },
    QuotaCommands {
        wait: Duration,
    },
    /// The watch already notifies as many people as it can.
    NotifyFull,
    /// The provider is being asked now.
    Refreshing,
    /// A running watch follows this message.
    WatchingAgain,
    Stopped {
        count: usize,
    },
    /// The message holds no task id.
    NoTasksFound,
    NoWatches,
    /// None of the person's watches has ended, or those that did are no longer kept.
    NoneFinished,
    /// Nobody in the server follows a task.
    NoWatchesHere,
    NoPrompt,
    /// The person may not view the chosen channel and send there.
    ChannelNotYours,
    /// The bot may not view the chosen channel and send there.
    ChannelNotMine,
    /// Only members with Manage Server may see everybody's watches.
    ManagersOnly,
    /// `ALLOWED_GUILDS` does not name this server.
    Elsewhere,
    /// The bot has a fault.
    InternalError,
}

impl Notice {
    pub fn message(self, locale: Locale) -> Message {
        let text = |key| locale.text(key);
        let count = |key, count: usize| locale.with(key, &[("count", count.into())]);
        let wait = |key, wait: Duration| {
            // Whole seconds, rounded up, so that somebody who waits as told is not refused
            // again.
            let seconds = wait.as_nanos().div_ceil(1_000_000_000).max(1);
            let seconds = Duration::from_secs(seconds.try_into().unwrap_or(u64::MAX));
            locale.with(key, &[("wait", locale.span(seconds).into())])
        };
        let content = match self {
            Self::BadId => text("notice-bad-id"),
            Self::StoreDown => text("notice-store-down"),
            Self::NotRequester => text("notice-not-requester"),
            Self::AlreadyEnded => text("notice-already-ended"),
            Self::UnknownWatch => text("notice-unknown-watch"),
            Self::TooSoon { wait: span } => wait("notice-too-soon", span),
            Self::QuotaWatches { max } => count("notice-quota-watches", max),
            Self::QuotaCommands { wait: span } => wait("notice-quota-commands", span),
            Self::NotifyFull => count("notice-notify-full", PEOPLE_MAX),
            Self::Refreshing => text("notice-refreshing"),
            Self::WatchingAgain => text("notice-watching-again"),
            Self::Stopped { count: stopped } => count("notice-stopped", stopped),
            Self::NoTasksFound => text("notice-no-tasks-found"),
            Self::NoWatches => text("notice-no-watches"),
            Self::NoneFinished => text("notice-none-finished"),
            Self::NoWatchesHere => text("notice-no-watches-here"),
            Self::NoPrompt => text("notice-no-prompt"),
            Self::ChannelNotYours => text("notice-channel-not-yours"),
            Self::ChannelNotMine => text("notice-channel-not-mine"),
            Self::ManagersOnly => text("notice-managers-only"),
            Self::Elsewhere => text("notice-elsewhere"),
            Self::InternalError => text("notice-internal-error"),
        };
        Message {
            content,
            ..Message::private()
        }
    }
}

/// Returns the ephemeral answer to "Notify me": how the person will be notified, with a button
/// that undoes it, or that they will not be notified.
pub fn notified(notify: Notify, watch: WatchId, locale: Locale) -> Message {
    let (mark, key) = match notify {
        Notify::Here => ('🔔', "notice-notify-here"),
        Notify::Dm => ('🔔', "notice-notify-dm"),
        Notify::Off => ('🔕', "notice-notify-off"),
    };
    let components = match notify {
        Notify::Here | Notify::Dm => vec![buttons::quiet(watch, locale)],
        Notify::Off => Vec::new(),
    };
    Message {
        content: format!("{mark} {}", locale.text(key)),
        components,
        ..Message::private()
    }
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
            Notice::NoWatchesHere,
            Notice::NoPrompt,
            Notice::ChannelNotYours,
            Notice::ChannelNotMine,
            Notice::ManagersOnly,
            Notice::Elsewhere,
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

    #[test]
    fn whoever_is_notified_can_take_that_back() {
        let all = [Notify::Here, Notify::Dm, Notify::Off];
        let all = all.map(|notify| {
            let message = notified(notify, WatchId(7), Locale::default());
            assert_fits(&message);
            sketch(&message)
        });
        insta::assert_snapshot!(all.join("\n"), @r"
        🔔 I'll ping you here.
        (Don't notify me → vs:quiet:7)
        🔔 I'll send you a direct message.
        (Don't notify me → vs:quiet:7)
        🔕 I won't notify you.
        ");
    }
}
