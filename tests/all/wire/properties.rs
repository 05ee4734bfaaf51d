//! Whatever is sent: no panic, no text over its cap, and never "completed"
//! unless the status of the task or of its wrapper says so.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use proptest::collection::{hash_map, vec};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

use super::{Phase, QueryError, Snapshot, decode, invariants};

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
        "result",
        "task",
        "taskStatus",
        "state",
        "done",
        "success_flag",
        "resultJson",
        "content",
        "input",
        "images",
        "moderated",
        "object",
        "base_resp",
        "status_code",
        "errors",
        "details",
        "name",
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
        "video",
        "/v1/videos/x/content",
        "//b.example/v.mp4",
        "data:video/mp4;base64,AAAA",
        "{\"status\":\"done\",\"url\":\"https://a.example/v.mp4\"}",
        "已完成",
        "TASK_STATUS_SUCCEED",
        "x (request id: 7): <br>",
        "models/veo/operations/x",
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

/// Puts a field into one of the objects of a reply, at any depth.
fn insert(value: &mut Value, at: usize, key: &str, field: &Value) {
    fn count(value: &Value) -> usize {
        match value {
            Value::Object(fields) => 1 + fields.values().map(count).sum::<usize>(),
            Value::Array(list) => list.iter().map(count).sum(),
            _ => 0,
        }
    }
    fn walk(value: &mut Value, at: &mut usize, key: &str, field: &Value) {
        match value {
            Value::Object(fields) => {
                if *at == 0 {
                    fields.insert(key.to_owned(), field.clone());
                }
                *at = at.wrapping_sub(1);
                fields
                    .values_mut()
                    .for_each(|value| walk(value, at, key, field));
            }
            Value::Array(list) => list
                .iter_mut()
                .for_each(|value| walk(value, at, key, field)),
            _ => {}
        }
    }
    let mut at = at.checked_rem(count(value)).unwrap_or_default();
    walk(value, &mut at, key, field);
}

/// The samples whose task goes on.
fn unfinished() -> Vec<Value> {
    let bodies = samples().into_iter();
    let bodies = bodies.filter_map(|sample| serde_json::from_slice(&sample).ok());
    let goes_on = |body: &Value| phase(body).is_some_and(|phase| !phase.is_terminal());
    bodies.filter(goes_on).collect()
}

fn phase(body: &Value) -> Option<Phase> {
    let snapshot = decode(200, body.to_string().as_bytes(), &invariants::question());
    snapshot.ok().map(|snapshot| snapshot.phase)
}

/// What was sent in, under the names of the family.
const SENT_IN: [&str; 18] = [
    "input",
    "inputs",
    "request",
    "params",
    "images",
    "image",
    "image_url",
    "imageUrls",
    "reference_images",
    "reference_video_url",
    "referenceVideo",
    "first_frame_image",
    "last_frame_url",
    "callback_url",
    "webhook",
    "webhook_url",
    "source_video_url",
    "audio_url",
];
const SENT: &str = "https://sent.example/in.mp4";

/// A link in every shape that a result may have.
fn shaped() -> impl Strategy<Value = Value> {
    select(vec![
        json!(SENT),
        json!([SENT]),
        json!({"url": SENT}),
        json!({"video_url": SENT, "videos": [{"url": SENT}], "status": "completed"}),
        json!([{"type": "video_url", "video_url": {"url": SENT}}]),
        json!(json!({"resultUrls": [SENT], "url": SENT}).to_string()),
    ])
}

/// Fields that shout "it is over" and have no say in it.
fn shout() -> impl Strategy<Value = (&'static str, Value)> {
    let keys = select(vec![
        "detail",
        "metadata",
        "message",
        "error",
        "errors",
        "fail_reason",
        "progress",
        "prompt",
        "video_url",
        "url",
        "result_url",
        "input",
        "completed_at",
        "finished_at",
        "object",
        "info",
        "pending_info",
        "moderated",
        "videos",
        "msg",
        "enhanced_prompt",
        "upsample_status",
        "task_status_msg",
        "base_resp",
        "raiMediaFilteredReasons",
        "respect_moderation",
        "progress",
    ]);
    let values = select(vec![
        json!("completed"),
        json!("failed: task not found"),
        json!(100),
        json!(true),
        json!(false),
        json!("https://a.example/v.mp4"),
        json!({"status": "completed", "done": true, "url": "https://a.example/v.mp4"}),
        json!({"status": "failed", "error": "completed", "state": "done"}),
        json!(["completed", {"status": "failed"}]),
        json!("{\"status\":\"completed\",\"done\":true}"),
        json!("<html>completed</html>"),
    ]);
    (keys, values)
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

    #[test]
    fn what_was_sent_in_is_never_a_result(
        sample in select(samples()),
        at in any::<usize>(),
        key in select(SENT_IN.to_vec()),
        link in shaped(),
    ) {
        let Ok(mut body) = serde_json::from_slice::<Value>(&sample) else {
            return Ok(());
        };
        insert(&mut body, at, key, &link);
        if let Ok(snapshot) = decode(200, body.to_string().as_bytes(), &invariants::question()) {
            prop_assert_ne!(snapshot.video_url.as_deref(), Some(SENT), "{}", body);
            prop_assert_ne!(snapshot.thumbnail_url.as_deref(), Some(SENT), "{}", body);
        }
    }

    #[test]
    fn nothing_but_its_status_ends_a_task(
        sample in select(unfinished()),
        shouts in vec((any::<usize>(), shout()), 1..4),
    ) {
        let mut body = sample;
        for (at, (key, field)) in shouts {
            insert(&mut body, at, key, &field);
        }
        prop_assert!(!phase(&body).is_some_and(Phase::is_terminal), "{}", body);
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
        if let Ok(snapshot) = decode(200, body.to_string().as_bytes(), &invariants::question()) {
            prop_assert_eq!(snapshot.phase, Phase::Running);
        }
    }
}

#[test]
fn the_largest_body_of_brackets_is_refused_and_not_followed() {
    for body in ["[".repeat(256 * 1024), "{\"data\":".repeat(32 * 1024)] {
        assert!(matches!(
            decode(200, body.as_bytes(), &invariants::question()),
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
    } = decode(200, body.to_string().as_bytes(), &invariants::question()).unwrap();
    let lengths = [id, error, prompt, enhanced_prompt].map(|text| text.unwrap().chars().count());
    assert_eq!(lengths, [256, 1000, 8192, 8192]);
}

/// The slowest kinds of bodies for a search by role: wide, and many in a list.
#[test]
fn a_hostile_body_is_read_in_bounded_time() {
    let wide: serde_json::Map<_, _> = (0..9000).map(|n| (format!("k{n}"), json!(n))).collect();
    let list: Vec<_> = (0..5000).map(|n| json!({"x": [], "k": n})).collect();
    let bodies = [
        json!({"status": "completed", "data": {"detail": wide}}),
        json!({"status": "completed", "videos": list}),
        json!({"status": "completed", "output": vec![json!({"videos": list[..50]}); 100]}),
        json!({"results": list}),
    ];
    for body in bodies {
        let started = Instant::now();
        invariants::hold_for(200, body.to_string().as_bytes());
        // Without optimisation, on a busy machine; it is some milliseconds else.
        assert!(started.elapsed() < Duration::from_secs(10));
    }
}
