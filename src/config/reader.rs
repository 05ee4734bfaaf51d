//! Reading variables one by one, with all mistakes collected.

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use thiserror::Error;
use url::Url;

use crate::provider::endpoint::is_plain;

/// Everything that is wrong with the configuration.
#[derive(Debug, PartialEq, Eq, Error)]
pub struct ConfigError {
    /// One sentence a mistake, each beginning with its variable.
    pub problems: Vec<String>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the configuration has {} problem(s):",
            self.problems.len()
        )?;
        self.problems
            .iter()
            .try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

/// Reads variables through `lookup` and collects every mistake.
pub(super) struct Reader<F> {
    lookup: F,
    pub(super) problems: Vec<String>,
}

impl<F: Fn(&str) -> Option<String>> Reader<F> {
    pub(super) fn new(lookup: F) -> Self {
        Self {
            lookup,
            problems: Vec::new(),
        }
    }

    pub(super) fn finish<T>(self, value: T) -> Result<T, ConfigError> {
        if self.problems.is_empty() {
            Ok(value)
        } else {
            Err(ConfigError {
                problems: self.problems,
            })
        }
    }

    /// A variable that is set and not blank.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        (self.lookup)(name)
            .map(|value| value.trim().to_owned())
            .filter(|value| !value.is_empty())
    }

    pub(super) fn optional<T>(
        &mut self,
        name: &str,
        takes: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.get(name)?;
        let value = parse(&text);
        if value.is_none() {
            // The value itself stays out: it may be a secret in the wrong place.
            self.problems.push(format!("{name} takes {takes}"));
        }
        value
    }

    /// A variable with a default. After a mistake the default stands in, so that
    /// the other variables are read too.
    #[expect(clippy::expect_used, reason = "the tests read every default")]
    pub(super) fn value<T>(
        &mut self,
        name: &str,
        default: &str,
        takes: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> T {
        self.optional(name, takes, &parse)
            .unwrap_or_else(|| parse(default).expect("a default is valid"))
    }

    pub(super) fn required(
        &mut self,
        name: &str,
        takes: &str,
        parse: impl Fn(&str) -> Option<String>,
    ) -> String {
        if self.get(name).is_none() {
            self.problems.push(format!("{name} is missing: {takes}"));
        }
        self.optional(name, takes, parse).unwrap_or_default()
    }

    pub(super) fn http_addr(&mut self) -> SocketAddr {
        self.value(
            "HTTP_ADDR",
            "127.0.0.1:8080",
            "an address and port such as 0.0.0.0:8080",
            |text| text.parse().ok(),
        )
    }

    pub(super) fn duration(&mut self, name: &str, default: &str) -> Duration {
        let parse = |text: &str| {
            humantime::parse_duration(text)
                .ok()
                .filter(|span| !span.is_zero())
        };
        self.value(
            name,
            default,
            "a time such as 500ms, 2s or 1h, more than nothing",
            parse,
        )
    }

    pub(super) fn origin(&mut self, name: &str, default: &str) -> Url {
        let parse = |text: &str| {
            let url = Url::parse(text).ok()?;
            (is_plain(&url) && url.path() == "/").then_some(url)
        };
        self.value(
            name,
            default,
            "an origin such as https://host or http://host:port, and nothing more",
            parse,
        )
    }
}

pub(super) fn switch(text: &str) -> Option<bool> {
    match text {
        "on" => Some(true),
        "off" => Some(false),
        _ => None,
    }
}

pub(super) fn snowflake(text: &str) -> Option<u64> {
    text.parse()
        .ok()
        .filter(|_| (17..=20).contains(&text.len()))
}

pub(super) fn database(text: &str) -> Option<String> {
    let known = ["sqlite://", "postgres://", "postgresql://"];
    known
        .iter()
        .any(|scheme| text.starts_with(scheme))
        .then(|| text.to_owned())
}
