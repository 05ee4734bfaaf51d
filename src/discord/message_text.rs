//! The text of a message from all of its parts, because a task id may stand in any of them.

use serde_json::Value;

use crate::domain::button::Control;
use crate::domain::watch::Watch;

/// The fields of embeds, components and polls that hold text for people.
const READ: [&str; 9] = [
    "title",
    "description",
    "name",
    "value",
    "text",
    "content",
    "label",
    "placeholder",
    "url",
];

/// The deepest nesting that is read. Real messages are flatter, and the limit bounds the
/// recursion for hostile ones.
const DEEPEST: u32 = 12;

/// Appends all texts of a message to `text`, one per line: its content, its embeds, its
/// components, its poll, and the messages that it forwards.
pub(super) fn texts(message: &Value, text: &mut String) {
    message_texts(message, text, 0);
}

fn message_texts(message: &Value, text: &mut String, depth: u32) {
    if depth > DEEPEST {
        return;
    }
    add(&message["content"], text);
    for part in ["embeds", "components", "poll"] {
        part_texts(&message[part], text, depth + 1);
    }
    for snapshot in message["message_snapshots"]
        .as_array()
        .into_iter()
        .flatten()
    {
        // Discord wraps the forwarded message in `message`; some libraries do not.
        let wrapped = &snapshot["message"];
        let forwarded = if wrapped.is_object() {
            wrapped
        } else {
            snapshot
        };
        message_texts(forwarded, text, depth + 1);
    }
}

fn part_texts(part: &Value, text: &mut String, depth: u32) {
    match part {
        Value::Array(list) if depth <= DEEPEST => {
            list.iter().for_each(|one| part_texts(one, text, depth + 1));
        }
        Value::Object(fields) if depth <= DEEPEST => {
            for (name, field) in fields {
                if READ.contains(&name.as_str()) {
                    add(field, text);
                }
                part_texts(field, text, depth + 1);
            }
        }
        _ => {}
    }
}

fn add(field: &Value, text: &mut String) {
    if let Some(words) = field.as_str() {
        text.push_str(words);
        text.push('\n');
    }
}

/// Returns whether one of the bot's messages follows the watch's task: its buttons have the
/// watch's number, or it has no buttons of the bot and its embed names the task. A notification
/// has no embed or is a reply, so it does not count.
pub(super) fn follows(message: &Value, watch: &Watch) -> bool {
    let mut controls = Vec::new();
    controls_in(&message["components"], &mut controls, 0);
    if !controls.is_empty() {
        return controls
            .iter()
            .any(|control| matches!(control, Control::Watch(_, id) if *id == watch.id));
    }
    let mut text = String::new();
    part_texts(&message["embeds"], &mut text, 0);
    message["message_reference"].is_null() && text.contains(&format!("`{}`", watch.asked.task_id))
}

fn controls_in(part: &Value, controls: &mut Vec<Control>, depth: u32) {
    for one in part.as_array().into_iter().flatten() {
        controls.extend(one["custom_id"].as_str().and_then(Control::parse));
        if depth < DEEPEST {
            controls_in(&one["components"], controls, depth + 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::decide::samples;
    use crate::domain::watch::WatchId;

    #[test]
    fn every_text_that_people_see_is_read() {
        let message = json!({
            "id": "1", "author": { "username": "somebody" }, "content": "a",
            "embeds": [{ "title": "b", "description": "c", "url": "https://d", "author": { "name": "e" },
                "footer": { "text": "f" }, "fields": [{ "name": "g", "value": "h" }] }],
            "components": [{ "type": 17, "components": [{ "type": 10, "content": "i" },
                { "type": 9, "components": [{ "type": 10, "content": "j" }], "accessory": { "label": "k" } }] }],
            "poll": { "question": { "text": "l" }, "answers": [{ "poll_media": { "text": "m" } }] },
            "message_snapshots": [{ "message": { "content": "n", "embeds": [{ "title": "o" }] } }, { "content": "p" }],
        });
        let mut text = String::new();
        texts(&message, &mut text);
        let mut words: Vec<_> = text.lines().collect();
        words.sort_unstable();
        let wanted = [
            "a",
            "b",
            "c",
            "e",
            "f",
            "g",
            "h",
            "https://d",
            "i",
            "j",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
        ];
        assert_eq!(words, wanted);
    }

    #[test]
    fn a_watchs_message_is_known_by_its_buttons_or_by_the_task_in_its_box() {
        let watch = |id| Watch {
            id: WatchId(id),
            ..samples::watch()
        };
        let button = json!([{ "type": 1, "components": [{ "custom_id": "vs:stop:7" }] }]);
        let link = json!([{ "type": 1, "components": [{ "url": "https://a.example" }] }]);
        let boxed = json!([{ "description": "-# 6 s · `grok:1`" }]);
        let reply = json!({ "message_id": "1" });
        let other = json!([{ "description": "`grok:11`" }]);
        for (message, known) in [
            (json!({ "components": button, "embeds": boxed }), true),
            (json!({ "components": link, "embeds": boxed }), true),
            (json!({ "embeds": boxed }), true),
            (json!({ "embeds": other }), false),
            (
                json!({ "embeds": boxed, "message_reference": reply }),
                false,
            ),
            // An announcement.
            (json!({ "content": "ready\n-# `grok:1`" }), false),
        ] {
            assert_eq!(follows(&message, &watch(7)), known, "{message}");
        }
        let another = json!({ "components": button, "embeds": boxed });
        assert!(!follows(&another, &watch(8)), "another watch's");
    }
}
