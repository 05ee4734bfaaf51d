//! Whatever is sent: no panic, no text over its cap, and never "completed"
//! unless the status of the task or of its wrapper says so.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests fail as tests do"
)]

#[path = "wire/invariants.rs"]
mod invariants;

use std::fs;
use std::path::Path;

use proptest::collection::{hash_map, vec};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};
use videostatus::domain::query::QueryError;
use videostatus::domain::task::{Phase, Snapshot};
use videostatus::provider::wire::decode;

fn status() -> impl Strategy<Value = u16> {
    prop_oneof![
        Just(200),
        Just(400),
        Just(403),
        Just(404),
        Just(502),
        100..1000u16
    ]
}

/// Keys and words that mean something to the decoder, so that random values
/// reach its branches.
fn key() -> impl Strategy<Value = String> {
    let known = select(vec![
        "id",
        "task_id",
        "status",
        "data",
        "detail",
        "pending_info",
        "progress",
        "progress_pct",
        "error",
        "fail_reason",
        "message",
        "code",
        "type",
        "video_url",
        "result_url",
        "output",
        "video",
        "url",
        "videos",
        "task_result",
        "metadata",
        "prompt",
        "enhanced_prompt",
        "completed_at",
        "status_update_time",
        "thumbnail_url",
        "upscaled",
    ]);
    prop_oneof![9 => known.prop_map(str::to_owned), 1 => any::<String>()]
}

fn text() -> impl Strategy<Value = String> {
    let known = select(vec![
        "completed",
        "SUCCESS",
        " done ",
        "failed",
        "error",
        "processing",
        "pending",
        "45%",
        "-1",
        "1e308",
        "1764522552",
        "https://a.example/v.mp4",
        "https://u:p@a.example/",
        "```\nx\n```",
        "{\"message\":\"{\\\"code\\\":\\\"task_not_exist\\\"}\"}",
        "<html>completed</html>",
        "upstream_load_saturated",
        "task not found",
        "\u{0}\u{202e}",
    ]);
    prop_oneof![3 => known.prop_map(str::to_owned), 1 => any::<String>()]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 64, 8, |inner| {
        prop_oneof![
            1 => vec(inner.clone(), 0..4).prop_map(Value::from),
            4 => hash_map(key(), inner, 0..8).prop_map(|map| json!(map)),
        ]
    })
}

fn samples() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let files = fs::read_dir(folder).unwrap();
    let mut samples: Vec<_> = files
        .map(|file| {
            let sample: Value =
                serde_json::from_slice(&fs::read(file.unwrap().path()).unwrap()).unwrap();
            match sample.get("text") {
                Some(text) => text.as_str().unwrap().as_bytes().to_vec(),
                None => sample["body"].to_string().into_bytes(),
            }
        })
        .collect();
    samples.sort();
    samples
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_value_holds(status in status(), value in value()) {
        invariants::hold_for(status, value.to_string().as_bytes());
    }

    #[test]
    fn any_bytes_hold(status in status(), bytes in vec(any::<u8>(), 0..512)) {
        invariants::hold_for(status, &bytes);
    }

    #[test]
    fn any_mutation_of_a_sample_holds(
        status in status(),
        sample in select(samples()),
        changes in vec((any::<Index>(), any::<u8>()), 1..8),
        cut in any::<Index>(),
        other in select(samples()),
        splice in any::<bool>(),
    ) {
        let mut bytes = sample;
        for (at, byte) in changes {
            let at = at.index(bytes.len().max(1));
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
        }
        if splice {
            bytes.truncate(cut.index(bytes.len() + 1));
            bytes.extend(other);
        }
        invariants::hold_for(status, &bytes);
    }

    /// The same said in other words: a running task whose every other field
    /// shouts "completed" still runs.
    #[test]
    fn nested_text_never_completes(key in key(), value in value(), word in text()) {
        prop_assume!(key != "status" && key != "data");
        let body = json!({
            "id": "grok:x",
            "status": "processing",
            "data": {"status": word.clone(), "data": {"status": "completed"}},
            "detail": {"status": "completed", "message": word},
            key: value,
            "progress": 100,
        });
        // An HTTP status in the envelope cannot end it well either.
        if let Ok(snapshot) = decode(200, body.to_string().as_bytes()) {
            prop_assert_eq!(snapshot.phase, Phase::Running);
        }
    }
}

#[test]
fn the_largest_body_of_brackets_is_refused_and_not_followed() {
    for body in ["[".repeat(256 * 1024), "{\"data\":".repeat(32 * 1024)] {
        assert!(matches!(
            decode(200, body.as_bytes()),
            Err(QueryError::Invalid { .. })
        ));
        invariants::hold_for(502, body.as_bytes());
    }
}

#[test]
fn texts_are_cut_at_their_caps() {
    let long = "x".repeat(20_000);
    let body = json!({"id": long, "status": "failed", "error": long, "prompt": long, "enhanced_prompt": long});
    let Snapshot {
        id,
        error,
        prompt,
        enhanced_prompt,
        ..
    } = decode(200, body.to_string().as_bytes()).unwrap();
    let lengths = [id, error, prompt, enhanced_prompt].map(|text| text.unwrap().chars().count());
    assert_eq!(lengths, [256, 1000, 8192, 8192]);
}
