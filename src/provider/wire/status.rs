//! The status words of the gateway family.
//!
//! Providers invent words, so an unknown one never ends a watch.

use crate::domain::task::Phase;

/// The words of each phase. Case, `_`, `-` and spaces make no difference.
/// `video_generation_completed` is no end, because the file is still upsampled.
const WORDS: [(Phase, &str); 4] = [
    (
        Phase::Waiting,
        "pending queued submitted not_start not_started created starting preparing initializing \
         in_queue unknown waiting wait queue queueing queuing enqueued throttled scheduled accepted \
         received submitting validating initialized \
         排队中 正在排队 排队 队列中 等待中 等待 待处理 已提交 未开始 准备中",
    ),
    (
        Phase::Running,
        "processing in_progress running generating image_downloading video_generating \
         video_generation_running video_upsampling upsampling video_generation_completed \
         video_upsampling_completed active in_process working executing rendering uploading \
         生成中 正在生成 处理中 正在处理 进行中 运行中 执行中 制作中",
    ),
    (
        Phase::Completed,
        "completed complete success successful succeeded succeed finished finish done ready \
         已完成 完成 成功 生成成功 已成功 生成完成 处理完成 任务完成 执行成功",
    ),
    (
        Phase::Failed,
        "failed failure fail video_generation_failed video_upsampling_failed cancelled canceled \
         expired aborted rejected terminated timeout timed_out unsuccessful deleted blocked \
         moderated content_filtered filtered nsfw errored \
         失败 生成失败 任务失败 处理失败 执行失败 已失败 已取消 取消 已过期 超时 已超时 已拒绝 \
         已终止 已删除 审核失败 审核不通过",
    ),
];
/// The prefixes that some gateways put before their words.
const PREFIXES: &str =
    "media_generation_status task_status job_state task_state job_status status state";
/// The words of an envelope about the request, which say nothing about the task.
const ACKNOWLEDGED: &str = "ok true false 200 0";
/// The words of a failure that name no reason.
const PLAIN: &str = "failed failure fail error unsuccessful errored 失败 生成失败 任务失败 处理失败 \
    执行失败 已失败";

/// The words of a failure by a filter.
const FILTERED: &str = "blocked moderated content_filtered filtered nsfw 审核失败 审核不通过";

/// The meaning of a status word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// A word of the family.
    Known(Phase),
    /// The word `error`. The text beside it decides whether the task failed or is unknown.
    Error,
    /// A word that is in no table; the task counts as running.
    Unknown,
}

impl Word {
    /// Reads a word as sent.
    #[must_use]
    pub fn read(word: &str) -> Self {
        let word = bare(word);
        let known = WORDS.iter().find(|(_, words)| is_among(&word, words));
        match known {
            Some((phase, _)) => Self::Known(*phase),
            None if word.is_empty() => Self::Known(Phase::Waiting),
            None if word == "error" => Self::Error,
            None => Self::Unknown,
        }
    }

    /// Returns the phase of a task with this word, if nothing else is known.
    #[must_use]
    pub fn phase(self) -> Phase {
        match self {
            Self::Known(phase) => phase,
            Self::Error => Phase::Failed,
            Self::Unknown => Phase::Running,
        }
    }
}

/// Returns whether a failure's word names no reason.
pub(super) fn is_plain_failure(word: &str) -> bool {
    is_among(&bare(word), PLAIN)
}

/// Returns whether a failure's word says that a filter refused the video.
pub(super) fn is_filtered(word: &str) -> bool {
    is_among(&bare(word), FILTERED)
}

/// Returns whether a word is about the request instead of the task.
pub(super) fn is_acknowledgement(word: &str) -> bool {
    is_among(&bare(word), ACKNOWLEDGED)
}

fn is_among(bare_word: &str, words: &str) -> bool {
    words
        .split_whitespace()
        .any(|word| folded(word) == bare_word)
}

/// Returns a word in the spelling that is compared, without a prefix.
fn bare(word: &str) -> String {
    let word = folded(word);
    let mut prefixes = PREFIXES.split_whitespace();
    let rest = prefixes.find_map(|prefix| word.strip_prefix(&*folded(prefix)));
    rest.map_or(word.clone(), str::to_owned)
}

fn folded(word: &str) -> String {
    let kept = word
        .chars()
        .filter(|c| !matches!(c, '_' | '-') && !c.is_whitespace());
    kept.map(|c| c.to_ascii_lowercase()).collect()
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
                 initializing in_queue unknown waiting queueing throttled scheduled not_started \
                 排队中",
            ),
            (
                Phase::Running,
                "processing in_progress in-progress running generating image_downloading \
                 video_generating video_generation_running video_upsampling upsampling \
                 video_generation_completed video_upsampling_completed 生成中",
            ),
            (
                Phase::Completed,
                "completed complete success successful succeeded succeed finished done ready \
                 media_generation_status_successful 已完成",
            ),
            (
                Phase::Failed,
                "failed failure fail video_generation_failed video_upsampling_failed cancelled \
                 canceled expired aborted rejected terminated timeout timed_out unsuccessful \
                 deleted blocked moderated content_filtered nsfw media_generation_status_failed \
                 失败",
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
            "未失败",
            "dreaming",
        ] {
            assert_eq!(Word::read(word), Word::Unknown, "{word}");
            assert_eq!(Word::read(word).phase(), Phase::Running, "{word}");
        }
    }
}
