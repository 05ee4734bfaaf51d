//! Values to decode: random ones that reach the decoder's branches, and changed samples.

use std::fs;
use std::path::Path;

use proptest::collection::{hash_map, vec};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::{Phase, decode, invariants};

/// Keys that mean something to the decoder.
const KEYS: &str = "\
    id task_id status data detail pending_info progress progress_pct error fail_reason message \
    code type video_url result_url output video url videos task_result metadata prompt \
    enhanced_prompt completed_at status_update_time thumbnail_url upscaled result task taskStatus \
    state done success_flag resultJson content input images moderated object base_resp status_code \
    errors details name";

/// Fields that have no say in whether a task is over.
const SHOUTED: &str = "\
    detail metadata message error errors fail_reason progress prompt video_url url result_url \
    input completed_at finished_at object info pending_info moderated videos msg enhanced_prompt \
    upsample_status task_status_msg base_resp raiMediaFilteredReasons respect_moderation";

/// Names under which the family is told what to make a video of.
const SENT_IN: &str = "\
    input inputs request params images image image_url imageUrls reference_images \
    reference_video_url referenceVideo first_frame_image last_frame_url callback_url webhook \
    webhook_url source_video_url audio_url";

fn split(words: &'static str) -> Vec<&'static str> {
    words.split(' ').collect()
}

/// A name of what was sent in.
pub(super) fn sent_in() -> impl Strategy<Value = &'static str> {
    select(split(SENT_IN))
}

pub(super) fn status() -> impl Strategy<Value = u16> {
    prop_oneof![
        Just(200),
        Just(400),
        Just(403),
        Just(404),
        Just(502),
        100..1000u16
    ]
}

/// A key, which the decoder mostly knows, so that random values reach its branches.
pub(super) fn key() -> impl Strategy<Value = String> {
    let known = select(split(KEYS));
    prop_oneof![9 => known.prop_map(str::to_owned), 1 => any::<String>()]
}

pub(super) fn text() -> impl Strategy<Value = String> {
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

pub(super) fn value() -> impl Strategy<Value = Value> {
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

pub(super) fn samples() -> Vec<Vec<u8>> {
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

/// Puts a field into one of a reply's objects, at any depth.
pub(super) fn insert(value: &mut Value, at: usize, key: &str, field: &Value) {
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

/// The samples in which a task goes on.
pub(super) fn unfinished() -> Vec<Value> {
    let bodies = samples().into_iter();
    let bodies = bodies.filter_map(|sample| serde_json::from_slice(&sample).ok());
    let goes_on = |body: &Value| phase(body).is_some_and(|phase| !phase.is_terminal());
    bodies.filter(goes_on).collect()
}

pub(super) fn phase(body: &Value) -> Option<Phase> {
    let snapshot = decode(200, body.to_string().as_bytes(), &invariants::question());
    snapshot.ok().map(|snapshot| snapshot.phase)
}

/// The link of what was sent in.
pub(super) const SENT: &str = "https://sent.example/in.mp4";

/// A link in every shape that a result may have.
pub(super) fn shaped() -> impl Strategy<Value = Value> {
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
pub(super) fn shout() -> impl Strategy<Value = (&'static str, Value)> {
    let keys = select(split(SHOUTED));
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
