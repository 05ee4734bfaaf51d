//! A value of a reply together with its path, and the search for the value of a role.

use serde_json::{Map, Value};

use super::repair;
use super::roles::{self, DEPTH, ENVELOPES, Names, PARTS, VIDEO};

/// A value and its path, such as `data.task_result.videos[0].url`.
#[derive(Clone, Debug)]
pub(super) struct Place<'a> {
    pub(super) value: &'a Value,
    pub(super) path: String,
}

/// The value of a role, and the path that it was read from.
pub(super) type Located<T> = Option<(T, String)>;

/// A reader of a role's value; `None` if it cannot use the value.
pub(super) type Read<'r, T> = &'r dyn Fn(&Value) -> Option<T>;

impl<'a> Place<'a> {
    pub(super) fn root(value: &'a Value) -> Self {
        let path = String::new();
        Self { value, path }
    }

    /// Returns the field with the earliest of these names; `None` if `self` is no object.
    pub(super) fn get(&self, names: Names) -> Option<Self> {
        self.fields(names).next()
    }

    /// Returns the fields with one of these names, in the order of the names.
    pub(super) fn fields(&self, names: Names) -> impl Iterator<Item = Self> {
        let dot = if self.path.is_empty() { "" } else { "." };
        let fields = self.value.as_object().map(|fields| named(fields, names));
        fields.into_iter().flatten().map(move |(key, value)| {
            let path = format!("{}{dot}{key}", self.path);
            Self { value, path }
        })
    }

    /// Returns the elements of a list and of the lists within it. Any other value is its own
    /// only element.
    pub(super) fn elements(self) -> Vec<Self> {
        let Value::Array(list) = self.value else {
            return vec![self];
        };
        let path = &self.path;
        let places = list.iter().enumerate().map(|(at, value)| Self {
            value,
            path: format!("{path}[{at}]"),
        });
        places.flat_map(Self::elements).collect()
    }

    /// Returns the elements as [`Self::elements`] does, except for the elements of a list that
    /// are inputs, which the gateway repeats.
    fn parts(self) -> Vec<Self> {
        let in_list = self.value.is_array();
        let mut parts = self.elements();
        parts.retain(|part| !(in_list && is_sent_in(part.value)));
        parts
    }

    /// Returns the first readable value under one of `names`, first here, then in the fields
    /// `inside`.
    pub(super) fn find<T>(&self, names: Names, inside: Names, read: Read<'_, T>) -> Located<T> {
        self.search(names, inside, None, read, DEPTH)
    }

    /// Searches as [`Self::find`] does, without the value `skip` and at most `depth` levels
    /// deep. The values under `names` may be objects and lists, which are searched, too.
    pub(super) fn search<T>(
        &self,
        names: Names,
        inside: Names,
        skip: Option<&Value>,
        read: Read<'_, T>,
        depth: u8,
    ) -> Located<T> {
        let depth = depth.checked_sub(1)?;
        let wanted = |child: &Self| skip.is_none_or(|skip| !std::ptr::eq(skip, child.value));
        let deeper = |child: Self| child.search(names, inside, skip, read, depth);
        let usable = |child: Self| match read(child.value) {
            Some(found) => Some((found, child.path)),
            None => deeper(child),
        };
        self.clone().parts().into_iter().find_map(|here| {
            let named = here.fields(names).filter(wanted).flat_map(Self::parts);
            let mut inside = here.fields(inside).filter(wanted);
            named
                .into_iter()
                .find_map(usable)
                .or_else(|| inside.find_map(deeper))
        })
    }
}

/// Returns the fields of an object with one of these names, in the order of the names.
pub(super) fn named(
    fields: &Map<String, Value>,
    names: Names,
) -> impl Iterator<Item = (&String, &Value)> {
    let ranked = fields.iter().filter_map(|(key, value)| {
        let rank = names.iter().position(|name| roles::same(key, name))?;
        Some((rank, key, value))
    });
    let mut ranked: Vec<_> = ranked.collect();
    ranked.sort_by_key(|(rank, ..)| *rank);
    ranked.into_iter().map(|(_, key, value)| (key, value))
}

/// Returns whether the `type` or `role` of a list's element names an input.
fn is_sent_in(element: &Value) -> bool {
    let said = |key| element.get(key).and_then(Value::as_str);
    let mut kinds = ["type", "role"].into_iter().filter_map(said);
    kinds.any(roles::is_sent_in)
}

/// Replaces parts of a reply that are JSON in a text with their values, up to `times`
/// levels within one another.
pub(super) fn open(value: &mut Value, times: u32) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(|value| open(value, times)),
        Value::Object(fields) => {
            let fields = fields.iter_mut();
            for (key, value) in fields.filter(|(key, _)| !roles::is_sent_in(key)) {
                let mut tables = [ENVELOPES, PARTS, VIDEO].into_iter();
                let known = times > 0 && tables.any(|names| roles::is_any(key, names));
                match value.as_str().filter(|_| known).and_then(opened) {
                    Some(inner) => {
                        *value = inner;
                        open(value, times - 1);
                    }
                    None => open(value, times),
                }
            }
        }
        _ => {}
    }
}

/// Parses a text that is a JSON object or list; `None` if it is neither.
pub(super) fn opened(text: &str) -> Option<Value> {
    let text = text.trim();
    let starts = text.starts_with(['{', '[']);
    starts.then(|| repair::parse_all(text).ok())?
}
