//! Every language says the same things, within Discord's limits.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use fluent_bundle::{FluentResource, FluentValue};
use videostatus::render::locale::Locale;

/// Texts that may be the same as in English, because they are symbols or marks.
const SHARED: [&str; 6] = [
    "span-seconds",
    "span-minutes",
    "span-hours",
    "value-percent",
    "value-quote",
    "ping-about",
];

/// Keys that only the command definitions use.
const COMMANDS: [&str; 3] = ["command-", "option-", "choice-"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn file(code: &str) -> String {
    let path = root().join("locales").join(code).join("videostatus.ftl");
    fs::read_to_string(path).unwrap()
}

/// The entries of a file: key and source of the value.
fn entries(code: &str) -> BTreeMap<String, String> {
    let mut entries: Vec<(String, String)> = Vec::new();
    for line in file(code).lines().filter(|line| !line.starts_with('#')) {
        match line.split_once(" = ") {
            Some((key, value)) if !line.starts_with([' ', '}']) => {
                entries.push((key.to_owned(), value.to_owned()));
            }
            _ => {
                if let Some((_, value)) = entries.last_mut() {
                    value.push_str(line);
                }
            }
        }
    }
    let map: BTreeMap<_, _> = entries.iter().cloned().collect();
    assert_eq!(map.len(), entries.len(), "{code} has a key twice");
    map
}

fn placeholders(source: &str) -> BTreeSet<&str> {
    let names = source.split('$').skip(1);
    names
        .filter_map(|rest| rest.split([' ', '}']).next())
        .collect()
}

/// All texts of a language as people see them, for several counts.
fn texts(locale: Locale) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for key in entries("en-US").into_keys() {
        for count in [0_usize, 1, 2, 5, 21] {
            let args: [(_, FluentValue<'_>); 9] = [
                ("count", count.into()),
                ("span", "2 h".into()),
                ("wait", "5 s".into()),
                ("percent", "45".into()),
                ("person", "<@1>".into()),
                ("moment", "<t:1764522552:R>".into()),
                ("text", "A cow".into()),
                ("title", "Ready".into()),
                ("what", "A cow".into()),
            ];
            texts.push((key.clone(), locale.with(&key, &args)));
        }
    }
    texts
}

#[test]
fn the_files_are_the_languages_and_parse() {
    let folders = fs::read_dir(root().join("locales")).unwrap();
    let folders: BTreeSet<_> = folders
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let codes: BTreeSet<_> = Locale::ALL.iter().map(|l| l.code().to_owned()).collect();
    assert_eq!(folders, codes);
    for code in codes {
        let parsed = FluentResource::try_new(file(&code));
        assert!(parsed.is_ok(), "{code}: {:?}", parsed.err().map(|e| e.1));
    }
}

#[test]
fn every_language_has_the_same_keys_and_placeholders() {
    let english = entries("en-US");
    for locale in Locale::ALL {
        let own = entries(locale.code());
        let keys: Vec<_> = own.keys().collect();
        assert_eq!(keys, english.keys().collect::<Vec<_>>(), "{locale:?}");
        for (key, source) in &own {
            let expected = placeholders(&english[key]);
            assert_eq!(placeholders(source), expected, "{locale:?} {key}");
        }
    }
}

#[test]
fn nothing_is_left_in_english() {
    let english = entries("en-US");
    for locale in &Locale::ALL[1..] {
        for (key, source) in entries(locale.code()) {
            let translated = source != english[&key] || SHARED.contains(&key.as_str());
            assert!(translated, "{locale:?} {key}: {source}");
        }
    }
}

#[test]
fn every_text_is_filled_in_and_hides_no_characters() {
    for locale in Locale::ALL {
        for (key, text) in texts(*locale) {
            let what = format!("{locale:?} {key}: {text:?}");
            assert!(!text.contains(['{', '}', '$']), "{what}");
            assert!(
                !text.contains(['\u{2068}', '\u{2069}', '\u{200b}']),
                "{what}"
            );
            assert_eq!(text.trim(), text, "{what}");
            assert_ne!(text, key, "{what}");
            assert_eq!(text.matches('`').count() % 2, 0, "{what}");
        }
    }
}

#[test]
fn every_text_fits_its_place() {
    for locale in Locale::ALL {
        for (key, text) in texts(*locale) {
            // Commands have Discord's limits. The other limits are narrower than Discord's,
            // because the bot's words are short and the prompt gets the room.
            let max = match key.split('-').next() {
                Some("command") if key == "command-check" => 32,
                Some("command" | "option" | "choice") => 100,
                Some("button") => 24,
                Some("title") => 60,
                Some("small") if key.starts_with("small-then") => 120,
                Some("small" | "value" | "span") => 40,
                Some("list" | "pick") => 60,
                _ => 240,
            };
            let length = text.encode_utf16().count();
            let fits = (1..=max).contains(&length);
            assert!(fits, "{locale:?} {key}: {length} of {max}");
        }
    }
}

#[test]
fn plurals_follow_the_language() {
    let people = |code: &str, count: usize| {
        Locale::of(code).with("small-ping-people", &[("count", count.into())])
    };
    assert_eq!(people("en-US", 1), "I'll ping 1 person here");
    assert_eq!(people("en-US", 3), "I'll ping 3 people here");
    assert_eq!(people("ru", 3), "упомяну здесь 3 человек");
    assert_eq!(people("ru", 21), "упомяну здесь 21 человека");
}

#[test]
fn the_code_uses_every_text_and_no_other() {
    let files = fs::read_dir(root().join("src/render")).unwrap();
    let files = files.map(|entry| entry.unwrap().path());
    let source: String = files
        .filter(|path| path.extension().is_some_and(|ending| ending == "rs"))
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    let english = entries("en-US");
    for key in english.keys() {
        let elsewhere = COMMANDS.iter().any(|prefix| key.starts_with(prefix));
        let used = elsewhere || source.contains(&format!("\"{key}\""));
        assert!(used, "{key} is never shown");
    }

    let groups: BTreeSet<_> = english.keys().filter_map(|k| k.split('-').next()).collect();
    let is_key = |text: &&str| {
        let plain = text.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        let group = text.split_once('-').map(|(group, _)| group);
        plain && group.is_some_and(|group| groups.contains(group))
    };
    for key in source.split('"').filter(is_key) {
        assert!(english.contains_key(key), "{key} is in no file");
    }
}
