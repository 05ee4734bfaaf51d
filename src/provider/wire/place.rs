//! A value of a reply together with where it stands, and the search for a role.

use serde_json::{Map, Value};

use super::roles::{self, DEPTH, ENVELOPES, Names, PARTS, VIDEO};

/// A value and its path, such as `data.task_result.videos[0].url`.
#[derive(Clone, Debug)]
pub(super) struct Place<'a> {
    pub(super) value: &'a Value,
    pub(super) path: String,
}

/// The value of a role, and the path that it was read from.
pub(super) type Located<T> = Option<(T, String)>;

/// How a value of a role is read.
pub(super) type Read<'r, T> = &'r dyn Fn(&Value) -> Option<T>;

impl<'a> Place<'a> {
    pub(super) fn root(value: &'a Value) -> Self {
        let path = String::new();
        Self { value, path }
    }

    /// The first field with one of these names; none of anything but an object.
    pub(super) fn get(&self, names: Names) -> Option<Self> {
        self.fields(names).next()
    }

    /// The fields with one of these names, in the order of the names.
    pub(super) fn fields(&self, names: Names) -> impl Iterator<Item = Self> {
        let dot = if self.path.is_empty() { "" } else { "." };
        let fields = self.value.as_object().map(|fields| named(fields, names));
        fields.into_iter().flatten().map(move |(key, value)| {
            let path = format!("{}{dot}{key}", self.path);
            Self { value, path }
        })
    }

    /// The elements of a list but those that were sent in; anything else is its
    /// own only element.
    pub(super) fn each(self) -> Vec<Self> {
        let Value::Array(list) = self.value else {
            return vec![self];
        };
        let path = &self.path;
        let places = list.iter().enumerate().map(|(at, value)| Self {
            value,
            path: format!("{path}[{at}]"),
        });
        places.filter(|place| !is_sent_in(place.value)).collect()
    }

    /// The first value under one of `names` that can be read: here, then `inside`.
    pub(super) fn find<T>(&self, names: Names, inside: Names, read: Read<'_, T>) -> Located<T> {
        self.search(names, inside, None, read, DEPTH)
    }

    /// [`Self::find`] without the value `skip`, at most `depth` deep. The names may hold
    /// objects and lists of their own kind.
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
        self.clone().each().into_iter().find_map(|here| {
            let named = here.fields(names).filter(wanted).flat_map(Self::each);
            let mut inside = here.fields(inside).filter(wanted);
            named
                .into_iter()
                .find_map(usable)
                .or_else(|| inside.find_map(deeper))
        })
    }
}

/// The fields of an object with one of these names, in the order of the names.
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

/// Returns whether a list's element says that it was sent in.
fn is_sent_in(element: &Value) -> bool {
    let said = |key| element.get(key).and_then(Value::as_str);
    let mut kinds = ["type", "role"].into_iter().filter_map(said);
    kinds.any(roles::is_sent_in)
}

/// Opens the parts of a reply that are JSON in a text, `times` within one another.
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

/// The object or list that a text is, if it is one.
pub(super) fn opened(text: &str) -> Option<Value> {
    let text = text.trim();
    let starts = text.starts_with(['{', '[']);
    starts.then(|| serde_json::from_str(text).ok())?
}
