//! Tests of every name of every role, in each shape and place.

use serde_json::{Value, json};

use super::roles::{self, Names};
use super::{Question, decode};
use crate::domain::task::{NoLink, Phase, Snapshot, TaskId};

const LINK: &str = "https://a.example/v.mp4";

fn of(body: &Value) -> Snapshot {
    let question = Question {
        id: TaskId::parse("x").unwrap(),
        gateway: "https://gateway.example".parse().unwrap(),
    };
    decode(200, body.to_string().as_bytes(), &question).unwrap()
}

fn each(names: Names) -> impl Iterator<Item = &'static str> {
    names.iter().copied()
}

/// Returns replies with a completed task that has this field, in each place for a task.
fn placed(name: &str, value: &Value) -> Vec<Value> {
    let task = json!({"id": "x", "status": "completed", name: value});
    let inside = |place: &str| json!({"code": 0, "message": "success", place: task});
    let text = |place: &str| json!({"code": 200, place: task.to_string()});
    let deep = json!({"code": 0, "data": {"result": {"task": task}}});
    let lists = [json!([task]), json!({"data": [task]}), task.clone(), deep];
    let places = each(roles::ENVELOPES);
    places
        .flat_map(|place| [inside(place), text(place)])
        .chain(lists)
        .collect()
}

#[test]
fn every_name_of_a_video_is_read_in_every_shape_and_place() {
    for name in each(roles::VIDEO) {
        let shapes = [
            json!(LINK),
            json!([null, "", LINK]),
            json!({"url": LINK}),
            json!([{"type": "video", "url": LINK}]),
            json!({"videos": [{"video_url": LINK}]}),
            json!([["x", LINK]]),
            json!([[[{"type": "refined", "url": LINK}]]]),
            json!([{"url": LINK}]).to_string().into(),
        ];
        let [text, ..] = &shapes;
        let mut bodies = placed(name, text);
        bodies.extend(shapes.iter().map(|value| placed(name, value).remove(0)));
        for body in bodies {
            assert_eq!(of(&body).video_url.as_deref(), Some(LINK), "{body}");
        }
        for value in [
            json!(null),
            json!(""),
            json!([]),
            json!({}),
            json!(7),
            json!("soon"),
        ] {
            assert_eq!(
                of(&placed(name, &value)[0]).video_url,
                None,
                "{name}: {value}"
            );
        }
    }
}

#[test]
fn nothing_that_was_sent_in_is_a_video_in_any_shape_and_place() {
    let ends = [
        "",
        "s",
        "_url",
        "_urls",
        "_video",
        "_video_url",
        "Url",
        "Videos",
        "_json",
    ];
    let names = each(roles::SENT_IN).flat_map(|start| ends.map(|end| format!("{start}{end}")));
    for name in names {
        let element = json!([[{"type": name, "url": LINK}], {"role": name, "video_url": LINK}]);
        assert_eq!(of(&placed("videos", &element)[0]).video_url, None, "{name}");
        let value = json!([LINK, {"url": LINK, "video_url": LINK}]);
        let one = [json!({"id": "x", "status": "completed", &name: LINK})];
        for body in placed(&name, &value).into_iter().step_by(3).chain(one) {
            let snapshot = of(&body);
            let links = (snapshot.video_url, snapshot.thumbnail_url);
            assert_eq!(links, (None, None), "{body}");
        }
    }
}

#[test]
fn every_name_of_the_other_roles_is_read() {
    let task = |name: &str, value: Value| json!({"id": "x", "status": "failed", name: value});
    for name in each(roles::STATUS) {
        for (word, phase) in [("生成中", Phase::Running), ("Succeed", Phase::Completed)] {
            assert_eq!(
                of(&json!({"data": {"id": "x", name: word}})).phase,
                phase,
                "{name}"
            );
        }
    }
    for name in each(roles::REASON) {
        let shapes = [
            json!("why"),
            json!({"message": "why"}),
            json!(["why"]),
            json!([{"reason": "why"}]),
        ];
        for value in shapes {
            let nested = json!({"id": "x", "status": "failed", "detail": {name: value}});
            for body in [task(name, value.clone()), nested] {
                assert_eq!(of(&body).error.as_deref(), Some("why"), "{body}");
            }
        }
    }
    for name in each(roles::THUMBNAIL) {
        let value = json!({"url": "https://a.example/t.jpg"});
        let found =
            of(&json!({"id": "x", "status": "done", "videos": [{name: value}]})).thumbnail_url;
        assert_eq!(found.as_deref(), Some("https://a.example/t.jpg"), "{name}");
    }
    for name in each(roles::PROGRESS) {
        assert_eq!(of(&task(name, json!("45%"))).progress, Some(45), "{name}");
    }
    for name in each(roles::SHARE) {
        assert_eq!(of(&task(name, json!(1))).progress, Some(100), "{name}");
    }
    for name in each(roles::PROMPT) {
        let found = of(&json!({"id": "x", "input": {name: "a cat"}})).prompt;
        assert_eq!(found.as_deref(), Some("a cat"), "{name}");
    }
    for name in each(roles::ENHANCED_PROMPT) {
        let found = of(&task(name, json!("```\na cat\n```"))).enhanced_prompt;
        assert_eq!(found.as_deref(), Some("a cat"), "{name}");
    }
    for name in each(roles::UPDATED) {
        assert!(
            of(&task(name, json!(1_764_522_552)))
                .status_update_time
                .is_some(),
            "{name}"
        );
    }
    for name in each(roles::COMPLETED) {
        let at = json!("2026-01-27T19:52:10Z");
        assert!(of(&task(name, at)).completed_at.is_some(), "{name}");
    }
    for name in each(roles::ID) {
        assert_eq!(of(&json!({name: 7})).id.as_deref(), Some("7"), "{name}");
    }
}

#[test]
fn a_filtered_video_is_told_in_every_way_that_filters_have() {
    let filtered = |name: &str, value: Value| {
        let snapshot = of(&json!({"id": "x", "status": "completed", "detail": {name: value}}));
        (snapshot.phase, snapshot.no_link, snapshot.error)
    };
    let held = |by, words: &str| (Phase::Completed, Some(by), Some(words.to_owned()));
    let not = (Phase::Completed, None, None);
    for name in each(roles::FILTERED_WORDS) {
        assert_eq!(
            filtered(name, json!(["no knives"])),
            held(NoLink::Filtered, "no knives")
        );
        assert_eq!(filtered(name, json!([])), not);
    }
    for name in each(roles::FILTERED) {
        assert_eq!(filtered(name, json!(true)), held(NoLink::Flagged, name));
        assert_eq!(filtered(name, json!(false)), not);
    }
    for name in each(roles::UNFILTERED) {
        assert_eq!(
            filtered(name, json!(false)),
            held(NoLink::Flagged, &format!("{name}: false"))
        );
        assert_eq!(filtered(name, json!(true)), not);
    }
}
