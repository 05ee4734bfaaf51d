//! What holds for every reply whatsoever; checked by `tests/wire_properties.rs`
//! and by the fuzz target. The parent module imports the names.

use super::{Phase, QueryError, Snapshot, decode};

/// The words that end a task well, listed here a second time on purpose.
const DONE: &str = " completed complete success successful succeeded succeed finished done ready ";

/// Decodes and checks.
pub(crate) fn hold_for(status: u16, body: &[u8]) {
    match decode(status, body) {
        Ok(snapshot) => {
            assert!(
                (200..300).contains(&status),
                "a snapshot from HTTP {status}"
            );
            if snapshot.phase == Phase::Completed {
                assert!(says_done(body), "completed out of nested text");
            }
            check_snapshot(&snapshot);
        }
        Err(error) => check_error(&error),
    }
}

/// Whether the status of the task or of its wrapper is a word of the end: no
/// deeper one, and no text, can say so.
fn says_done(body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(body);
    let text = text.trim_start_matches('\u{feff}');
    // Halves of surrogate pairs are forgiven; an escape instead will do here.
    let text = text.replace("\\ud", "\\u0").replace("\\uD", "\\u0");
    let root: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    let words = [root.pointer("/status"), root.pointer("/data/status")];
    words.into_iter().flatten().any(|word| {
        let word = word
            .as_str()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        !word.is_empty() && !word.contains(' ') && DONE.contains(&format!(" {word} "))
    })
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
        assert!(link.len() <= 2048 && link.starts_with("http"), "{link:?}");
        let url = url::Url::parse(link).expect("a link");
        assert!(url.username().is_empty() && url.password().is_none());
    }
    assert!(video_url.is_none() || *phase == Phase::Completed);
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
        | QueryError::Invalid { cause: text } => {
            check_text(Some(text), 200, false);
            assert!(!is_page(text), "HTML in {text:?}");
        }
        QueryError::RateLimited { wait } => assert_eq!(*wait, None),
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
