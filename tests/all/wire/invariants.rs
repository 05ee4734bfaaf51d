//! Invariants of every reply, which `properties.rs` and the fuzz target check. The parent
//! module imports the names.

use super::{Phase, QueryError, Question, Snapshot, TaskId, decode};

/// The words that end a task well, listed here a second time on purpose.
const DONE: &str = " completed complete success successful succeeded succeed finished finish done \
    ready 已完成 完成 成功 生成成功 已成功 生成完成 处理完成 任务完成 执行成功 \
    已生成 處理完成 任務完成 執行成功 ";
/// Flags for the end.
const FLAGS: &str = " done isdone finished isfinished completed successflag ";
/// Prefixes that may stand before these words, one after another.
const PREFIXES: [&str; 11] = [
    "mediagenerationstatus",
    "task",
    "job",
    "video",
    "status",
    "state",
    "任务",
    "任務",
    "视频",
    "視頻",
    "影片",
];

/// The query that every reply here answers.
pub(crate) fn question() -> Question {
    Question {
        id: TaskId::parse("asked").expect("an id"),
        gateway: "https://gateway.example".parse().expect("an address"),
    }
}

/// Decodes a reply and checks that the invariants hold for the result.
pub(crate) fn hold_for(status: u16, body: &[u8]) {
    match decode(status, body, &question()) {
        Ok(snapshot) => {
            assert!(
                (200..300).contains(&status),
                "a snapshot from HTTP {status}"
            );
            if snapshot.phase == Phase::Completed {
                assert!(body_says_done(body), "completed out of nested text");
            }
            check_snapshot(&snapshot);
        }
        Err(error) => check_error(&error),
    }
}

fn body_says_done(body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(body);
    let text = text.trim_start_matches('\u{feff}');
    match serde_json::from_str(text) {
        Ok(value) => says_done(&value),
        // The decoder repairs the body. The word must then stand in it somewhere.
        Err(_) => {
            let text = folded(text);
            let mut words = DONE.split_whitespace().chain(FLAGS.split_whitespace());
            words.any(|word| text.contains(word))
        }
    }
}

/// Returns whether a status of the task, or of something around it, is a word, a flag or a
/// number for the end. Nothing within the task and no other text can say so.
fn says_done(value: &serde_json::Value) -> bool {
    use serde_json::Value;
    const ENVELOPES: &str = " data result output task response results tasks job payload body \
        prediction operation video items list tasklist records rows resp taskinfo jobinfo ";
    const STATUS: &str = " status taskstatus state taskstate jobstatus videostatus generationstatus statusname \
        statustext statusdesc ";
    match value {
        Value::Array(list) => list.iter().any(says_done),
        Value::String(text) => {
            let inner = serde_json::from_str::<Value>(text.trim());
            let is_json = inner.is_ok_and(|inner| !inner.is_string() && says_done(&inner));
            // The decoder repairs such a text, too.
            is_json || text.trim().starts_with(['{', '[']) && body_says_done(text.as_bytes())
        }
        Value::Object(fields) => fields.iter().any(|(key, value)| {
            let key = folded(key);
            let key = key.strip_suffix("json").unwrap_or(&key);
            let is = |names: &str| !key.is_empty() && names.contains(&format!(" {key} "));
            is(STATUS) && has_done_word(value)
                || is(FLAGS) && value.to_string().contains(['t', '1'])
                || is(ENVELOPES) && says_done(value)
        }),
        _ => false,
    }
}

fn has_done_word(value: &serde_json::Value) -> bool {
    use serde_json::Value;
    match value {
        Value::String(word) => {
            let word = folded(word);
            let ends = |c: char| !c.is_alphanumeric();
            let mut words = std::iter::successors(Some(word.trim_matches(ends)), shorter);
            words.any(|word| !word.is_empty() && DONE.contains(&format!(" {word} ")))
        }
        Value::Array(list) => list.iter().any(has_done_word),
        Value::Object(fields) => fields.values().any(has_done_word),
        _ => false,
    }
}

/// Returns a word without its first prefix.
fn shorter<'a>(word: &&'a str) -> Option<&'a str> {
    PREFIXES.iter().find_map(|prefix| word.strip_prefix(prefix))
}

fn folded(text: &str) -> String {
    let kept = text
        .chars()
        .filter(|c| !matches!(c, '_' | '-') && !c.is_whitespace() && !c.is_control());
    kept.map(|c| c.to_ascii_lowercase()).collect()
}

fn check_snapshot(snapshot: &Snapshot) {
    let Snapshot {
        phase,
        status,
        progress,
        prompt,
        enhanced_prompt,
        error,
        model,
        ratio,
        mode,
        kind,
        video_url,
        no_link,
        thumbnail_url,
        status_update_time,
        completed_at,
        id,
        post_id,
        asset_id,
        trace_id,
        video_id,
        video_file_id,
        thumbnail_file_id,
        upscaled: _,
        upscale_on_complete: _,
    } = snapshot;
    let labels = [
        status, model, ratio, mode, kind, id, post_id, asset_id, trace_id, video_id,
    ];
    for label in labels.into_iter().chain([video_file_id, thumbnail_file_id]) {
        check_text(label.as_deref(), 256, false);
    }
    check_text(error.as_deref(), 1000, false);
    assert!(!error.as_deref().is_some_and(is_page), "HTML for people");
    check_text(prompt.as_deref(), 8192, true);
    check_text(enhanced_prompt.as_deref(), 8192, true);
    for link in [video_url, thumbnail_url].into_iter().flatten() {
        assert!(link.len() <= 4000 && link.starts_with("http"), "{link:?}");
        let url = url::Url::parse(link).expect("a link");
        assert!(url.username().is_empty() && url.password().is_none());
    }
    assert!(video_url.is_none() || *phase == Phase::Completed);
    assert!(no_link.is_none() || phase.is_terminal() && video_url.is_none());
    assert!(progress.is_none_or(|percent| percent <= 100));
    for moment in [status_update_time, completed_at].into_iter().flatten() {
        assert!((1..253_402_300_800_000).contains(&moment.0), "{moment:?}");
    }
}

fn check_error(error: &QueryError) {
    match error {
        QueryError::NotFound { detail: text }
        | QueryError::Denied { detail: text }
        | QueryError::Unavailable { cause: text }
        | QueryError::NoAnswer { cause: text }
        | QueryError::Invalid { cause: text, .. } => {
            // The text is a sentence around 200 characters of the reply.
            check_text(Some(text), 300, false);
            assert!(!is_page(text), "HTML in {text:?}");
        }
        QueryError::RateLimited { wait } => assert_eq!(*wait, None),
        // No reply leads to this error.
        QueryError::Unserved => panic!("{error}"),
    }
}

fn check_text(text: Option<&str>, max: usize, breaks: bool) {
    let Some(text) = text else { return };
    assert!(!text.trim().is_empty(), "an empty text");
    assert!(text.chars().count() <= max, "longer than {max}");
    let fits = |c: char| !c.is_control() || breaks && matches!(c, '\n' | '\t');
    assert!(text.chars().all(fits), "control characters in {text:?}");
}

fn is_page(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    ["<html", "<!doctype", "<body"]
        .iter()
        .any(|mark| lower.contains(mark))
}
