//! The repair of a reply that is almost JSON.
//!
//! Some gateways write JSON by hand or with Python's `NaN`, cut prompts by UTF-16 units
//! (`"\ud83d"`), or append a cache's comment. Without the repair, one such value would hide
//! the task's state.

use std::fmt::Write as _;

use serde_json::{Result, Value};

/// The words of other languages, with JSON's equivalents.
#[rustfmt::skip]
const WORDS: [(&str, &str); 4] = [
    ("True", "true"), ("False", "false"), ("None", "null"), ("undefined", "null"),
];

/// Parses a body, strictly first and then after a repair. The repair ignores the text after
/// an object or after a list of objects. A list such as that of "[502] Bad gateway" is prose.
///
/// # Errors
/// The strict parser's error.
pub(super) fn parse(text: &str) -> Result<Value> {
    parse_if(text, |value, rest| match value {
        _ if rest.trim().is_empty() => true,
        Value::Array(list) => list.iter().any(Value::is_object),
        value => value.is_object(),
    })
}

/// Parses as [`parse`] does, but accepts no text after the value.
pub(super) fn parse_all(text: &str) -> Result<Value> {
    parse_if(text, |_, rest| rest.trim().is_empty())
}

/// Parses a text. A repaired value is accepted if `is_meant` for it and the text after it.
fn parse_if(text: &str, is_meant: impl Fn(&Value, &str) -> bool) -> Result<Value> {
    serde_json::from_str(text).or_else(|error| {
        let (json, rest) = repaired(text);
        let value = serde_json::from_str(&json).ok();
        value.filter(|value| is_meant(value, rest)).ok_or(error)
    })
}

/// Returns the first object or list of `text` as JSON, and the text after it.
fn repaired(text: &str) -> (String, &str) {
    let mut out = String::with_capacity(text.len());
    let (mut rest, mut depth) = (text, 0_usize);
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' | '\'' => string(rest, first, &mut out),
            '{' | '[' => {
                depth += 1;
                push(first, &mut out)
            }
            '}' | ']' => {
                if let Some(before) = out.trim_end().strip_suffix(',') {
                    out.truncate(before.len());
                }
                depth = depth.saturating_sub(1);
                let length = push(first, &mut out);
                if depth == 0 {
                    return (out, &rest[length..]);
                }
                length
            }
            _ if ends_word(first) => push(first, &mut out),
            _ => {
                let word = &rest[..rest.find(ends_word).unwrap_or(rest.len())];
                out.push_str(bare(word));
                word.len()
            }
        };
        rest = &rest[length..];
    }
    (out, rest)
}

fn push(c: char, out: &mut String) -> usize {
    out.push(c);
    c.len_utf8()
}

fn ends_word(c: char) -> bool {
    c.is_whitespace() || ",:{}[]\"'".contains(c)
}

/// Returns the JSON for a word outside of strings. Numbers that JSON cannot hold are absent.
fn bare(word: &str) -> &str {
    let known = WORDS.iter().find(|(theirs, _)| *theirs == word);
    let is_endless = || word.parse::<f64>().is_ok_and(|number| !number.is_finite());
    match known {
        Some((_, json)) => json,
        None if is_endless() => "null",
        None => word,
    }
}

/// Writes the string at the start of `text` as JSON, and returns its length in `text`.
fn string(text: &str, quote: char, out: &mut String) -> usize {
    let mut rest = &text[1..];
    out.push('"');
    while let Some(first) = rest.chars().next() {
        let length = match first {
            _ if first == quote => {
                out.push('"');
                return text.len() - rest.len() + 1;
            }
            '"' => {
                out.push_str("\\\"");
                1
            }
            '\\' => escape(rest, out),
            '\0'..' ' => {
                // Writing to a `String` cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(first));
                1
            }
            _ => push(first, out),
        };
        rest = &rest[length..];
    }
    text.len()
}

/// Writes the escape at the start of `text` as JSON, and returns its length in `text`.
fn escape(text: &str, out: &mut String) -> usize {
    let is_pair = unit(text).is_some_and(|first| (0xd800..0xdc00).contains(&first))
        && text
            .get(6..)
            .and_then(unit)
            .is_some_and(|second| (0xdc00..0xe000).contains(&second));
    let (json, length) = match (unit(text), text.chars().nth(1)) {
        (Some(_), _) if is_pair => (&text[..12], 12),
        (Some(0xd800..0xe000), _) => ("\\ufffd", 6),
        (Some(_), _) => (&text[..6], 6),
        (None, Some('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't')) => (&text[..2], 2),
        (None, Some('\'')) => ("'", 2),
        // JSON has no such escape, so the backslash stands for itself.
        (None, _) => ("\\\\", 1),
    };
    out.push_str(json);
    length
}

/// Returns the UTF-16 unit of an escape `\uXXXX` at the start of `text`.
fn unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    // A sign is none of its digits.
    let digits = Some(digits).filter(|digits| !digits.starts_with('+'))?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn what_json_lacks_is_repaired_and_everything_else_stays() {
        for (from, to) in [
            // Halves of surrogate pairs.
            (r#""cow \ud83d""#, r#""cow \ufffd""#),
            (
                r#""\udc04 \ud83d\ud83d\udc04""#,
                r#""\ufffd \ufffd\ud83d\udc04""#,
            ),
            (r#""\ud83dA\udc04""#, r#""\ufffdA\ufffd""#),
            (r#""\\ud83d \n \u0041""#, r#""\\ud83d \n \u0041""#),
            (r#""饱\ud83d饱""#, r#""饱\ufffd饱""#),
            // Escapes and control characters.
            (r#""\x \饱 \u12 \u+123""#, r#""\\x \\饱 \\u12 \\u+123""#),
            ("\"a\n\t\0b\"", r#""a\u000a\u0009\u0000b""#),
            (r#"'it\'s "so"'"#, r#""it's \"so\"""#),
            // Words and numbers.
            ("[NaN, Infinity,-Infinity]", "[null, null,null]"),
            ("[1e400, -1e400, 1e300, 7]", "[null, null, 1e300, 7]"),
            ("[True,False,None,undefined]", "[true,false,null,null]"),
            (r#"["NaN,]", ok]"#, r#"["NaN,]", ok]"#),
            // Commas.
            ("{\"a\": [1, 2, ],\n}", "{\"a\": [1, 2]}"),
            ("[,,]", "[,]"),
            // The end is missing.
            (r#"{"a": "b\"#, r#"{"a": "b\\"#),
            ("plain饱", "plain饱"),
            ("", ""),
        ] {
            assert_eq!(repaired(from), (to.to_owned(), ""), "{from}");
        }
        assert_eq!(repaired("{\"a\":[]}\0, {}").1, "\0, {}");
    }

    #[test]
    fn only_a_value_that_is_meant_is_taken_from_a_longer_text() {
        for (text, taken, alone) in [
            ("{\"a\":1}\0", true, false),
            ("[{\"a\":1}]\n<!-- cached -->", true, false),
            ("{\"a\":NaN} ", true, true),
            ("[NaN]", true, true),
            ("[502] Bad gateway", false, false),
            ("\"\\ud83d\"", true, true),
            ("data: {\"a\":1}", false, false),
            ("7 8", false, false),
        ] {
            assert_eq!(parse(text).is_ok(), taken, "{text}");
            assert_eq!(parse_all(text).is_ok(), alone, "{text}");
        }
    }

    proptest! {
        #[test]
        fn json_stays_what_it_is(texts in proptest::collection::vec(any::<String>(), 0..8), number: f64) {
            let value = json!({"texts": texts, "deep": [[{"n": number}], null, true, [], {}]});
            for json in [value.to_string(), format!("{value:#}")] {
                let (repaired, rest) = repaired(&json);
                prop_assert_eq!((&repaired, rest), (&json, ""));
            }
        }

        #[test]
        fn any_text_is_bounded(text: String) {
            let (repaired, rest) = repaired(&text);
            prop_assert!(text.ends_with(rest) && repaired.len() <= 6 * text.len() + 1);
        }
    }
}
