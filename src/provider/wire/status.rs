//! The status words of the gateway family.
//!
//! Providers invent words, so an unknown one never ends a watch.

use super::text;
use crate::domain::task::Phase;

/// The words of each phase. Case, `_`, `-`, spaces, punctuation and Chinese script make no
/// difference, and [`THINGS`] may stand before a word.
/// `video_generation_completed` is no end, because the file is still upsampled.
const WORDS: [(Word, &str); 5] = [
    (
        Word::Known(Phase::Waiting),
        "pending queued submitted not_start not_started created starting preparing initializing \
         in_queue unknown waiting wait queue queueing queuing enqueued throttled scheduled accepted \
         received submitting validating initialized \
         排队中 正在排队 排队 队列中 等待中 等待 待处理 已提交 未开始 准备中",
    ),
    (
        Word::Known(Phase::Running),
        "processing in_progress running generating image_downloading video_generating \
         video_generation_running video_upsampling upsampling video_generation_completed \
         video_upsampling_completed active in_process working executing rendering uploading \
         生成中 正在生成 处理中 正在处理 进行中 运行中 执行中 制作中",
    ),
    (
        Word::Known(Phase::Completed),
        "completed complete success successful succeeded succeed finished finish done ready \
         已完成 完成 成功 生成成功 已成功 生成完成 处理完成 执行成功 已生成",
    ),
    (
        Word::Known(Phase::Failed),
        "failed failure fail cancelled canceled expired aborted rejected terminated timeout \
         timed_out unsuccessful deleted blocked moderated content_filtered filtered nsfw errored \
         失败 取消 过期 超时 逾时 拒绝 终止 删除 失效 审核失败 审核不通过 \
         审核未通过 未通过审核 违规 内容违规",
    ),
    (Word::Error, "error exception 错误 异常 出错"),
];
/// The names of the thing that a word is about, which may stand before the word.
const THINGS: &str = "media_generation_status task job video status state 任务 视频 影片";
/// The names of a step of a task, and "already" and "by", which may stand before a word for a
/// failure. A step that is done says nothing about the others.
const STEPS: &str = "generation generate processing process rendering render upsampling \
    upscaling 生成 处理 执行 渲染 合成 制作 已 被";
/// The words that may follow a word for a failure.
const FAULTS: &str = "error exception 错误 异常 失败";
/// The words of an envelope about the request, which say nothing about the task.
const ACKNOWLEDGED: &str = "ok true false 200 0";
/// The words of a failure that name no reason.
const PLAIN: &str = "failed failure fail error unsuccessful errored exception 失败 错误 异常 \
    出错";

/// The words of a failure by a filter.
const FILTERED: &str = "blocked moderated content_filtered filtered nsfw 审核失败 审核不通过 \
    审核未通过 未通过审核 违规 内容违规";

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
        if folded(word).is_empty() {
            return Self::Known(Phase::Waiting);
        }
        let known = |rest: &Remainder| {
            let mut rows = WORDS.iter().filter(|(_, words)| is_among(rest, words));
            rows.find_map(|(known, _)| rest.may_be(*known).then_some(*known))
        };
        rests(word)
            .find_map(|rest| known(&rest))
            .unwrap_or(Self::Unknown)
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
    rests(word).any(|rest| is_among(&rest, PLAIN))
}

/// Returns whether a failure's word says that a filter refused the video.
pub(super) fn is_filtered(word: &str) -> bool {
    rests(word).any(|rest| is_among(&rest, FILTERED))
}

/// Returns whether a word is about the request instead of the task.
pub(super) fn is_acknowledgement(word: &str) -> bool {
    rests(word).any(|rest| is_among(&rest, ACKNOWLEDGED))
}

/// A word, or the rest of it.
struct Remainder {
    word: String,
    /// True if the rest is that of a step's word.
    of_step: bool,
}

impl Remainder {
    /// Returns whether the rest may stand for the whole word.
    fn may_be(&self, meaning: Word) -> bool {
        !self.of_step || meaning.phase() == Phase::Failed
    }

    /// Returns the rest without its first prefix or its last word.
    fn shorter(&self) -> Option<Self> {
        let without = |names: &str, strip: fn(&str, &str) -> Option<String>| {
            let mut names = names.split_whitespace().map(|name| name.replace('_', ""));
            let word = names.find_map(|name| strip(&self.word, &name));
            word.filter(|word| !word.is_empty())
        };
        let start = |word: &str, name: &str| word.strip_prefix(name).map(str::to_owned);
        let end = |word: &str, name: &str| word.strip_suffix(name).map(str::to_owned);
        let rest = |word, of_step| Self { word, of_step };
        without(THINGS, start)
            .map(|word| rest(word, self.of_step))
            .or_else(|| Some(rest(without(STEPS, start)?, true)))
            .or_else(|| Some(rest(without(FAULTS, end)?, true)))
    }
}

/// Returns a word in the spelling that is compared, and its shorter and shorter rests.
fn rests(word: &str) -> impl Iterator<Item = Remainder> {
    let (word, of_step) = (folded(word), false);
    std::iter::successors(Some(Remainder { word, of_step }), Remainder::shorter)
}

fn is_among(rest: &Remainder, words: &str) -> bool {
    let mut words = words.split_whitespace();
    words.any(|word| word.chars().filter(|c| *c != '_').eq(rest.word.chars()))
}

fn folded(word: &str) -> String {
    let ends = |c: char| c.is_whitespace() || ".。．!！,，;；:：~～…".contains(c);
    let kept = word.trim_matches(ends).chars();
    let kept = kept.filter(|c| !matches!(c, '_' | '-') && !c.is_whitespace());
    let kept: String = kept.map(|c| c.to_ascii_lowercase()).collect();
    text::simplified(&kept)
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
                 video_generation_completed video_upsampling_completed 生成中 生成中... 處理中",
            ),
            (
                Phase::Completed,
                "completed complete success successful succeeded succeed finished done ready \
                 media_generation_status_successful done. task_completed job_done video_ready \
                 completed! 已完成 已完成。 完成！ 已生成 任务成功 視頻已生成 處理完成",
            ),
            (
                Phase::Failed,
                "failed failure fail video_generation_failed video_upsampling_failed cancelled \
                 canceled expired aborted rejected terminated timeout timed_out unsuccessful \
                 deleted blocked moderated content_filtered nsfw media_generation_status_failed \
                 task_failed job_failed generation_failed task_timeout generation_cancelled \
                 timeout_error video_expired render_failed \
                 失败 已失败 失敗 生成失敗 任务失败 任務失敗 已取消 被取消 任務已取消 超时失败 生成超时 逾時 审核失败 审核未通过 審核未通過 违规 失效",
            ),
        ];
        for (phase, words) in groups {
            for word in words.split_whitespace() {
                assert_eq!(Word::read(word), Word::Known(phase), "{word}");
                let shouted = format!(" {}\n", word.to_uppercase());
                assert_eq!(Word::read(&shouted), Word::Known(phase), "{shouted:?}");
            }
        }
        for word in "error ERROR task_error 错误 錯誤 异常 任务异常 生成異常".split_whitespace()
        {
            assert_eq!(Word::read(word), Word::Error, "{word}");
        }
        assert_eq!(Word::read(" _ "), Word::Known(Phase::Waiting));
    }

    #[test]
    fn a_word_of_nobodys_is_running_and_never_an_end() {
        for word in [
            "almost",
            "completed?",
            "not completed",
            "generation_completed",
            "video_generation_success",
            "rendering_done",
            "success_error",
            "渲染完成",
            "task",
            "未失败",
            "dreaming",
        ] {
            assert_eq!(Word::read(word), Word::Unknown, "{word}");
            assert_eq!(Word::read(word).phase(), Phase::Running, "{word}");
        }
    }

    #[test]
    fn a_failure_is_plain_or_a_filters_in_every_spelling() {
        assert!(is_plain_failure("TASK_FAILED") && is_plain_failure("生成失敗。"));
        assert!(!is_plain_failure("task_timeout") && !is_plain_failure("cancelled"));
        assert!(is_filtered("video_blocked") && is_filtered("審核未通過"));
    }
}
