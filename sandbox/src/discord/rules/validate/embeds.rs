//! Embeds: at most ten, with 6000 characters in total.

use serde_json::Value;

use super::at;
use crate::discord::model::errors::Mistakes;

/// The URL schemes of an embed's pictures.
const PICTURE: &[&str] = &["http", "https", "attachment"];
/// The URL schemes of an embed's links.
const LINK: &[&str] = &["http", "https"];
const URL_MOST: usize = 2048;

/// Checks a message's `embeds`.
pub(crate) fn check(mistakes: &mut Mistakes, embeds: &Value) {
    let mut total = 0;
    for (place, embed) in mistakes.list("embeds", embeds, 10).iter().enumerate() {
        let path = at("embeds", place);
        mistakes.object(&path, embed);
        one(mistakes, &path, embed);
        total += weight(embed);
    }
    if total > 6000 {
        mistakes.add(
            "embeds",
            "MAX_EMBED_SIZE_EXCEEDED",
            "Embed size exceeds maximum size of 6000",
        );
    }
}

fn one(mistakes: &mut Mistakes, path: &str, embed: &Value) {
    mistakes.text(&at(path, "title"), &embed["title"], 0..=256);
    mistakes.text(&at(path, "description"), &embed["description"], 0..=4096);
    mistakes.url(&at(path, "url"), &embed["url"], URL_MOST, LINK);
    mistakes.number(&at(path, "color"), &embed["color"], 0..=0xff_ffff);
    timestamp(mistakes, &at(path, "timestamp"), &embed["timestamp"]);
    for part in ["image", "thumbnail"] {
        if !embed[part].is_null() {
            let path = at(&at(path, part), "url");
            mistakes.text(&path, &embed[part]["url"], 1..=URL_MOST);
            mistakes.url(&path, &embed[part]["url"], URL_MOST, PICTURE);
        }
    }
    for (part, key, most) in [("footer", "text", 2048), ("author", "name", 256)] {
        if !embed[part].is_null() {
            let path = at(path, part);
            mistakes.text(&at(&path, key), &embed[part][key], 1..=most);
            mistakes.url(
                &at(&path, "icon_url"),
                &embed[part]["icon_url"],
                URL_MOST,
                PICTURE,
            );
            mistakes.url(&at(&path, "url"), &embed[part]["url"], URL_MOST, LINK);
        }
    }
    let fields = at(path, "fields");
    for (place, field) in mistakes
        .list(&fields, &embed["fields"], 25)
        .iter()
        .enumerate()
    {
        let path = at(&fields, place);
        mistakes.text(&at(&path, "name"), &field["name"], 1..=256);
        mistakes.text(&at(&path, "value"), &field["value"], 1..=1024);
        mistakes.flag(&at(&path, "inline"), &field["inline"]);
    }
    let shows = |key: &str| match &embed[key] {
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(list) => !list.is_empty(),
        part => part.is_object(),
    };
    let parts = [
        "title",
        "description",
        "fields",
        "image",
        "thumbnail",
        "footer",
        "author",
        "timestamp",
        "url",
    ];
    if !parts.into_iter().any(shows) {
        mistakes.required(&at(path, "description"));
    }
}

fn timestamp(mistakes: &mut Mistakes, path: &str, value: &Value) {
    let Some(text) = value.as_str() else {
        return mistakes.text(path, value, 0..=64);
    };
    // Discord accepts offsets too, but the parser knows only `Z`.
    let utc = text
        .rfind(['+', '-'])
        .filter(|sign| *sign > 10)
        .map_or(text, |sign| &text[..sign]);
    let utc = format!("{}Z", utc.trim_end_matches('Z'));
    if humantime::parse_rfc3339_weak(&utc).is_err() {
        let text = format!("Could not parse {text}. Should be ISO8601.");
        mistakes.add(path, "DATE_TIME_TYPE_PARSE", text);
    }
}

/// Returns the characters that count towards the 6000.
fn weight(embed: &Value) -> usize {
    let length = |value: &Value| value.as_str().map_or(0, |text| text.chars().count());
    let fields = embed["fields"].as_array().into_iter().flatten();
    let fields: usize = fields
        .map(|field| length(&field["name"]) + length(&field["value"]))
        .sum();
    let texts = [
        &embed["title"],
        &embed["description"],
        &embed["footer"]["text"],
        &embed["author"]["name"],
    ];
    fields + texts.into_iter().map(length).sum::<usize>()
}
