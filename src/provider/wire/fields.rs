//! Readers of single fields, whose types differ between gateways. Each returns `None` for a
//! value that it cannot use, so that no field can spoil the others.

use std::time::UNIX_EPOCH;

use serde_json::Value;
use url::Url;

use super::text;
use crate::domain::time::Timestamp;

/// The bound on a label (id, model, ratio …), in characters.
const LABEL_MAX: usize = 256;
/// The bound on a prompt, in characters: twice as long as a Discord embed can show.
const PROMPT_MAX: usize = 8192;
/// The bound on a link, in bytes. Signed links have up to 2,500.
const URL_MAX: usize = 4000;

/// Reads a short text as one line; a number becomes its digits.
pub(super) fn label(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text::line(text, LABEL_MAX),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// Reads a prompt, as sent except for control characters.
pub(super) fn prompt(value: &Value) -> Option<String> {
    let text = text::paragraphs(value.as_str()?, PROMPT_MAX);
    (!text.trim().is_empty()).then_some(text)
}

/// Reads a prompt without the code fence and the blank lines that a model put around it.
pub(super) fn fenced_prompt(value: &Value) -> Option<String> {
    let text = prompt(value)?;
    let mut inner = text.trim();
    if let Some(opened) = inner.strip_prefix("```") {
        // The rest of the fence's line names a language, if it is one word.
        inner = match opened.split_once('\n') {
            Some((tag, rest)) if !tag.trim().contains(char::is_whitespace) => rest,
            _ => opened,
        };
        inner = inner.trim_end();
        inner = inner.strip_suffix("```").unwrap_or(inner).trim();
    }
    (!inner.is_empty()).then(|| inner.to_owned())
}

/// Reads a flag: a boolean, the word `true` or `false`, or 0 or 1.
pub(super) fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) => text.trim().to_ascii_lowercase().parse().ok(),
        Value::Number(number) => match number.as_u64() {
            Some(0) => Some(false),
            Some(1) => Some(true),
            _ => None,
        },
        _ => None,
    }
}

/// Reads a number, also from a text.
fn number(value: &Value) -> Option<f64> {
    let number = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    number.is_finite().then_some(number)
}

/// Reads a percentage from 0 to 100: an integer, a float, or a text such as `"45%"`. A
/// number strictly between 0 and 1 without a `%` is a fraction, because nobody reports a
/// third of a percent.
pub(super) fn percent(value: &Value) -> Option<u8> {
    let marked = value
        .as_str()
        .and_then(|text| text.trim().strip_suffix('%'));
    if let Some(text) = marked {
        return whole_percent(text.trim().parse().ok()?);
    }
    let number = number(value)?;
    let fraction = number > 0.0 && number < 1.0;
    whole_percent(if fraction { number * 100.0 } else { number })
}

/// Reads a percentage from a field that counts from 0 to 1.
pub(super) fn share(value: &Value) -> Option<u8> {
    whole_percent(number(value)? * 100.0)
}

fn whole_percent(percent: f64) -> Option<u8> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to 0 to 100"
    )]
    let whole = percent.round().clamp(0.0, 100.0) as u8;
    (percent >= 0.0).then_some(whole)
}

/// Reads a moment: a number of seconds, or from 1e11 on of milliseconds (as seconds that
/// would be the year 5138), or an RFC 3339 text in UTC. Zero, negative numbers and moments
/// after the year 9999, where Discord's dates end, are not read.
pub(super) fn moment(value: &Value) -> Option<Timestamp> {
    const MILLISECONDS_FROM: f64 = 1e11;
    const YEAR_10000: f64 = 253_402_300_800_000.0;
    let written = || {
        let text = value.as_str()?.trim().replace("+00:00", "Z");
        let at = humantime::parse_rfc3339(&text).ok()?;
        Some(at.duration_since(UNIX_EPOCH).ok()?.as_secs_f64())
    };
    let number = number(value).or_else(written)?;
    let millis = if number >= MILLISECONDS_FROM {
        number
    } else {
        number * 1000.0
    };
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the range check keeps it in i64"
    )]
    (1.0..YEAR_10000)
        .contains(&millis)
        .then_some(Timestamp(millis as i64))
}

/// Reads an absolute http(s) link without a user or a password. It may stand in the brackets
/// that mark a link in a text.
pub(super) fn link(value: &Value) -> Option<String> {
    let text = value.as_str()?.trim();
    let inner = text
        .strip_prefix('<')
        .and_then(|text| text.strip_suffix('>'));
    let text = inner.unwrap_or(text);
    if text.len() > URL_MAX {
        return None;
    }
    let url = Url::parse(text).ok()?;
    let web = matches!(url.scheme(), "http" | "https") && url.has_host();
    let plain = url.username().is_empty() && url.password().is_none();
    let link = String::from(url);
    // Percent-encoding can have made the link longer.
    (web && plain && link.len() <= URL_MAX).then_some(link)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn progress_comes_in_many_forms() {
        for (value, expected) in [
            (json!(0), Some(0)),
            (json!(1), Some(1)),
            (json!(45), Some(45)),
            (json!(45.4), Some(45)),
            (json!("45%"), Some(45)),
            (json!(" 45.6 % "), Some(46)),
            (json!("45"), Some(45)),
            (json!(0.93), Some(93)),
            (json!("0.5%"), Some(1)),
            (json!(100), Some(100)),
            (json!(250), Some(100)),
            (json!(-1), None),
            (json!("half"), None),
            (json!("NaN%"), None),
            (json!("inf"), None),
            (json!(null), None),
            (json!({"percent": 4}), None),
        ] {
            assert_eq!(percent(&value), expected, "{value}");
        }
        assert_eq!(share(&json!(0.93)), Some(93));
        assert_eq!(share(&json!(1)), Some(100));
    }

    #[test]
    fn moments_come_in_two_units() {
        for (value, expected) in [
            (json!(1_750_323_167_003_i64), Some(1_750_323_167_003)),
            (json!(1_764_522_552), Some(1_764_522_552_000)),
            (json!("1764522552"), Some(1_764_522_552_000)),
            (json!(1_764_522_552.5), Some(1_764_522_552_500)),
            (json!(100_000_000_000_i64), Some(100_000_000_000)),
            (json!(99_999_999_999_i64), Some(99_999_999_999_000)),
            (json!(253_402_300_799_999_i64), Some(253_402_300_799_999)),
            (json!(253_402_300_800_000_i64), None),
            (json!(0), None),
            (json!(1e-9), None),
            (json!(-1_764_522_552), None),
            (json!("2026-01-27T19:52:10.5Z"), Some(1_769_543_530_500)),
            (json!("2026-01-27T19:52:10+00:00"), Some(1_769_543_530_000)),
            // The zone is unknown.
            (json!("2026-04-18 10:03:00.000"), None),
            (json!("yesterday"), None),
            (json!(null), None),
        ] {
            assert_eq!(moment(&value), expected.map(Timestamp), "{value}");
        }
    }

    #[test]
    fn fences_are_removed_and_nothing_else() {
        for (prompt, expected) in [
            ("```\n\na cow\n\n```", Some("a cow")),
            ("```text\na cow\n```\n", Some("a cow")),
            ("```a cow```", Some("a cow")),
            ("```\na cow, cut off", Some("a cow, cut off")),
            ("two words\n```code```", Some("two words\n```code```")),
            ("```a cow\nwith wings\n```", Some("a cow\nwith wings")),
            ("a  cow\n\nwith wings", Some("a  cow\n\nwith wings")),
            ("```\n```", None),
            ("``````", None),
            ("  ", None),
        ] {
            let found = fenced_prompt(&json!(prompt));
            assert_eq!(found.as_deref(), expected, "{prompt:?}");
        }
    }

    #[test]
    fn only_plain_web_links_are_links() {
        for (text, expected) in [
            (
                "https://a.example/v.mp4?x=1#t",
                Some("https://a.example/v.mp4?x=1#t"),
            ),
            (" http://a.example ", Some("http://a.example/")),
            ("HTTPS://A.example/ü>", Some("https://a.example/%C3%BC%3E")),
            ("<https://a.example/v.mp4>", Some("https://a.example/v.mp4")),
            ("/v.mp4", None),
            ("//a.example/v.mp4", None),
            ("ftp://a.example/v.mp4", None),
            ("javascript:alert(1)", None),
            ("https://u@a.example/", None),
            ("https://:p@a.example/", None),
            ("https://", None),
            ("", None),
        ] {
            assert_eq!(link(&json!(text)).as_deref(), expected, "{text}");
        }
        let fits = format!("https://a.example/{}", "x".repeat(4000 - 18));
        assert_eq!(link(&json!(fits)), Some(fits.clone()));
        assert_eq!(link(&json!(fits + "x")), None);
        assert_eq!(
            link(&json!(format!("https://a.example/{}", "ü".repeat(1900)))),
            None
        );
        assert_eq!(link(&json!({"url": "https://a.example/"})), None);
    }
}
