//! Status words of the gateway family.
//!
//! Providers invent words, so an unknown one never ends a watch.

use crate::domain::task::Phase;

/// What a status word means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// A word of the family.
    Known(Phase),
    /// `error`: the text beside it tells whether the task failed or is unknown.
    Error,
    /// None of ours; the task counts as running.
    Unknown,
}

impl Word {
    /// Reads a word as sent; case and surrounding white space do not matter.
    /// `video_generation_completed` is no end: the file is still upsampled.
    #[must_use]
    pub fn read(word: &str) -> Self {
        match word.trim().to_ascii_lowercase().as_str() {
            "" | "pending" | "queued" | "submitted" | "not_start" | "notstarted" | "created"
            | "starting" | "preparing" | "initializing" | "in_queue" | "unknown" => {
                Self::Known(Phase::Waiting)
            }
            "processing"
            | "in_progress"
            | "in-progress"
            | "running"
            | "generating"
            | "image_downloading"
            | "video_generating"
            | "video_generation_running"
            | "video_upsampling"
            | "upsampling"
            | "video_generation_completed"
            | "video_upsampling_completed" => Self::Known(Phase::Running),
            "completed" | "complete" | "success" | "successful" | "succeeded" | "succeed"
            | "finished" | "done" | "ready" => Self::Known(Phase::Completed),
            "failed"
            | "failure"
            | "fail"
            | "video_generation_failed"
            | "video_upsampling_failed"
            | "cancelled"
            | "canceled"
            | "expired" => Self::Known(Phase::Failed),
            "error" => Self::Error,
            _ => Self::Unknown,
        }
    }

    /// How far a task with this word is, taken by itself.
    #[must_use]
    pub fn phase(self) -> Phase {
        match self {
            Self::Known(phase) => phase,
            Self::Error => Phase::Failed,
            Self::Unknown => Phase::Running,
        }
    }
}

/// Whether a failure's word says no more than that it is one.
pub(super) fn is_plain_failure(word: &str) -> bool {
    let plain = ["failed", "failure", "fail", "error"];
    plain.iter().any(|plain| word.eq_ignore_ascii_case(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_the_family_has_its_phase() {
        let groups = [
            (
                Phase::Waiting,
                "pending queued submitted not_start notstarted created starting preparing \
                 initializing in_queue unknown",
            ),
            (
                Phase::Running,
                "processing in_progress in-progress running generating image_downloading \
                 video_generating video_generation_running video_upsampling upsampling \
                 video_generation_completed video_upsampling_completed",
            ),
            (
                Phase::Completed,
                "completed complete success successful succeeded succeed finished done ready",
            ),
            (
                Phase::Failed,
                "failed failure fail video_generation_failed video_upsampling_failed cancelled \
                 canceled expired",
            ),
        ];
        for (phase, words) in groups {
            for word in words.split_whitespace() {
                assert_eq!(Word::read(word), Word::Known(phase), "{word}");
                let shouted = format!(" {}\n", word.to_uppercase());
                assert_eq!(Word::read(&shouted), Word::Known(phase), "{shouted:?}");
            }
        }
        assert_eq!(Word::read("error"), Word::Error);
    }

    #[test]
    fn a_word_of_nobodys_is_running_and_never_an_end() {
        for word in [
            "almost",
            "completed!",
            "not completed",
            "失败",
            "in progress",
        ] {
            assert_eq!(Word::read(word), Word::Unknown, "{word}");
            assert_eq!(Word::read(word).phase(), Phase::Running, "{word}");
        }
    }
}
