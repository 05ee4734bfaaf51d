//! No reply makes the decoder panic, no text exceeds its cap, and no task is completed
//! unless its own status or that of its wrapper says so.

use std::time::{Duration, Instant};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

use super::values::{
    SENT, insert, key, phase, samples, sent_in, shaped, shout, status, text, unfinished, value,
};
use super::{Phase, QueryError, Snapshot, decode, invariants};

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

    /// A reply that is almost JSON is read as it was meant.
    #[test]
    fn a_flaw_of_the_json_changes_no_field(
        sample in select(samples()),
        (start, end) in select(vec![
            ("{\"zz\":NaN,", "}"),
            ("{\"zz\":\"\t\\x\\ud83d\",", "}"),
            ("{\"zz\":[-1e400,],", ",}"),
            ("{", "}\n<!-- cached -->"),
            ("{", "}\0"),
        ]),
    ) {
        let body = serde_json::from_slice::<Value>(&sample).unwrap_or_default();
        if body.as_object().is_none_or(serde_json::Map::is_empty) {
            return Ok(());
        }
        let whole = body.to_string();
        let flawed = format!("{start}{}{end}", &whole[1..whole.len() - 1]);
        let read = |body: &str| match decode(200, body.as_bytes(), &invariants::question()) {
            // The error of a reply without a task quotes it.
            Err(QueryError::Invalid { what, .. }) => Err(QueryError::Invalid { what, cause: String::new() }),
            result => result,
        };
        prop_assert_eq!(read(&flawed), read(&whole), "{}", flawed);
    }

    #[test]
    fn what_was_sent_in_is_never_a_result(
        sample in select(samples()),
        at in any::<usize>(),
        key in sent_in(),
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

    /// A running task whose every other field shouts "completed" still runs.
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
        // A random field may make the reply an error, but never the end of the task.
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

/// A search by role is slowest in wide objects and in long lists.
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
        // The bound is for a test build on a busy machine; a release takes milliseconds.
        assert!(started.elapsed() < Duration::from_secs(10));
    }
}
