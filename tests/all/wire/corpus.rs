//! Every reply in `tests/corpus/` is decoded and compared with its snapshot.
//!
//! A file holds the HTTP status and the `body` (JSON) or `text` (anything else)
//! of one reply. Where they matter, it also holds the `id` that was asked for and what to
//! `expect`: the `phase`, how `video` ends (`false` for none), a part of the `reason`, the
//! kind of `error`. To add one, put it there, run `cargo test --test all corpus`
//! with `INSTA_UPDATE=always`, and read the snapshot that this writes.

use std::fs;
use std::path::Path;

use serde_json::Value;
use videostatus::domain::query::{InvalidReply, QueryError};
use videostatus::domain::task::TaskId;
use videostatus::provider::wire::{Question, Reading, read};

fn decoded(sample: &Value) -> Result<Reading, QueryError> {
    let http = sample["http"].as_u64().unwrap();
    let body = match (sample.get("body"), sample.get("text")) {
        (Some(body), None) => body.to_string(),
        (None, Some(Value::String(text))) => text.clone(),
        _ => panic!("a sample has either a body or a text"),
    };
    let question = Question {
        id: TaskId::parse(sample["id"].as_str().unwrap_or("asked")).unwrap(),
        gateway: "https://gateway.example".parse().unwrap(),
    };
    read(u16::try_from(http).unwrap(), body.as_bytes(), &question)
}

/// Describes a decoded reply by the snapshot's known fields, or by the error.
fn told(result: &Result<Reading, QueryError>) -> String {
    match result {
        Err(error) => format!("{error:#?}"),
        Ok(reading) => {
            let mut fields = serde_json::to_value(&reading.snapshot).unwrap();
            fields.as_object_mut().unwrap().retain(|_, v| !v.is_null());
            format!("{fields:#}")
        }
    }
}

/// Names the first thing that is not as a sample expects.
fn wrong(expect: &Value, result: &Result<Reading, QueryError>) -> Option<&'static str> {
    let kind = |error: &QueryError| match error {
        QueryError::NotFound { .. } => "unknown",
        QueryError::Denied { .. } => "denied",
        QueryError::RateLimited { .. } => "limited",
        QueryError::Unavailable { .. } | QueryError::NoAnswer { .. } => "unavailable",
        QueryError::Unserved => "unserved",
        QueryError::Invalid { what, .. } => match what {
            InvalidReply::TooLarge => "too large",
            InvalidReply::WrongPath => "path",
            InvalidReply::Unknown => "other",
        },
    };
    let snapshot = match (result, expect["error"].as_str()) {
        (Err(error), wanted) => return (Some(kind(error)) != wanted).then_some("error"),
        (Ok(_), Some(_)) => return Some("no error"),
        (Ok(reading), None) => &reading.snapshot,
    };
    let phase = serde_json::to_value(snapshot.phase).unwrap();
    let video = snapshot.video_url.as_deref();
    let video_fits = match &expect["video"] {
        Value::String(end) => {
            video.is_some_and(|video| video.split('?').next().unwrap().ends_with(end))
        }
        Value::Bool(false) => video.is_none(),
        _ => true,
    };
    let reason = snapshot.error.as_deref().unwrap_or_default().to_lowercase();
    let wanted = expect["reason"].as_str().unwrap_or_default().to_lowercase();
    let checks = [
        (phase == expect["phase"], "phase"),
        (video_fits, "video"),
        (reason.contains(&wanted), "reason"),
    ];
    checks
        .into_iter()
        .find_map(|(fits, what)| (!fits).then_some(what))
}

#[test]
fn the_corpus_decodes_as_before() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    let (mut count, mut failures) = (0, Vec::new());
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let sample: Value = serde_json::from_slice(&fs::read(&path).unwrap()).expect(&name);
        let result = decoded(&sample);
        let wrong = sample
            .get("expect")
            .and_then(|expect| wrong(expect, &result));
        failures.extend(wrong.map(|wrong| format!("{name}: {wrong}: {}", told(&result))));
        settings.bind(|| insta::assert_snapshot!(name, told(&result), "decoded(&sample)"));
        count += 1;
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(count >= 190, "only {count} samples found");
}
