//! A task, its snapshot, and its outcome.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::time::Timestamp;

/// The id under which a provider knows a video job, exactly as a person gave it.
///
/// The provider's reply may contain another id. The bot uses the given id as the key
/// everywhere.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TaskId(String);

/// The error for a text that is not a task id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a task id is 1 to {} characters of A-Z a-z 0-9 . _ : -", TaskId::MAX)]
pub struct BadTaskId;

impl TaskId {
    /// The longest id that gateways of the family give out, in characters.
    pub const MAX: usize = 512;

    /// Reads an id that a person typed, without surrounding white space.
    ///
    /// # Errors
    /// [`BadTaskId`] if the text is not 1 to [`TaskId::MAX`] characters of `[A-Za-z0-9._:-]`,
    /// or is only dots: `.` and `..` are steps in a path.
    pub fn parse(text: &str) -> Result<Self, BadTaskId> {
        let text = text.trim();
        let fits = (1..=Self::MAX).contains(&text.len());
        let only_dots = text.chars().all(|c| c == '.');
        if fits && text.chars().all(is_id_character) && !only_dots {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadTaskId)
        }
    }

    /// Returns the part of the id that tasks of one model share: gateways put the model's
    /// name before a colon. The part is empty if the id has no colon.
    #[must_use]
    pub fn family(&self) -> &str {
        self.0.split_once(':').map_or("", |(family, _)| family)
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Returns whether a character may be part of a task id.
pub(super) fn is_id_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | ':' | '-')
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The progress of a task, as the provider reports it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// The task is queued, or nothing is known about it yet.
    #[default]
    Waiting,
    Running,
    Completed,
    Failed,
}

impl Phase {
    /// Returns whether the provider will change nothing about the task any more.
    #[must_use]
    pub fn is_terminal(self) -> bool {
        matches!(self, Self::Completed | Self::Failed)
    }
}

/// The reason why an ended task has no link to a video and will not get one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoLink {
    /// A filter withheld the video. The snapshot's `error` has its words.
    Filtered,
    /// A filter withheld the video and set only a flag. The snapshot's `error` is the flag's
    /// name, which means nothing to people.
    Flagged,
    /// The reply contains the video itself.
    InReply,
}

/// The provider's last answer about a task, decoded.
///
/// The texts are the provider's, unchanged and untrusted. Media links are http(s) URLs. The
/// fields have the names that the endpoint uses.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Snapshot {
    pub phase: Phase,
    /// The status word as the provider sent it.
    pub status: Option<String>,
    /// Percent, 0 to 100.
    pub progress: Option<u8>,
    /// The prompt that the person wrote.
    pub prompt: Option<String>,
    /// The provider's version of the prompt, without the code fence around it.
    pub enhanced_prompt: Option<String>,
    /// The reason why the task failed, was filtered or has trouble, in the provider's words.
    pub error: Option<String>,
    pub model: Option<String>,
    /// For example `3:2`.
    pub ratio: Option<String>,
    /// For example `text`.
    pub mode: Option<String>,
    /// The endpoint's `type`, for example `create`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub video_url: Option<String>,
    /// The reason why an ended task has no link, if it is known.
    pub no_link: Option<NoLink>,
    pub thumbnail_url: Option<String>,
    /// `status_update_time`, converted from the unit in which it came.
    pub status_update_time: Option<Timestamp>,
    /// `completed_at`, converted from the unit in which it came.
    pub completed_at: Option<Timestamp>,
    /// The id in the reply. It may differ from the id that was asked for.
    pub id: Option<String>,
    // The provider's own ids, kept for an operator who looks into a task.
    pub post_id: Option<String>,
    pub asset_id: Option<String>,
    pub trace_id: Option<String>,
    pub video_id: Option<String>,
    pub video_file_id: Option<String>,
    pub thumbnail_file_id: Option<String>,
    pub upscaled: Option<bool>,
    pub upscale_on_complete: Option<bool>,
}

impl Snapshot {
    /// Returns this snapshot, completed from an `earlier` one: a prompt that was seen once is
    /// not lost. Progress is kept only while the task runs, and an error is never kept.
    #[must_use]
    pub fn over(self, earlier: &Self) -> Self {
        let keep = |new: Option<String>, old: &Option<String>| new.or_else(|| old.clone());
        let progress = match self.phase {
            Phase::Running => self.progress.or(earlier.progress),
            _ => self.progress,
        };
        Self {
            progress,
            prompt: keep(self.prompt, &earlier.prompt),
            enhanced_prompt: keep(self.enhanced_prompt, &earlier.enhanced_prompt),
            model: keep(self.model, &earlier.model),
            ratio: keep(self.ratio, &earlier.ratio),
            mode: keep(self.mode, &earlier.mode),
            kind: keep(self.kind, &earlier.kind),
            ..self
        }
    }

    /// Returns the parts whose change people see; times alone are not worth an edit.
    fn visible(&self) -> impl PartialEq + '_ {
        (
            (
                self.phase,
                self.progress,
                &self.error,
                &self.model,
                &self.ratio,
            ),
            (
                &self.prompt,
                &self.enhanced_prompt,
                &self.video_url,
                &self.thumbnail_url,
            ),
        )
    }

    /// Returns whether a message looks the same with either snapshot.
    #[must_use]
    pub fn looks_like(&self, other: &Self) -> bool {
        self.visible() == other.visible()
    }
}

/// The outcome of a watch or of its task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The provider finished the task. The link to the video may be missing.
    Completed,
    /// The provider failed the task; [`Snapshot::error`] has its reason.
    Failed,
    NotFound,
    /// The provider refuses the bot's API key, so nothing is known about the task.
    Denied,
    /// No configured gateway takes the task's id, or the one that knew it was removed.
    Unserved,
    /// The bot stopped watching; the task may still be running. Never called a failure.
    TimedOut,
    Stopped,
}

impl Outcome {
    /// Returns the outcome's name in metrics and in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::NotFound => "not_found",
            Self::Denied => "denied",
            Self::Unserved => "unserved",
            Self::TimedOut => "timed_out",
            Self::Stopped => "stopped",
        }
    }
}

/// The common reason why the last polls in a row brought no progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Setback {
    NotAnswering,
    NotFound,
    Denied,
    /// The provider's answers are too large to be read.
    TooLarge,
    /// The provider says "completed" but gives no video.
    NoVideo,
}

/// A task as the bot knows it: one row, however many people watch it.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    pub id: TaskId,
    /// The revision. It grows by one when something that people see changes; 0 before the
    /// first answer.
    pub revision: i64,
    pub snapshot: Snapshot,
    /// How the task ended. Once it is set, the task is no longer polled.
    pub outcome: Option<Outcome>,
    /// True if a poll has come back since the task was last started.
    pub answered: bool,
    /// True if the provider has ever shown the task.
    pub known: bool,
    /// The name of the gateway that has shown the task. Only that one is asked.
    pub gateway: Option<String>,
    /// The common reason why the last `failures` polls failed, if they did.
    pub setback: Option<Setback>,
    /// The number of failed polls in a row with this setback.
    pub failures: u32,
    /// When the present setback began.
    pub setback_since: Option<Timestamp>,
    /// True if the messages say that the provider is not answering.
    pub troubled: bool,
    /// When the task was last started, by the first request or by one after its end. The poll
    /// schedule counts from here.
    pub watched_since: Timestamp,
    pub give_up_at: Timestamp,
    /// When a poll last came back without an end.
    pub unfinished_at: Option<Timestamp>,
    /// How long the task took to complete after `watched_since`, if people had to wait.
    pub took: Option<Duration>,
    /// The number of the claim that may settle the task.
    pub attempt: i64,
    /// Raised by every request, so that a poll in progress notices that somebody
    /// joined.
    pub requests: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_the_family_are_accepted() {
        for id in [
            "grok:eee6faa8-9dee-455c-aa82-02ac623adf3a",
            "033fa60e-f37c-4ff6-a44d-5585ffea938d",
            "veo3.1-fast:1770350082-trii1OXZc3",
            "sora-2:task_01k6x15vhrff09dkkqjrzwhm60",
            "a",
            &"x".repeat(512),
        ] {
            assert_eq!(TaskId::parse(id).map(|t| t.to_string()), Ok(id.to_owned()));
        }
        assert_eq!(
            TaskId::parse(" grok:1\n").map(|t| t.to_string()),
            Ok("grok:1".into())
        );
    }

    #[test]
    fn anything_else_is_refused() {
        for id in [
            "",
            "   ",
            "a b",
            "../x",
            "..",
            ".",
            "a/b",
            "a&id=b",
            "@everyone",
            "a\nb",
            "é",
            "a%20b",
            "a?b",
            "#1",
            &"x".repeat(513),
            &"x".repeat(6000),
        ] {
            assert_eq!(TaskId::parse(id), Err(BadTaskId), "{id:?}");
        }
    }

    #[test]
    fn a_prompt_once_seen_is_kept_and_an_error_is_not() {
        let first = Snapshot {
            phase: Phase::Running,
            progress: Some(40),
            enhanced_prompt: Some("a flying cow".into()),
            error: Some("hiccup".into()),
            ..Snapshot::default()
        };
        let second = Snapshot {
            phase: Phase::Completed,
            ..Snapshot::default()
        }
        .over(&first);
        assert_eq!(second.enhanced_prompt.as_deref(), Some("a flying cow"));
        assert_eq!((second.progress, second.error), (None, None));
    }
}
