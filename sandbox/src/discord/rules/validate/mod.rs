//! Discord's documented limits, checked before anything takes effect.
//!
//! Lengths are counted in characters (Unicode scalar values).

pub(crate) mod components;
pub(crate) mod definitions;
pub(crate) mod embeds;
pub(crate) mod mentions;
#[cfg(test)]
mod tests;

use std::ops::RangeInclusive;

use serde_json::Value;
use url::Url;

use crate::discord::model::errors::Mistakes;

/// The list that stands for a missing one.
const NONE: &[Value] = &[];

impl Mistakes {
    /// Adds the mistake of a missing field.
    pub(crate) fn required(&mut self, path: &str) {
        self.add(path, "BASE_TYPE_REQUIRED", "This field is required");
    }

    /// Checks for a text with a length in `range`. `null` passes unless the range starts above
    /// 0.
    pub(crate) fn text(&mut self, path: &str, value: &Value, range: RangeInclusive<usize>) {
        let (least, most) = range.into_inner();
        let Some(text) = value.as_str() else {
            if !value.is_null() {
                self.add(
                    path,
                    "STRING_TYPE_CONVERT",
                    format!("Could not interpret \"{value}\" as string."),
                );
            } else if least > 0 {
                self.required(path);
            }
            return;
        };
        let length = text.chars().count();
        if least > 0 && text.trim().is_empty() {
            self.required(path);
        } else if length < least || (length > most && least > 1) {
            self.add(
                path,
                "BASE_TYPE_BAD_LENGTH",
                format!("Must be between {least} and {most} in length."),
            );
        } else if length > most {
            self.add(
                path,
                "BASE_TYPE_MAX_LENGTH",
                format!("Must be {most} or fewer in length."),
            );
        }
    }

    /// Checks for a whole number in `range`; `null` passes.
    pub(crate) fn number(&mut self, path: &str, value: &Value, range: RangeInclusive<u64>) {
        let (least, most) = range.into_inner();
        match value.as_u64() {
            _ if value.is_null() => {}
            None => self.add(
                path,
                "NUMBER_TYPE_COERCE",
                format!("Value \"{value}\" is not int."),
            ),
            Some(number) if number > most => {
                self.add(
                    path,
                    "NUMBER_TYPE_MAX",
                    format!("int value should be less than or equal to {most}."),
                );
            }
            Some(number) if number < least => {
                self.add(
                    path,
                    "NUMBER_TYPE_MIN",
                    format!("int value should be greater than or equal to {least}."),
                );
            }
            Some(_) => {}
        }
    }

    /// Checks for true or false; `null` passes.
    pub(crate) fn flag(&mut self, path: &str, value: &Value) {
        if !value.is_null() && !value.is_boolean() {
            self.add(
                path,
                "BOOLEAN_TYPE_CONVERT",
                format!("Must be either true or false, not \"{value}\"."),
            );
        }
    }

    /// Checks for a URL of at most `most` characters with one of these schemes; `null` passes.
    pub(crate) fn url(&mut self, path: &str, value: &Value, most: usize, schemes: &[&str]) {
        let Some(text) = value.as_str() else {
            return self.text(path, value, 0..=most);
        };
        if text.chars().count() > most {
            return self.add(
                path,
                "BASE_TYPE_MAX_LENGTH",
                format!("Must be {most} or fewer in length."),
            );
        }
        match Url::parse(text) {
            Err(_) => self.add(path, "URL_TYPE_INVALID_URL", "Not a well formed URL."),
            Ok(url) if !schemes.contains(&url.scheme()) => {
                let scheme = url.scheme();
                let text =
                    format!("\"{scheme}\" is not a supported scheme. Must be one of {schemes:?}.");
                self.add(path, "URL_TYPE_INVALID_SCHEME", text);
            }
            Ok(url) if url.scheme() != "attachment" && url.host_str().is_none() => {
                self.add(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.");
            }
            Ok(_) => {}
        }
    }

    /// Checks for a list of at most `most` entries, and returns it; `null` passes as an empty
    /// list.
    pub(crate) fn list<'v>(&mut self, path: &str, value: &'v Value, most: usize) -> &'v [Value] {
        let Some(list) = value.as_array() else {
            if !value.is_null() {
                self.add(
                    path,
                    "LIST_TYPE_CONVERT",
                    "Only iterables may be used in a ListType",
                );
            }
            return NONE;
        };
        if list.len() > most {
            self.add(
                path,
                "BASE_TYPE_MAX_LENGTH",
                format!("Must be {most} or fewer in length."),
            );
        }
        list
    }

    /// Checks for an object.
    pub(crate) fn object(&mut self, path: &str, value: &Value) {
        if !value.is_object() {
            self.add(
                path,
                "MODEL_TYPE_CONVERT",
                "Only dictionaries may be used in a ModelType",
            );
        }
    }

    /// Checks for one of a few values.
    pub(crate) fn choice<T: PartialEq + std::fmt::Debug>(
        &mut self,
        path: &str,
        value: &T,
        choices: &[T],
    ) {
        if !choices.contains(value) {
            self.add(
                path,
                "BASE_TYPE_CHOICES",
                format!("Value must be one of {choices:?}."),
            );
        }
    }
}

/// Joins `path` and a key.
pub(crate) fn at(path: &str, key: impl std::fmt::Display) -> String {
    if path.is_empty() {
        key.to_string()
    } else {
        format!("{path}.{key}")
    }
}
