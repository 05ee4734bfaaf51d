//! `allowed_mentions`: whom a message may notify.

use serde_json::Value;

use super::at;
use crate::discord::model::errors::Mistakes;
use crate::ids::Id;

/// Checks a message's `allowed_mentions`.
pub(crate) fn check(mistakes: &mut Mistakes, form: &Value) {
    if form.is_null() {
        return;
    }
    mistakes.object("allowed_mentions", form);
    let parse = mistakes.list("allowed_mentions.parse", &form["parse"], 3);
    for (place, kind) in parse.iter().enumerate() {
        let path = at("allowed_mentions.parse", place);
        mistakes.choice(
            &path,
            &kind.as_str().unwrap_or_default(),
            &["roles", "users", "everyone"],
        );
    }
    for kind in ["users", "roles"] {
        let path = at("allowed_mentions", kind);
        let list = mistakes.list(&path, &form[kind], 100);
        for (place, value) in list.iter().enumerate() {
            if Id::from_json(value).is_none() {
                mistakes.add(
                    &at(&path, place),
                    "NUMBER_TYPE_COERCE",
                    format!("Value {value} is not snowflake."),
                );
            }
        }
        if !list.is_empty() && parse.iter().any(|parsed| parsed == kind) {
            let text = format!("parse:[\"{kind}\"] and {kind}: [ids...] are mutually exclusive.");
            mistakes.add(
                "allowed_mentions",
                "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                text,
            );
        }
    }
    mistakes.flag("allowed_mentions.replied_user", &form["replied_user"]);
}
