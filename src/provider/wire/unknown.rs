//! Recognises messages which say that a task is unknown.
//!
//! Each gateway has its own sentence, so a sentence is read by its kinds of words. A message
//! about another thing, such as "task failed: image not found", is another error.

use super::text;

/// The nouns of a task, which may follow other words.
const TASKS: &str = "task job taskid jobid";
/// The nouns that may also mean an input, as in "reference video". They begin the message.
const RECORDS: &str = "id record video videoid generation operation prediction";
/// The words that change no meaning.
const IDLE: &str = "the a an any this that your requested specified given with of is was are \
    does do did could can be been has have to longer";
const NOT: &str =
    "not no cannot can't cant couldn't couldnt doesn't doesnt isn't isnt wasn't unable";
/// The words that, denied, say that something is unknown.
const THERE: &str = "found find exist exists visible";
const UNKNOWN: &str = "unknown nonexistent";
/// A word that is said of a task's parameters, too, and so counts only for an id.
const INVALID: &str = "invalid";
const QUOTES: &str = "\"'`“”‘’「」[]{}<>.:";

const CHINESE_TASKS: [&str; 2] = ["任务", "作业"];
const CHINESE_RECORDS: [&str; 2] = ["记录", "视频"];
const CHINESE_IDLE: [&str; 7] = ["编号", "这个", "指定", "对应", "该", "此", "的"];
const CHINESE_UNKNOWN: [&str; 2] = ["不存在", "不可见"];
/// The verbs for an unknown thing. A task may also be the one that did not find it.
const CHINESE_NOT_FOUND: [&str; 5] = ["未找到", "找不到", "没有找到", "没找到", "查无"];

/// Returns whether a message or a machine code says that a task is unknown.
pub(super) fn says(message: &str) -> bool {
    let message = text::simplified(message).to_lowercase().replace('’', "'");
    let is_end = |c: char| c.is_control() || ",;!?=()，；！？（）。：".contains(c);
    let parts = message.split(is_end);
    let sentences = parts.flat_map(|part| part.split(": ").flat_map(|part| part.split(". ")));
    let mut sentences = sentences.enumerate();
    sentences.any(|(at, sentence)| in_english(sentence, at == 0) || in_chinese(sentence, at == 0))
}

fn in_english(sentence: &str, is_first: bool) -> bool {
    let words = sentence.split_whitespace().flat_map(|word| {
        // An id may hold `_`, a code has them in place of spaces.
        let between = if has_digit(word) { ' ' } else { '_' };
        word.split(between)
    });
    let words = words.filter(|word| !word.is_empty() && !is(word, IDLE));
    let words: Vec<&str> = words.collect();
    let begins = |at: usize| is(words[at], TASKS) || at == 0 && is_first && is(words[0], RECORDS);
    let mut starts = (0..words.len()).filter(|at| begins(*at));
    starts.any(|at| is_denied_after(&words[at..])) || is_denied_before(&words, is_first)
}

/// Returns whether a sentence is like "task with id 7 does not exist".
fn is_denied_after(words: &[&str]) -> bool {
    let (noun, rest) = noun(words);
    let ids = rest.iter().take_while(|word| is_id(word)).count();
    // Any word may be an id after the word "id".
    let may_skip = usize::from(names_id(noun));
    [ids, may_skip]
        .into_iter()
        .any(|count| match rest.get(count..) {
            Some([first, second, ..]) if is(first, NOT) => is(second, THERE),
            Some([only]) => is(only, UNKNOWN) || names_id(noun) && is(only, INVALID),
            _ => false,
        })
}

/// Returns whether a sentence is like "no such task" or "cannot find task 7".
fn is_denied_before(words: &[&str], is_first: bool) -> bool {
    let has = |words: &[&str], names| words.iter().any(|word| is(word, names));
    let denies = |word: &&&str| {
        [NOT, THERE, UNKNOWN, INVALID, "such"]
            .iter()
            .any(|names| is(word, names))
    };
    let (start, rest) = words.split_at(words.iter().take_while(denies).count());
    let (noun, rest) = noun(rest);
    let is_known = has(noun, TASKS) || is_first && !noun.is_empty() && !has(start, "no");
    let denied = has(start, UNKNOWN) || has(start, NOT) || names_id(noun) && has(start, INVALID);
    let may_skip = usize::from(names_id(noun) && has(start, THERE));
    let mut rest = rest.iter().skip(may_skip);
    let is_whole = rest.all(|word| is_id(word) || is(word, THERE));
    is_known && denied && (is_whole || has(start, "such"))
}

/// Splits off the nouns at the start.
fn noun<'a, 'b>(words: &'a [&'b str]) -> (&'a [&'b str], &'a [&'b str]) {
    let is_noun = |word: &&&str| is(word, TASKS) || is(word, RECORDS);
    words.split_at(words.iter().take_while(is_noun).count())
}

fn names_id(noun: &[&str]) -> bool {
    noun.iter()
        .any(|word| word.trim_matches(in_quotes).ends_with("id"))
}

fn is_id(word: &str) -> bool {
    has_digit(word) || word.contains([':', '-']) || word.starts_with(in_quotes)
}

fn has_digit(word: &str) -> bool {
    word.contains(|c: char| c.is_ascii_digit())
}

fn in_quotes(c: char) -> bool {
    QUOTES.contains(c)
}

fn is(word: &str, names: &str) -> bool {
    let word = word.trim_matches(in_quotes);
    names.split(' ').any(|name| name == word)
}

fn in_chinese(sentence: &str, is_first: bool) -> bool {
    let letters = sentence.chars();
    let letters = letters.filter(|c| !c.is_ascii() && !c.is_whitespace() && !in_quotes(*c));
    let idle = |text: String, word: &&str| text.replace(word, "");
    let text = CHINESE_IDLE.iter().fold(letters.collect(), idle);
    let gone = |noun: &str| CHINESE_UNKNOWN.map(|word| format!("{noun}{word}"));
    let lost = |noun: &str| {
        let orders = |verb| [format!("{noun}{verb}"), format!("{verb}{noun}")];
        CHINESE_NOT_FOUND.map(orders).concat()
    };
    let is_task = |noun: &&str| {
        let mut lost = lost(noun).into_iter();
        gone(noun).iter().any(|said| text.contains(said)) || lost.any(|said| text.ends_with(&said))
    };
    let is_record = |noun: &&str| {
        gone(noun).iter().any(|said| text.starts_with(said)) || lost(noun).contains(&text)
    };
    CHINESE_TASKS.iter().any(is_task)
        || is_first && (CHINESE_RECORDS.iter().any(is_record) || text == "无任务")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_task_is_told_in_many_ways() {
        for message in [
            "task not found",
            "task_not_exist",
            "TASK_NOT_FOUND",
            "Task does not exist",
            "task is not visible",
            "No such task for this token",
            "upstream: task not found.",
            "Error: the task doesn’t exist, or it has expired",
            "Task ID not found",
            "Task with id x not found",
            "Task 'x' was not found in our database",
            "Task veo3.1-fast:177-x not found",
            "task task_01k6 could not be found",
            "Unknown task",
            "unknown task id",
            "Invalid task id",
            "task_id is invalid",
            "no task found",
            "Cannot find task 7",
            "unable to find the task",
            "Could not find task with id abc",
            "Task not found or expired",
            "The task no longer exists",
            "job not found",
            "generation not found",
            "Video not found",
            "record not found",
            "The requested video could not be found",
            "任务不存在",
            "任务 ID 不存在",
            "任务grok:1不存在",
            "任务编号不存在",
            "找不到该任务",
            "错误：未找到任务",
            "查无此任务",
            "无此任务",
            "没有找到对应的任务",
            "记录不存在",
            "任务未找到",
            "视频不存在或已删除",
            "任務不存在",
            "找不到任務",
        ] {
            assert!(says(message), "{message}");
        }
    }

    #[test]
    fn other_errors_are_not_about_an_unknown_task() {
        for message in [
            "",
            "Task failed: image not found",
            "Task failed: video not found",
            "task failed, image not found",
            "The reference video could not be found",
            "input image does not exist",
            "Invalid task type",
            "Unknown task type",
            "Task unknown error",
            "task is invalid",
            "Invalid ID format",
            "unknown task id format",
            "Invalid video format",
            "Invalid video",
            "No video was made",
            "no task slots available",
            "task queue not available",
            "model not found",
            "Not Found",
            "found task",
            "the task does not support this model",
            "参考视频不存在",
            "任务失败，视频不存在",
            "图片不存在",
            "暂无任务",
            "任务无法完成",
            "找不到该任务的图片",
            "任务未找到参考图",
            "任务中未找到人脸",
        ] {
            assert!(!says(message), "{message}");
        }
    }
}
