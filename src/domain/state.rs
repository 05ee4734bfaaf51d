//! The state of a watch: the one answer to "how is it going".

use serde::{Deserialize, Serialize};

use super::task::{NoLink, Outcome, Phase, Setback, Task};

/// The states of a watch that people can tell apart. A change of state is worth an edit,
/// however old the message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The task is queued, or nothing is known about it yet.
    Waiting,
    Running,
    /// The provider says "completed" but has not given a video yet.
    Finishing,
    /// The provider is not answering; the bot keeps asking.
    Troubled,
    /// The provider's answer is too large to be read; the bot keeps asking.
    TooLarge,
    Done,
    /// The task finished without a video.
    NoVideo,
    Failed,
    NotFound,
    Denied,
    /// No configured gateway takes the task's id, or the one that knew the task was removed.
    Unserved,
    /// The bot stopped watching; the task may still be running.
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
                // The provider failed the task, but the task has no outcome yet.
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

    /// Returns whether the state is an end.
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
