//! The one answer to "how is it going".

use serde::{Deserialize, Serialize};

use super::task::{NoLink, Outcome, Phase, Setback, Task};

/// The states of a watch that people can tell apart. A change of it is worth an edit
/// at any age of the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The task is queued, or nothing is known of it yet.
    Waiting,
    Running,
    /// The provider says "completed" and has given no video yet.
    Finishing,
    /// The provider is not answering; the bot goes on asking.
    Troubled,
    /// The provider's answer is too large to be read; the bot goes on asking.
    TooLarge,
    Done,
    /// The task finished without a video.
    NoVideo,
    Failed,
    NotFound,
    Denied,
    /// No gateway of this bot is for the task (any more).
    Unserved,
    /// The bot stopped watching; the task may well go on.
    TimedOut,
    Stopped,
}

impl State {
    pub fn of(task: &Task, outcome: Option<Outcome>) -> Self {
        match outcome {
            None if task.troubled => match task.setback {
                Some(Setback::TooLarge) => Self::TooLarge,
                _ => Self::Troubled,
            },
            None => match task.snapshot.phase {
                Phase::Waiting => Self::Waiting,
                // A failure without an outcome is still being decided on.
                Phase::Running | Phase::Failed => Self::Running,
                Phase::Completed => Self::Finishing,
            },
            Some(Outcome::Completed) => match (&task.snapshot.video_url, task.snapshot.no_link) {
                (Some(_), _) | (None, Some(NoLink::InReply)) => Self::Done,
                (None, _) => Self::NoVideo,
            },
            Some(Outcome::Failed) => Self::Failed,
            Some(Outcome::NotFound) => Self::NotFound,
            Some(Outcome::Denied) => Self::Denied,
            Some(Outcome::Unserved) => Self::Unserved,
            Some(Outcome::TimedOut) => Self::TimedOut,
            Some(Outcome::Stopped) => Self::Stopped,
        }
    }

    /// Returns whether a watch in this state is over.
    pub fn is_end(self) -> bool {
        match self {
            Self::Waiting | Self::Running | Self::Finishing | Self::Troubled | Self::TooLarge => {
                false
            }
            Self::Done
            | Self::NoVideo
            | Self::Failed
            | Self::NotFound
            | Self::Denied
            | Self::Unserved
            | Self::TimedOut
            | Self::Stopped => true,
        }
    }
}
