//! What a message is about, and how that looks: mark, colour, headline.

use crate::domain::task::{Outcome, Phase, Task};

use super::locale::Locale;

/// The states that people can tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Queued, or nothing known yet.
    Waiting,
    /// Being made.
    Running,
    /// The provider says "completed" and gave no video yet.
    Finishing,
    /// The provider is not answering; we go on asking.
    Troubled,
    /// There is a video.
    Done,
    /// Finished without a video.
    NoVideo,
    /// The provider failed.
    Failed,
    /// The provider does not know the id.
    NotFound,
    /// The provider refuses the bot's key.
    Denied,
    /// We stopped watching.
    TimedOut,
    /// A person stopped the watch.
    Stopped,
}

impl State {
    /// The state of a task for somebody whose watch has this outcome.
    pub(super) fn of(task: &Task, outcome: Option<Outcome>) -> Self {
        match outcome {
            None if task.troubled => Self::Troubled,
            None => match task.snapshot.phase {
                Phase::Waiting => Self::Waiting,
                // A failure without an outcome is still being decided on.
                Phase::Running | Phase::Failed => Self::Running,
                Phase::Completed => Self::Finishing,
            },
            Some(Outcome::Completed) if task.snapshot.video_url.is_none() => Self::NoVideo,
            Some(Outcome::Completed) => Self::Done,
            Some(Outcome::Failed) => Self::Failed,
            Some(Outcome::NotFound) => Self::NotFound,
            Some(Outcome::Denied) => Self::Denied,
            Some(Outcome::TimedOut) => Self::TimedOut,
            Some(Outcome::Stopped) => Self::Stopped,
        }
    }

    /// The mark before the headline and in lists.
    pub(super) fn mark(self) -> char {
        match self {
            Self::Waiting => '⏳',
            Self::Running => '🎬',
            Self::Finishing => '📦',
            Self::Troubled => '📡',
            Self::Done => '✅',
            Self::NoVideo => '📭',
            Self::Failed => '❌',
            Self::NotFound => '🔍',
            Self::Denied => '🔑',
            Self::TimedOut => '⌛',
            Self::Stopped => '🛑',
        }
    }

    /// The bar's colour. Amber is for what we do not know, never for a failure.
    pub(super) fn color(self) -> u32 {
        const BLURPLE: u32 = 0x58_65F2;
        const GREEN: u32 = 0x57_F287;
        const RED: u32 = 0xED_4245;
        const AMBER: u32 = 0xF0_B232;
        const GREY: u32 = 0x99_AAB5;
        match self {
            Self::Waiting | Self::Running | Self::Finishing => BLURPLE,
            Self::Done => GREEN,
            Self::Failed | Self::NotFound | Self::Denied => RED,
            Self::Troubled | Self::NoVideo | Self::TimedOut => AMBER,
            Self::Stopped => GREY,
        }
    }

    /// The headline, with its mark.
    pub(super) fn title(self, locale: Locale) -> String {
        let key = match self {
            Self::Waiting => "title-waiting",
            Self::Running => "title-running",
            Self::Finishing => "title-finishing",
            Self::Troubled => "title-troubled",
            Self::Done => "title-done",
            Self::NoVideo => "title-no-video",
            Self::Failed => "title-failed",
            Self::NotFound => "title-not-found",
            Self::Denied => "title-denied",
            Self::TimedOut => "title-timed-out",
            Self::Stopped => "title-stopped",
        };
        format!("{} {}", self.mark(), locale.text(key))
    }
}
