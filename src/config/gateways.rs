//! The reader of the gateways: one from the `VIDEO_…` variables, or several from a TOML file.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use toml::{Table, Value};
use url::Url;

use super::file;
use super::quoted::quoted;
use super::reader::{ORIGIN, Reader, odd_character, origin, word_without_scheme};
use crate::domain::pattern::IdPattern;
use crate::domain::secret::Secret;
use crate::provider::client::{ClientConfig, forwarded_host};
use crate::provider::endpoint::{DEFAULT_PATH, is_query_path};
use crate::provider::gateways::GatewayConfig;

/// The name of the gateway that the variables describe.
const ONLY: &str = "main";

/// The variables that describe one gateway. They exclude a file of several.
const OF_ONE: [&str; 5] = [
    "VIDEO_API_URL",
    "VIDEO_QUERY_PATH",
    "VIDEO_API_KEY",
    "VIDEO_API_KEY_FILE",
    "VIDEO_API_FORWARDED_HOST",
];

const PATH: &str = "a path that begins with one / and has {id} in it once, without # or spaces";
const KEY: &str = "a key without spaces or quotes";
const HOST: &str = "a host such as localhost:5173";
const NAME: &str = "1 to 40 characters of A-Z a-z 0-9 . _ - that no other gateway uses";
const IDS: &str =
    "patterns of task IDs such as [\"grok:*\", \"veo*\"], at least one and at most 64";
const RATE: &str = "a whole number of queries a second, at least 1";

/// The bound on the file, in bytes.
const FILE_MAX: u64 = 64 * 1024;
/// The bound on gateways in the file.
const GATEWAYS_MAX: usize = 32;

/// Reads all gateways, in the order in which they are asked.
pub(super) fn read<F: Fn(&str) -> Option<String>>(reader: &mut Reader<F>) -> Vec<GatewayConfig> {
    let only = only(reader);
    let Some(path) = reader.get("GATEWAYS") else {
        return vec![only];
    };
    let beside: Vec<&str> = OF_ONE
        .into_iter()
        .filter(|name| reader.get(name).is_some())
        .collect();
    if !beside.is_empty() {
        let beside = beside.join(", ");
        reader.refuse(format!(
            "GATEWAYS and {beside} are both set: put all gateways into the file"
        ));
    }
    let told = format!("GATEWAYS: {path}");
    let tables = file::text(Path::new(&path), FILE_MAX).and_then(|text| tables(&text));
    let tables = tables.unwrap_or_else(|problem| {
        reader.refuse(format!("{told} {problem}"));
        Vec::new()
    });
    let (mut names, mut gateways) = (BTreeSet::new(), Vec::new());
    for (at, table) in tables.into_iter().enumerate() {
        let name = table.get("name").and_then(Value::as_str);
        // A name that is used twice would not tell which gateway has the mistake.
        let named = name.filter(|name| is_name(name) && !names.contains(*name));
        let told = match named {
            Some(name) => format!("{told}: gateway {name}"),
            None => format!("{told}: gateway number {}", at + 1),
        };
        let mut fields = Fields {
            table,
            told,
            problems: &mut reader.problems,
        };
        gateways.extend(gateway(&mut fields, &mut names));
        fields.refuse_the_rest();
    }
    gateways
}

/// Reads the gateway that the variables describe.
fn only<F: Fn(&str) -> Option<String>>(reader: &mut Reader<F>) -> GatewayConfig {
    let client = ClientConfig {
        name: ONLY.to_owned(),
        origin: reader.origin("VIDEO_API_URL", "https://api.chainhub.tech"),
        path: reader.text("VIDEO_QUERY_PATH", DEFAULT_PATH, PATH, is_query_path),
        key: reader
            .secret("VIDEO_API_KEY", KEY, word_without_scheme("Bearer"))
            .unwrap_or_else(|| Secret::new("")),
        forwarded_host: reader.optional("VIDEO_API_FORWARDED_HOST", HOST, host),
        longest_pause: Duration::ZERO,
    };
    GatewayConfig {
        client,
        ids: vec![IdPattern::all()],
        rate: None,
    }
}

fn host(text: &str) -> Option<String> {
    forwarded_host(text).map(|_| text.to_owned())
}

/// Parses a file and returns its `[[gateway]]` tables. A mistake in the syntax is reported by
/// its line number only, because the line may hold a secret.
fn tables(text: &str) -> Result<Vec<Table>, String> {
    let file: Table = text.parse().map_err(|error: toml::de::Error| {
        let before = error.span().and_then(|span| text.get(..span.start));
        let line = before.map_or(1, |before| before.matches('\n').count() + 1);
        match error.message().starts_with("duplicate key") {
            true => format!("has a name in line {line} that its table already has"),
            false => format!("is not TOML in line {line}: text needs quotes, a list needs [ ]"),
        }
    })?;
    let is_other = |name: &&String| *name != "gateway";
    if let Some(other) = file.keys().find(is_other) {
        return Err(format!("has {} outside of [[gateway]]", named(other)));
    }
    let tables = match file.get("gateway") {
        Some(Value::Array(tables)) => tables.iter().map(|table| table.as_table().cloned()),
        _ => return Err("has no [[gateway]] in it".to_owned()),
    };
    match tables.collect::<Option<Vec<Table>>>() {
        Some(tables) if tables.len() > GATEWAYS_MAX => {
            Err(format!("has more than {GATEWAYS_MAX} gateways"))
        }
        Some(tables) if !tables.is_empty() => Ok(tables),
        _ => Err("has no [[gateway]] in it".to_owned()),
    }
}

fn gateway(fields: &mut Fields<'_>, names: &mut BTreeSet<String>) -> Option<GatewayConfig> {
    let name = fields.required("name", NAME, |name| {
        let fresh = is_name(name) && !names.contains(name);
        fresh.then(|| name.to_owned())
    });
    names.extend(name.clone());
    let origin: Option<Url> = fields.required("url", ORIGIN, origin);
    let path = fields.optional("query_path", PATH, |path| {
        is_query_path(path).then(|| path.to_owned())
    });
    let key = fields.key();
    let forwarded_host = fields.optional("forwarded_host", HOST, host);
    let ids = fields.value("ids", IDS, |value| {
        let patterns = value.as_array()?.iter();
        let patterns = patterns.map(|pattern| IdPattern::parse(pattern.as_str()?));
        let patterns: Option<Vec<_>> = patterns.collect();
        patterns.filter(|patterns| (1..=64).contains(&patterns.len()))
    });
    let rate = fields.value("rate", RATE, |value| {
        u32::try_from(value.as_integer()?).ok()?.try_into().ok()
    });
    let client = ClientConfig {
        name: name?,
        origin: origin?,
        path: path.unwrap_or_else(|| DEFAULT_PATH.to_owned()),
        key: key.unwrap_or_else(|| Secret::new("")),
        forwarded_host,
        longest_pause: Duration::ZERO,
    };
    Some(GatewayConfig {
        client,
        ids: ids.unwrap_or_else(|| vec![IdPattern::all()]),
        rate,
    })
}

fn is_name(name: &str) -> bool {
    let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    (1..=40).contains(&name.len()) && name.chars().all(known)
}

/// Returns the name of an unknown field for a message. A name that may be a misplaced secret is
/// left out.
fn named(field: &str) -> String {
    let plain = |c: char| c.is_ascii_lowercase() || c == '_';
    match field.len() <= 20 && field.chars().all(plain) {
        true => format!("the unknown field {field}"),
        false => "an unknown field".to_owned(),
    }
}

/// Returns a value as the operator wrote it, for a message.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Boolean(flag) => flag.to_string(),
        Value::Array(list) => {
            let list: Vec<String> = list.iter().map(text).collect();
            format!("[{}]", list.join(", "))
        }
        other => other.type_str().to_owned(),
    }
}

/// The fields of one `[[gateway]]` that are not read yet.
struct Fields<'p> {
    table: Table,
    /// The beginning of a message about a mistake: the file and the gateway.
    told: String,
    problems: &'p mut Vec<String>,
}

impl Fields<'_> {
    fn refuse(&mut self, problem: &str) {
        self.problems.push(format!("{}: {problem}", self.told));
    }

    fn value<T>(
        &mut self,
        field: &str,
        takes: &str,
        parse: impl FnOnce(&Value) -> Option<T>,
    ) -> Option<T> {
        let found = self.table.remove(field)?;
        let value = parse(&found);
        if value.is_none() {
            self.refuse(&format!("{field} takes {takes}{}", quoted(&text(&found))));
        }
        value
    }

    fn optional<T>(
        &mut self,
        field: &str,
        takes: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        self.value(field, takes, |value| parse(value.as_str()?.trim()))
    }

    fn required<T>(
        &mut self,
        field: &str,
        takes: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        if !self.table.contains_key(field) {
            self.refuse(&format!("{field} is missing: {takes}"));
        }
        self.optional(field, takes, parse)
    }

    /// Reads the key, from `key` or from the file that `key_file` names.
    fn key(&mut self) -> Option<Secret> {
        let both = ["key", "key_file"]
            .iter()
            .all(|name| self.table.contains_key(*name));
        if both {
            self.refuse("key and key_file are both set: keep one");
        }
        let key = self.table.remove("key").map(|key| {
            let text = key.as_str().map(str::trim).unwrap_or_default();
            let key = word_without_scheme("Bearer")(text);
            if key.is_none() {
                let odd = odd_character(text);
                self.refuse(&format!("key takes {KEY}; its value is not shown{odd}"));
            }
            key
        });
        let key = key.flatten();
        let path = self.optional("key_file", "the path of a file", |path| {
            Some(path.to_owned())
        });
        let Some(path) = path else { return key };
        match file::secret(Path::new(&path)) {
            Ok(text) => {
                let key = word_without_scheme("Bearer")(&text);
                if key.is_none() {
                    let odd = odd_character(&text);
                    self.refuse(&format!("key_file: {path} has to hold {KEY}{odd}"));
                }
                key
            }
            Err(problem) => {
                self.refuse(&format!("key_file: {path} {problem}"));
                key
            }
        }
    }

    fn refuse_the_rest(&mut self) {
        let rest: Vec<String> = self.table.keys().map(|field| named(field)).collect();
        for field in rest {
            self.refuse(&format!("has {field}"));
        }
    }
}
