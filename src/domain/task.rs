//! A task, its snapshot and how it can end.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::time::Timestamp;

/// The id under which a provider knows a video job, exactly as a person gave it.
///
/// The provider's reply may carry another id; everything is keyed by this one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TaskId(String);

/// The text is not a task id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a task id is 1 to {} characters of A-Z a-z 0-9 . _ : -", TaskId::MAX)]
pub struct BadTaskId;

impl TaskId {
    /// The longest id that gateways of the family give out, in characters.
    pub const MAX: usize = 512;

    /// Reads what a person typed; surrounding white space is forgiven.
    ///
    /// # Errors
    /// [`BadTaskId`] unless it is 1 to [`TaskId::MAX`] characters of
    /// `[A-Za-z0-9._:-]`, and not only dots: `.` and `..` are path steps.
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

    /// What tasks of one kind share: gateways put the model's name before the
    /// colon. Empty where there is none.
    #[must_use]
    pub fn family(&self) -> &str {
        self.0.split_once(':').map_or("", |(family, _)| family)
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a character may be part of a task id.
pub(super) fn is_id_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | ':' | '-')
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How far the provider says a task is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Queued, or nothing known yet.
    #[default]
    Waiting,
    Running,
    Completed,
    Failed,
}

impl Phase {
    /// Whether the provider will change nothing any more.
    #[must_use]
    pub fn is_terminal(self) -> bool {
        matches!(self, Self::Completed | Self::Failed)
    }
}

/// Why a task that ended has no link to a video, and will get none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoLink {
    /// A filter kept the video back; its words are the snapshot's `error`.
    Filtered,
    /// A filter kept the video back and said so by a flag alone: the snapshot's `error`
    /// is the flag's name, which says nothing to people.
    Flagged,
    /// The reply holds the video itself.
    InReply,
}

/// The provider's last answer about a task, decoded.
///
/// Texts are the provider's, untrusted and as sent; media links are http(s)
/// URLs. The field names are the endpoint's.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Snapshot {
    pub phase: Phase,
    /// The status word as sent.
    pub status: Option<String>,
    /// Percent, 0 to 100.
    pub progress: Option<u8>,
    /// The prompt that the person wrote.
    pub prompt: Option<String>,
    /// The provider's version of it, without its fence.
    pub enhanced_prompt: Option<String>,
    /// Why it failed or was filtered, or what troubles it, in the provider's words.
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
    /// Why a task that ended has no link, where that is known.
    pub no_link: Option<NoLink>,
    pub thumbnail_url: Option<String>,
    /// `status_update_time`, whichever unit it came in.
    pub status_update_time: Option<Timestamp>,
    /// `completed_at`, whichever unit it came in.
    pub completed_at: Option<Timestamp>,
    /// The id in the reply; it may differ from the one asked for.
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
    /// This answer with what an earlier one knew and it leaves out: a prompt
    /// once seen is not lost. Progress lasts only while the task runs, and an
    /// error is never carried over.
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

    /// The parts that a person sees change; times alone are not worth an edit.
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

    /// Whether a message made from either would look the same.
    #[must_use]
    pub fn looks_like(&self, other: &Self) -> bool {
        self.visible() == other.visible()
    }
}

/// How a watch of a task ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The provider finished; the video link may still be missing.
    Completed,
    /// The provider failed, with its reason in [`Snapshot::error`].
    Failed,
    NotFound,
    /// The provider refuses the bot's key: nothing is known about the task.
    Denied,
    /// No gateway of this bot is for the task (any more): nothing is known about it.
    Unserved,
    /// We stopped watching; the task may well go on. Never called a failure.
    TimedOut,
    Stopped,
}

impl Outcome {
    /// Its name in metrics; the database's word for it is the same.
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
    /// The provider said "completed" and gave no video.
    NoVideo,
}

/// A task as the bot knows it: one row, however many people watch it.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    pub id: TaskId,
    /// Grows by one whenever what people see changes; 0 before the first answer.
    pub revision: i64,
    pub snapshot: Snapshot,
    /// Set once the task is no longer polled.
    pub outcome: Option<Outcome>,
    /// Whether a poll has come back since somebody asked (again).
    pub answered: bool,
    /// Whether the provider has ever shown the task to us.
    pub known: bool,
    /// The name of the gateway that has shown it: the only one that is asked.
    pub gateway: Option<String>,
    /// The common reason of the last `failures` polls, if they failed.
    pub setback: Option<Setback>,
    /// Failed polls in a row with the same setback.
    pub failures: u32,
    /// When the present setback began.
    pub setback_since: Option<Timestamp>,
    /// Whether the message says that the provider is not answering.
    pub troubled: bool,
    /// When somebody asked (again): the poll schedule counts from here.
    pub watched_since: Timestamp,
    pub give_up_at: Timestamp,
    /// When a poll last came back without an end.
    pub unfinished_at: Option<Timestamp>,
    /// How long it took from the first ask to its completion, where people had
    /// to wait for it.
    pub took: Option<Duration>,
    /// The claim under which it may be settled.
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
