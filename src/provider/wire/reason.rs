//! Reasons for people: the choice of an error's readable part, and its cleaning.

use serde_json::Value;

use super::place::{named, opened};
use super::{roles, text};

/// The bound on nested texts of JSON that are parsed. Each gateway that a reply came through
/// adds one, and more than three were never seen.
pub(super) const UNWRAPS: u32 = 3;

/// Returns the part of a value that a person can read: the innermost message, or a code if
/// there is no message.
pub(super) fn human(value: &Value) -> Option<String> {
    within(value, UNWRAPS)
}

fn within(value: &Value, unwraps: u32) -> Option<String> {
    match value {
        Value::String(text) => match opened(text) {
            Some(inner) if unwraps > 0 => within(&inner, unwraps - 1),
            // JSON beyond the bound is not for people.
            Some(_) => None,
            None => reason(text),
        },
        Value::Object(fields) => {
            let part = |names| named(fields, names).find_map(|(_, part)| within(part, unwraps));
            // The details may hold the useful word.
            match (part(roles::WORDS), part(&["details"])) {
                (Some(words), Some(more)) if !words.contains(&more) => {
                    Some(text::line(&format!("{words}: {more}"), REASON_MAX))
                }
                (words, more) => words.or(more),
            }
        }
        Value::Array(list) => list.iter().find_map(|value| within(value, unwraps)),
        _ => None,
    }
}

/// The bound on a reason, in characters. A Discord embed field holds 1024.
const REASON_MAX: usize = 1000;

/// Returns a text as a reason, without HTML and request ids; `None` for an empty text or a
/// word of success, because "failed: success" helps nobody.
pub(super) fn reason(text: &str) -> Option<String> {
    /// The texts that programs write in place of a reason.
    const NO_REASON: &str = "|success|succeed|succeeded|ok|completed|none|null|nil|<nil>|0|\
        undefined|[object object]|n/a|na|nan|true|false|-|{}|[]";
    let text = text::without_emphasis(text);
    let text = text::line(text::before_html(&text), REASON_MAX);
    let text = text::without_request_ids(&text);
    let text = text.trim().trim_end_matches([':', '：']);
    let mut none = NO_REASON.split('|');
    let idle = none.any(|word| text.eq_ignore_ascii_case(word));
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
            // Beyond three levels only the outermost code is left.
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
            (json!("undefined"), None),
            (json!("[object Object]"), None),
            (json!({"message": "N/A", "code": "false"}), None),
            (
                json!("{'message': 'bad prompt', 'code': None}"),
                Some("bad prompt"),
            ),
            (json!("{'message': None}"), None),
            (json!("<b>Blocked</b> by policy"), Some("Blocked by policy")),
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
            (json!(["", {"msg": "in a list"}]), Some("in a list")),
            (
                json!({"message": "It failed", "details": [{"reason": "UNSAFE"}]}),
                Some("It failed: UNSAFE"),
            ),
            (json!(null), None),
        ] {
            assert_eq!(human(&value).as_deref(), expected, "{value}");
        }
    }
}
