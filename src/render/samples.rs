//! Tasks, watches and views for the tests of `render`.

use std::time::Duration;

use proptest::prelude::*;
use serde_json::Value;

use crate::domain::secret::Secret;
use crate::domain::task::{Outcome, Phase, Snapshot, Task, TaskId};
use crate::domain::time::Timestamp;
use crate::domain::watch::{NewWatch, Notify, Reach, Watch, WatchId, WatchState};

use super::body::Message;
use super::locale::Locale;
use super::view::{Hide, Media, View};

/// The time at which the sample watch was recorded.
pub(super) const THEN: Timestamp = Timestamp(1_764_522_400_000);

/// Returns the task of the endpoint page's second example, in this phase.
pub(super) fn task(phase: Phase) -> Task {
    let id = "grok:299604b7-c5ea-47b5-bc64-c06f300f0d27";
    Task {
        id: TaskId::parse(id).unwrap(),
        revision: 1,
        snapshot: Snapshot {
            phase,
            progress: Some(42),
            prompt: Some("cat fish  --mode=custom".into()),
            enhanced_prompt: Some("A *surreal* cat,\nhalf fish.".into()),
            model: Some("grok-3".into()),
            ratio: Some("3:2".into()),
            status_update_time: Some(Timestamp(1_764_522_552_000)),
            ..Snapshot::default()
        },
        outcome: None,
        answered: true,
        known: true,
        gateway: Some("main".to_owned()),
        setback: None,
        failures: 0,
        setback_since: None,
        troubled: false,
        watched_since: THEN,
        give_up_at: THEN.plus(Duration::from_secs(7200)),
        unfinished_at: None,
        took: Some(Duration::from_secs(190)),
        attempt: 1,
        requests: 1,
    }
}

/// Returns the sample task as finished, with the example's links.
pub(super) fn done() -> Task {
    let mut task = task(Phase::Completed);
    let media = |name| Some(format!("https://media.example/file_download/{name}"));
    task.snapshot.video_url = media("ca10efbb.mp4");
    task.snapshot.thumbnail_url = media("f4fd6fe4.jpg");
    task.snapshot.completed_at = Some(Timestamp(1_764_522_552_000));
    task.snapshot.progress = Some(100);
    task.outcome = Some(Outcome::Completed);
    task
}

/// Returns a person's watch in a guild's channel.
pub(super) fn watch(task: &Task, locale: &str) -> Watch {
    Watch {
        id: WatchId(7),
        asked: NewWatch {
            task_id: task.id.clone(),
            interaction_id: 1,
            application_id: 2,
            guild_id: Some(3),
            channel_id: 4,
            user_id: 5,
            locale: locale.to_owned(),
            own_locale: String::new(),
            private: false,
            notify: Notify::Here,
            reach: Reach::Channel,
            token: Secret::new("token"),
            token_expires_at: THEN,
            spoiler: false,
            embeds: true,
            upload_limit: 1,
            announce_channel_id: None,
            role_id: None,
            order: None,
        },
        message_id: Some(6),
        posting_since: None,
        shown_revision: 0,
        shown_state: None,
        edited_at: None,
        failures: 0,
        ending_since: None,
        notifying_since: None,
        announced_at: None,
        notified_at: None,
        untold: false,
        attach_until: None,
        state: WatchState::Live,
        stopped_by: None,
        ended_as: None,
        created_at: THEN,
        attempt: 1,
    }
}

/// Returns the view of such a watch, which notifies its requester alone.
pub(super) fn view<'a>(task: &'a Task, watch: &'a Watch, media: &'a Media) -> View<'a> {
    View {
        task,
        watch,
        locale: Locale::of(watch.asked.message_locale()),
        now: THEN.plus(Duration::from_secs(600)),
        outcome: watch.outcome(task),
        media,
        typical: None,
        others: 0,
        caution: None,
        hide: Hide::default(),
    }
}

/// Returns a message as a person sees it, for readable snapshots.
pub(super) fn sketch(message: &Message) -> String {
    let json = serde_json::to_value(message).unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut lines = Vec::new();
    lines.push(text(&json["content"]));
    for embed in list(&json["embeds"]) {
        let color = embed["color"].as_u64().unwrap();
        lines.push(format!("#{color:06X} {}", text(&embed["title"])));
        lines.push(text(&embed["url"]));
        lines.push(text(&embed["description"]));
        lines.push(text(&embed["thumbnail"]["url"]));
    }
    for component in list(&json["components"]).flat_map(|row| list(&row["components"])) {
        let label = text(&component["label"]) + &text(&component["placeholder"]);
        let target = text(&component["custom_id"]) + &text(&component["url"]);
        lines.push(format!("({label} → {target})"));
        for option in list(&component["options"]) {
            let (label, below) = (text(&option["label"]), text(&option["description"]));
            lines.push(format!(
                "  - {label} ({below}) → {}",
                text(&option["value"])
            ));
        }
    }
    lines.retain(|line| !line.is_empty());
    lines.join("\n")
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// Fails unless the message keeps every limit that Discord documents, counted in code points as
/// its API does and in UTF-16 units as its clients do.
pub(super) fn assert_fits(message: &Message) {
    let json = serde_json::to_value(message).unwrap();
    let within = |value: &Value, range: std::ops::RangeInclusive<usize>| {
        let text = value.as_str().unwrap_or_default();
        for length in [text.chars().count(), text.encode_utf16().count()] {
            assert!(range.contains(&length), "{length} not in {range:?}: {text}");
        }
        text.encode_utf16().count()
    };
    within(&json["content"], 0..=2000);
    let mut total = 0;
    for embed in list(&json["embeds"]) {
        total += within(&embed["title"], 1..=256);
        total += within(&embed["description"], 0..=4096);
        within(&embed["thumbnail"]["url"], 0..=2048);
        within(&embed["url"], 0..=2048);
    }
    assert!(total <= 6000, "{total}");
    assert!(list(&json["components"]).count() <= 5);
    for row in list(&json["components"]) {
        assert!((1..=5).contains(&list(&row["components"]).count()));
        for component in list(&row["components"]) {
            within(&component["custom_id"], 0..=100);
            within(&component["label"], 0..=80);
            within(&component["url"], 0..=512);
            within(&component["placeholder"], 0..=150);
            assert!(list(&component["options"]).count() <= 25);
            for option in list(&component["options"]) {
                within(&option["label"], 1..=100);
                within(&option["value"], 1..=100);
                within(&option["description"], 0..=100);
            }
        }
    }
    let mentions = &json["allowed_mentions"];
    assert_eq!(mentions["parse"], serde_json::json!([]));
    assert!(list(&mentions["users"]).count() <= 100);
    let empty = json["content"] == "" && json["embeds"] == serde_json::json!([]);
    assert!(!empty, "Discord refuses an empty message");
}

/// Generates texts that are malicious, long, or both.
pub(super) fn hostile() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        Just("@everyone <@1> <#2> <:a:1> <t:1:R> </x:1>".to_owned()),
        Just("[free](https://evil.example) http://evil.example".to_owned()),
        Just("\n# big\n> quote\n- item\n-# small\n1. one".to_owned()),
        Just("```\nfence\n``` ~~s~~ ||spoiler|| __u__ \\*".to_owned()),
        Just("\u{202e}\u{200b}\u{2066}\u{e0041}\u{0}\r\n\u{2028}".to_owned()),
        Just("会飞的牛，背景是蓝天。".to_owned()),
        Just("👨‍👩‍👧❤️🫠".to_owned()),
        "\\PC{0,40}",
        any::<String>(),
        "[*_|`@<\\\\:/#\\[\\] \n]{0,60}",
    ];
    (proptest::collection::vec(pieces, 0..12), 1_usize..200)
        .prop_map(|(pieces, times)| pieces.concat().repeat(times).chars().take(9000).collect())
}
