//! Command definitions, and the choices of autocomplete.

use serde_json::Value;

use super::at;
use crate::discord::model::errors::Mistakes;

/// Discord's locales.
const LOCALES: &[&str] = &[
    "id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl",
    "no", "pl", "pt-BR", "ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th",
    "zh-CN", "ja", "zh-TW", "ko",
];

/// Checks a whole list of commands.
pub(crate) fn check(mistakes: &mut Mistakes, commands: &Value) {
    let list = mistakes.list("", commands, usize::MAX);
    let mut names = Vec::new();
    for (place, command) in list.iter().enumerate() {
        let path = place.to_string();
        let kind = command["type"].as_u64().unwrap_or(1);
        mistakes.choice(&at(&path, "type"), &kind, &[1, 2, 3, 4]);
        one(mistakes, &path, command, kind);
        if names.contains(&(kind, &command["name"])) {
            let text = "Application command names must be unique";
            mistakes.add(&path, "APPLICATION_COMMANDS_DUPLICATE_NAME", text);
        }
        names.push((kind, &command["name"]));
    }
    for (kind, most) in [(1, 100), (2, 15), (3, 15)] {
        if names.iter().filter(|(known, _)| *known == kind).count() > most {
            let text = format!("Maximum number of application commands reached ({most}).");
            mistakes.add("", "APPLICATION_COMMANDS_MAX", text);
        }
    }
}

fn one(mistakes: &mut Mistakes, path: &str, command: &Value, kind: u64) {
    mistakes.object(path, command);
    name(mistakes, path, command, kind == 1);
    if kind == 4 {
        // The stand-in does not check an Entry Point's handler.
    } else if kind == 1 {
        description(mistakes, path, command);
        options(mistakes, path, &command["options"]);
        if weight(command) > 8000 {
            mistakes.add(
                path,
                "APPLICATION_COMMAND_TOO_LARGE",
                "Command exceeds maximum size (8000)",
            );
        }
    } else if command["description"]
        .as_str()
        .is_some_and(|text| !text.is_empty())
    {
        let text = "Context menu commands cannot have description";
        mistakes.add(
            &at(path, "description"),
            "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION",
            text,
        );
    }
    let bits = &command["default_member_permissions"];
    if !bits.is_null()
        && bits
            .as_str()
            .is_none_or(|bits| bits.parse::<u64>().is_err())
    {
        mistakes.add(
            &at(path, "default_member_permissions"),
            "NUMBER_TYPE_COERCE",
            format!("Value {bits} is not int."),
        );
    }
    mistakes.flag(&at(path, "nsfw"), &command["nsfw"]);
    for (key, choices) in [
        ("contexts", [0, 1, 2].as_slice()),
        ("integration_types", &[0, 1]),
    ] {
        let path = at(path, key);
        let list = mistakes.list(&path, &command[key], choices.len());
        for (place, value) in list.iter().enumerate() {
            mistakes.choice(
                &at(&path, place),
                &value.as_u64().unwrap_or(u64::MAX),
                choices,
            );
        }
    }
}

/// Checks a name and its translations: lower case letters, digits, `-`, `_` and `'` for slash
/// commands and options; any characters for menu commands.
fn name(mistakes: &mut Mistakes, path: &str, place: &Value, slash: bool) {
    let mut check = |path: String, name: &Value| {
        mistakes.text(&path, name, 1..=32);
        let fits = |c: char| {
            (c.is_alphanumeric() || "-_'".contains(c) || is_mark(c)) && c.to_lowercase().eq([c])
        };
        if slash && name.as_str().is_some_and(|name| !name.chars().all(fits)) {
            let text = "Command name is invalid";
            mistakes.add(&path, "APPLICATION_COMMAND_INVALID_NAME", text);
        }
    };
    check(at(path, "name"), &place["name"]);
    for (locale, name) in place["name_localizations"]
        .as_object()
        .into_iter()
        .flatten()
    {
        check(at(&at(path, "name_localizations"), locale), name);
    }
    locales(
        mistakes,
        &at(path, "name_localizations"),
        &place["name_localizations"],
    );
}

/// Returns whether a character is in the blocks of Devanagari or Thai, whose vowel signs
/// Discord's rule also allows.
fn is_mark(character: char) -> bool {
    matches!(character, '\u{900}'..='\u{97f}' | '\u{e00}'..='\u{e7f}')
}

fn description(mistakes: &mut Mistakes, path: &str, place: &Value) {
    mistakes.text(&at(path, "description"), &place["description"], 1..=100);
    let translations = at(path, "description_localizations");
    for (locale, text) in place["description_localizations"]
        .as_object()
        .into_iter()
        .flatten()
    {
        mistakes.text(&at(&translations, locale), text, 1..=100);
    }
    locales(mistakes, &translations, &place["description_localizations"]);
}

fn locales(mistakes: &mut Mistakes, path: &str, translations: &Value) {
    if !translations.is_null() {
        mistakes.object(path, translations);
    }
    for locale in translations
        .as_object()
        .into_iter()
        .flat_map(|map| map.keys())
    {
        if !LOCALES.contains(&locale.as_str()) {
            mistakes.add(
                &at(path, locale),
                "BASE_TYPE_CHOICES",
                "This is not one of Discord's locales.",
            );
        }
    }
}

fn options(mistakes: &mut Mistakes, path: &str, list: &Value) {
    let list_path = at(path, "options");
    let mut names = Vec::new();
    let mut optional = false;
    for (place, option) in mistakes.list(&list_path, list, 25).iter().enumerate() {
        let path = at(&list_path, place);
        let kind = option["type"].as_u64().unwrap_or(0);
        mistakes.choice(
            &at(&path, "type"),
            &kind,
            &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
        );
        name(mistakes, &path, option, true);
        description(mistakes, &path, option);
        if names.contains(&&option["name"]) {
            let text = "Option name already exists";
            mistakes.add(
                &at(&path, "name"),
                "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS",
                text,
            );
        }
        names.push(&option["name"]);
        let required = option["required"] == true;
        if required && optional {
            let text = "Required options must be placed before non-required options";
            mistakes.add(&path, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", text);
        }
        optional |= !required;
        mistakes.number(&at(&path, "min_length"), &option["min_length"], 0..=6000);
        mistakes.number(&at(&path, "max_length"), &option["max_length"], 1..=6000);
        choices(mistakes, &path, &option["choices"]);
        let offered = option["choices"]
            .as_array()
            .is_some_and(|choices| !choices.is_empty());
        if option["autocomplete"] == true && (offered || !matches!(kind, 3 | 4 | 10)) {
            let text = "Autocomplete goes with string, integer and number options without choices";
            mistakes.add(
                &at(&path, "autocomplete"),
                "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID",
                text,
            );
        }
        if matches!(kind, 1 | 2) {
            options(mistakes, &path, &option["options"]);
        }
    }
}

/// Checks the choices of an option, or of an autocomplete answer.
pub(crate) fn choices(mistakes: &mut Mistakes, path: &str, choices: &Value) {
    let path = at(path, "choices");
    for (place, choice) in mistakes.list(&path, choices, 25).iter().enumerate() {
        let path = at(&path, place);
        mistakes.text(&at(&path, "name"), &choice["name"], 1..=100);
        match &choice["value"] {
            Value::Number(_) => {}
            value => mistakes.text(&at(&path, "value"), value, 1..=100),
        }
        locales(
            mistakes,
            &at(&path, "name_localizations"),
            &choice["name_localizations"],
        );
    }
}

/// Returns the size that counts towards a command's 8000 characters: names, descriptions and
/// values, each in its longest language.
fn weight(place: &Value) -> usize {
    let length = |value: &Value| value.as_str().map_or(0, |text| text.chars().count());
    let longest = |key: &str, translations: &str| {
        let others = place[translations]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(_, text)| length(text));
        others.chain([length(&place[key])]).max().unwrap_or(0)
    };
    let below = ["options", "choices"]
        .into_iter()
        .flat_map(|key| place[key].as_array().into_iter().flatten());
    longest("name", "name_localizations")
        + longest("description", "description_localizations")
        + length(&place["value"])
        + below.map(weight).sum::<usize>()
}
