//! Reasons for people: which part of an error can be read, and what of it.

use serde_json::Value;

use super::text;

/// How many times a message that is JSON itself is opened: once per gateway
/// that the reply came through; more than three were never seen.
pub(super) const UNWRAPS: u32 = 3;

/// The part of a value that a person can read: the innermost message, and only
/// without one a code.
pub(super) fn human(value: &Value) -> Option<String> {
    within(value, UNWRAPS)
}

fn within(value: &Value, unwraps: u32) -> Option<String> {
    match value {
        Value::String(text) => match opened(text) {
            Some(inner) if unwraps > 0 => within(&inner, unwraps - 1),
            // Deeper than anybody wraps, or JSON that holds no words.
            Some(_) => None,
            None => reason(text),
        },
        Value::Object(fields) => {
            const KEYS: [&str; 7] = [
                "message", "msg", "error", "detail", "reason", "code", "type",
            ];
            let mut known = KEYS.iter().filter_map(|key| fields.get(*key));
            known.find_map(|inner| within(inner, unwraps))
        }
        _ => None,
    }
}

/// The object that a text is, if it is one.
pub(super) fn opened(text: &str) -> Option<Value> {
    let text = text.trim();
    let object = text.starts_with('{').then(|| serde_json::from_str(text));
    object?.ok()
}

/// Longest reason, in characters; a Discord embed field holds 1024.
const REASON_MAX: usize = 1000;

/// A text as a reason: no HTML, no request ids, and not a word that says that
/// all is well ("failed: success" helps nobody).
pub(super) fn reason(text: &str) -> Option<String> {
    const NO_REASON: [&str; 9] = [
        "",
        "success",
        "succeed",
        "succeeded",
        "ok",
        "completed",
        "none",
        "null",
        "<nil>",
    ];
    let text = text::line(text::before_html(text), REASON_MAX);
    let text = text::without_request_ids(&text).trim_end_matches([':', '：']);
    let idle = NO_REASON.iter().any(|word| text.eq_ignore_ascii_case(word));
    (!idle).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_part_for_people_is_chosen() {
        let wrapped =
            |value: Value| json!({"code": "fail_to_fetch_task", "message": value.to_string()});
        let words = json!({"error": {"message": "Too long a prompt", "code": "bad_request"}});
        for (value, expected) in [
            (words.clone(), Some("Too long a prompt")),
            (wrapped(wrapped(words.clone())), Some("Too long a prompt")),
            // Deeper than three there is only the outermost code left.
            (
                wrapped(wrapped(wrapped(wrapped(words)))),
                Some("fail_to_fetch_task"),
            ),
            (
                json!({"message": "", "code": "moderation"}),
                Some("moderation"),
            ),
            (json!({"message": "", "code": ""}), None),
            (json!({"message": "success", "code": 0}), None),
            (json!("Success (request id: 7)"), None),
            (
                json!("  refused\nby policy\u{0} "),
                Some("refused by policy"),
            ),
            (
                json!("upstream: <html><body>502</body></html>"),
                Some("upstream"),
            ),
            (json!("{not json"), Some("{not json")),
            (json!("{}"), None),
            (json!(["a list"]), None),
            (json!(null), None),
        ] {
            assert_eq!(human(&value).as_deref(), expected, "{value}");
        }
    }
}
