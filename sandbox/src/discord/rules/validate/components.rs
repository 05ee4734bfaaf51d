//! Components: rows of buttons, select menus, and the newer layouts.

use serde_json::Value;

use super::at;
use crate::discord::model::errors::Mistakes;

/// The URL schemes that link buttons may open.
const LINK: &[&str] = &["http", "https", "discord"];
/// The URL schemes of media in layouts.
const MEDIA: &[&str] = &["http", "https", "attachment"];

/// Checks a message's `components`. `layout` is true if the message consists of them (flag
/// `IS_COMPONENTS_V2`).
pub(crate) fn check(mistakes: &mut Mistakes, components: &Value, layout: bool) {
    let mut seen = Seen {
        ids: Vec::new(),
        count: 0,
        text: 0,
    };
    let top = if layout { 40 } else { 5 };
    for (place, component) in mistakes
        .list("components", components, top)
        .iter()
        .enumerate()
    {
        let path = at("components", place);
        mistakes.object(&path, component);
        let kind = component["type"].as_u64().unwrap_or(0);
        let fit: &[u64] = if layout {
            &[1, 9, 10, 12, 13, 14, 17]
        } else {
            &[1]
        };
        mistakes.choice(&at(&path, "type"), &kind, fit);
        if fit.contains(&kind) {
            seen.part(mistakes, &path, component, kind);
        }
    }
    if seen.count > 40 {
        mistakes.add(
            "components",
            "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
            "The maximum number of components is 40",
        );
    }
    if seen.text > 4000 {
        let text = "The maximum number of characters in all text displays is 4000";
        mistakes.add(
            "components",
            "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
            text,
        );
    }
}

/// The findings so far in a whole message.
struct Seen {
    ids: Vec<String>,
    count: usize,
    text: usize,
}

impl Seen {
    fn part(&mut self, mistakes: &mut Mistakes, path: &str, part: &Value, kind: u64) {
        self.count += 1;
        match kind {
            1 => self.row(mistakes, path, part),
            2 => self.button(mistakes, path, part),
            3 | 5..=8 => self.select(mistakes, path, part, kind),
            9 => {
                self.children(
                    mistakes,
                    &at(path, "components"),
                    &part["components"],
                    1..=3,
                    &[10],
                );
                let accessory = &part["accessory"];
                let kind = accessory["type"].as_u64().unwrap_or(0);
                mistakes.choice(&at(path, "accessory.type"), &kind, &[2, 11]);
                self.part(mistakes, &at(path, "accessory"), accessory, kind);
            }
            10 => {
                mistakes.text(&at(path, "content"), &part["content"], 1..=4000);
                self.text += part["content"]
                    .as_str()
                    .map_or(0, |text| text.chars().count());
            }
            11 => media(mistakes, &at(path, "media"), &part["media"]),
            12 => {
                let items = mistakes.list(&at(path, "items"), &part["items"], 10);
                if items.is_empty() {
                    mistakes.required(&at(path, "items"));
                }
                for (place, item) in items.iter().enumerate() {
                    media(
                        mistakes,
                        &at(path, format!("items.{place}.media")),
                        &item["media"],
                    );
                }
            }
            13 => media(mistakes, &at(path, "file"), &part["file"]),
            17 => self.children(
                mistakes,
                &at(path, "components"),
                &part["components"],
                1..=40,
                &[1, 9, 10, 12, 13, 14],
            ),
            _ => {}
        }
    }

    fn children(
        &mut self,
        mistakes: &mut Mistakes,
        path: &str,
        list: &Value,
        range: std::ops::RangeInclusive<usize>,
        fit: &[u64],
    ) {
        let list = mistakes.list(path, list, *range.end());
        if list.len() < *range.start() {
            let text = format!(
                "Must be between {} and {} in length.",
                range.start(),
                range.end()
            );
            mistakes.add(path, "BASE_TYPE_BAD_LENGTH", text);
        }
        for (place, part) in list.iter().enumerate() {
            let path = at(path, place);
            let kind = part["type"].as_u64().unwrap_or(0);
            mistakes.choice(&at(&path, "type"), &kind, fit);
            if fit.contains(&kind) {
                self.part(mistakes, &path, part, kind);
            }
        }
    }

    fn row(&mut self, mistakes: &mut Mistakes, path: &str, row: &Value) {
        let inside = at(path, "components");
        self.children(
            mistakes,
            &inside,
            &row["components"],
            1..=5,
            &[2, 3, 5, 6, 7, 8],
        );
        let parts = row["components"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        if parts.len() > 1 && parts.iter().any(|part| part["type"] != 2) {
            mistakes.add(
                &inside,
                "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
                "The specified component exceeds the maximum width",
            );
        }
    }

    fn button(&mut self, mistakes: &mut Mistakes, path: &str, button: &Value) {
        let style = button["style"].as_u64().unwrap_or(0);
        mistakes.choice(&at(path, "style"), &style, &[1, 2, 3, 4, 5, 6]);
        mistakes.text(&at(path, "label"), &button["label"], 0..=80);
        mistakes.flag(&at(path, "disabled"), &button["disabled"]);
        if style == 5 {
            mistakes.text(&at(path, "url"), &button["url"], 1..=512);
            mistakes.url(&at(path, "url"), &button["url"], 512, LINK);
            if !button["custom_id"].is_null() {
                let text = "A custom id and url cannot both be specified";
                mistakes.add(
                    path,
                    "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
                    text,
                );
            }
        } else if style < 5 {
            self.custom_id(mistakes, path, &button["custom_id"]);
            if !button["url"].is_null() {
                mistakes.add(
                    &at(path, "url"),
                    "BUTTON_COMPONENT_INVALID_URL",
                    "Only link buttons have a url",
                );
            }
        }
        let label = button["label"]
            .as_str()
            .is_some_and(|label| !label.is_empty());
        if style < 6 && !label && button["emoji"].is_null() {
            mistakes.add(
                path,
                "BUTTON_COMPONENT_LABEL_REQUIRED",
                "A label or an emoji is required",
            );
        }
    }

    fn select(&mut self, mistakes: &mut Mistakes, path: &str, select: &Value, kind: u64) {
        self.custom_id(mistakes, path, &select["custom_id"]);
        mistakes.text(&at(path, "placeholder"), &select["placeholder"], 0..=150);
        mistakes.number(&at(path, "min_values"), &select["min_values"], 0..=25);
        mistakes.number(&at(path, "max_values"), &select["max_values"], 1..=25);
        if kind != 3 {
            return;
        }
        let list = at(path, "options");
        let options = mistakes.list(&list, &select["options"], 25);
        if options.is_empty() {
            mistakes.required(&list);
        }
        if select["max_values"]
            .as_u64()
            .is_some_and(|most| usize::try_from(most).unwrap_or(usize::MAX) > options.len())
        {
            let text = "Max values is greater than the number of options";
            mistakes.add(
                &at(path, "max_values"),
                "SELECT_COMPONENT_MAX_VALUES_INVALID",
                text,
            );
        }
        let mut values = Vec::new();
        for (place, option) in options.iter().enumerate() {
            let path = at(&list, place);
            mistakes.text(&at(&path, "label"), &option["label"], 1..=100);
            mistakes.text(&at(&path, "value"), &option["value"], 1..=100);
            mistakes.text(&at(&path, "description"), &option["description"], 0..=100);
            if values.contains(&&option["value"]) {
                let text = "The specified option value is already used";
                mistakes.add(
                    &at(&path, "value"),
                    "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
                    text,
                );
            }
            values.push(&option["value"]);
        }
    }

    fn custom_id(&mut self, mistakes: &mut Mistakes, path: &str, id: &Value) {
        let path = at(path, "custom_id");
        mistakes.text(&path, id, 1..=100);
        let Some(id) = id.as_str() else { return };
        if self.ids.iter().any(|known| known == id) {
            mistakes.add(
                &path,
                "COMPONENT_CUSTOM_ID_DUPLICATED",
                "Component custom id cannot be duplicated",
            );
        }
        self.ids.push(id.to_owned());
    }
}

fn media(mistakes: &mut Mistakes, path: &str, media: &Value) {
    let path = at(path, "url");
    mistakes.text(&path, &media["url"], 1..=2048);
    mistakes.url(&path, &media["url"], 2048, MEDIA);
}
