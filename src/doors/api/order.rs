//! The reader of a caller's order. It is strict, and reports every mistake at once.

use axum::http::StatusCode;
use serde_json::{Map, Value};

use super::problem::ProblemDetails;
use crate::domain::caller::{Mention, Target, Wanted};
use crate::domain::find;
use crate::render::locale::Locale;

/// The fields of an order.
const FIELDS: [&str; 6] = [
    "id",
    "channel_id",
    "private_to",
    "mention",
    "locale",
    "spoiler",
];

/// Reads an order's body.
pub(super) fn read(body: &[u8]) -> Result<Wanted, ProblemDetails> {
    let bad = |words| ProblemDetails::new(StatusCode::BAD_REQUEST, words);
    let body: Value = serde_json::from_slice(body)
        .map_err(|error| bad(format!("the body is not JSON: {error}")))?;
    let Value::Object(fields) = body else {
        return Err(bad("the body is not a JSON object".to_owned()));
    };
    let mut reader = OrderFields {
        fields,
        problems: Vec::new(),
    };
    let wanted = reader.wanted();
    match wanted.filter(|_| reader.problems.is_empty()) {
        Some(wanted) => Ok(wanted),
        None => Err(ProblemDetails::invalid(reader.problems.join("; "))),
    }
}

struct OrderFields {
    fields: Map<String, Value>,
    problems: Vec<String>,
}

impl OrderFields {
    fn wanted(&mut self) -> Option<Wanted> {
        let unknown = self
            .fields
            .keys()
            .filter(|name| !FIELDS.contains(&&***name));
        let unknown: Vec<_> = unknown.map(|name| format!("{name:?}")).collect();
        if !unknown.is_empty() {
            let fields = FIELDS.join(", ");
            let unknown = unknown.join(", ");
            self.refuse(format!("unknown: {unknown}; the fields are {fields}"));
        }
        let id = self.read(
            "id",
            "a task ID in quotes: up to 512 of A-Z a-z 0-9 . _ : -",
            |id| find::pasted(id.as_str()?).ok(),
        );
        if self.get("id").is_none() {
            self.refuse("id is missing: the ID of the task to follow");
        }
        let channel = self.snowflake("channel_id");
        let person = self.snowflake("private_to");
        let mention = self.mention();
        let locale = self.locale();
        let spoiler = self.read("spoiler", "true or false", Value::as_bool);
        let target = match (self.get("channel_id"), self.get("private_to")) {
            (Some(_), None) => channel.map(Target::Channel),
            (None, Some(_)) if mention.is_some() => {
                self.refuse("mention goes with channel_id: private_to reaches its person anyway");
                None
            }
            (None, Some(_)) => person.map(Target::Person),
            (None, None) => {
                self.refuse("either channel_id or private_to is needed: where the message goes");
                None
            }
            (Some(_), Some(_)) => {
                self.refuse("channel_id and private_to exclude each other");
                None
            }
        };
        Some(Wanted {
            task_id: id?,
            target: target?,
            mention,
            locale,
            spoiler: spoiler.unwrap_or_default(),
        })
    }

    fn refuse(&mut self, problem: impl Into<String>) {
        self.problems.push(problem.into());
    }

    /// Returns a field's value; `None` if the field is missing or `null`.
    fn get(&self, name: &str) -> Option<&Value> {
        self.fields.get(name).filter(|value| !value.is_null())
    }

    fn read<T>(
        &mut self,
        name: &str,
        takes: &str,
        parse: impl Fn(&Value) -> Option<T>,
    ) -> Option<T> {
        let value = parse(self.get(name)?);
        if value.is_none() {
            self.refuse(format!("{name} takes {takes}"));
        }
        value
    }

    /// Reads a Discord id. Only text is accepted, because many languages round large numbers.
    fn snowflake(&mut self, name: &str) -> Option<u64> {
        let takes = "a Discord id in quotes: 17 to 19 digits";
        self.read(name, takes, |id| snowflake(id.as_str()?))
    }

    fn mention(&mut self) -> Option<Mention> {
        let takes = "a person's id in quotes (17 to 19 digits), or a role's as \"role:…\"";
        self.read("mention", takes, |who| mention(who.as_str()?))
    }

    fn locale(&mut self) -> Option<String> {
        let takes = format!("one of {}", locales());
        self.read("locale", &takes, |code| locale(code.as_str()?))
    }
}

/// Reads a mention: a person's id, or a role's id after `role:`.
pub fn mention(text: &str) -> Option<Mention> {
    match text.strip_prefix("role:") {
        Some(id) => snowflake(id).map(Mention::Role),
        None => snowflake(text).map(Mention::Person),
    }
}

/// Returns the codes of the languages that an order can choose, separated by commas.
pub fn locales() -> String {
    let codes = Locale::ALL.iter().map(|locale| locale.code());
    codes.collect::<Vec<_>>().join(", ")
}

/// Reads a language's code. Case makes no difference.
pub fn locale(code: &str) -> Option<String> {
    let mut codes = Locale::ALL.iter().map(|locale| locale.code());
    let known = codes.find(|known| known.eq_ignore_ascii_case(code));
    known.map(str::to_owned)
}

/// Reads a Discord id that fits the database's signed numbers, as all ids do until 2084. The
/// largest one has 19 digits.
pub fn snowflake(text: &str) -> Option<u64> {
    let digits = text.bytes().all(|c| c.is_ascii_digit());
    let id = text.parse::<u64>().ok()?;
    let fits = digits && (17..=19).contains(&text.len()) && i64::try_from(id).is_ok();
    fits.then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHANNEL: &str = "123456789012345678";

    fn refused(body: &str) -> String {
        format!("{:?}", read(body.as_bytes()).unwrap_err())
    }

    #[test]
    fn an_order_is_read_with_its_defaults() {
        let body = format!(
            r#"{{"id":" `grok:1` ","channel_id":"{CHANNEL}","mention":null,"locale":"DE"}}"#
        );
        let wanted = read(body.as_bytes()).unwrap();
        assert_eq!(wanted.task_id.as_str(), "grok:1");
        assert_eq!(wanted.target, Target::Channel(123_456_789_012_345_678));
        assert_eq!((wanted.mention, wanted.spoiler), (None, false));
        assert_eq!(wanted.locale.as_deref(), Some("de"));
    }

    #[test]
    fn every_mistake_is_told_at_once() {
        let told = refused(
            r#"{"channel_id":123456789012345678,"mention":"@ada","locale":"tlh","spoiler":"yes","when":1}"#,
        );
        for words in [
            "422",
            "unknown: \\\"when\\\"",
            "id is missing",
            "channel_id takes",
            "mention takes",
            "locale takes one of en-US, ",
            "spoiler takes true or false",
        ] {
            assert!(told.contains(words), "no {words} in {told}");
        }
    }

    #[test]
    fn it_goes_to_one_place() {
        let both = format!(r#"{{"id":"1","channel_id":"{CHANNEL}","private_to":"{CHANNEL}"}}"#);
        assert!(refused(&both).contains("exclude each other"));
        assert!(refused(r#"{"id":"1"}"#).contains("either channel_id or private_to"));
        let mention = format!(r#"{{"id":"1","mention":"{CHANNEL}","private_to":"{CHANNEL}"}}"#);
        assert!(refused(&mention).contains("goes with channel_id"));
    }

    #[test]
    fn what_is_no_json_object_is_a_bad_request() {
        for body in ["", "[]", "{", "\"id\"", "\u{0}"] {
            assert!(refused(body).contains("400"), "{body}");
        }
        assert!(format!("{:?}", read(b"\xff{}").unwrap_err()).contains("400"));
    }
}
