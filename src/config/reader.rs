//! The reader of single variables, which collects all mistakes.

use std::net::SocketAddr;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use thiserror::Error;
use url::Url;

use super::file;
use super::quoted::quoted;
use crate::domain::secret::Secret;
use crate::provider::endpoint::is_plain;

/// The description of an origin's values.
pub(super) const ORIGIN: &str =
    "an origin such as https://host or http://host:port, and nothing more";

/// The description of an address's values.
pub(super) const ADDRESS: &str = "an address and port such as 0.0.0.0:8080";

/// All mistakes in the configuration.
#[derive(Debug, PartialEq, Eq, Error)]
#[error("the configuration has {}:\n  {}", mistakes(problems.len()), problems.join("\n  "))]
pub struct ConfigError {
    /// One sentence for each mistake, which begins with the variable.
    pub problems: Vec<String>,
}

impl ConfigError {
    /// Returns an error with one mistake that was found outside of this reader.
    #[must_use]
    pub fn of(problem: String) -> Self {
        let problems = vec![problem];
        Self { problems }
    }

    /// Returns whether the bot token is missing, as at the very first start.
    #[must_use]
    pub fn lacks_token(&self) -> bool {
        self.problems
            .iter()
            .any(|problem| problem.starts_with("DISCORD_TOKEN is missing"))
    }
}

fn mistakes(count: usize) -> String {
    match count {
        1 => "a mistake".to_owned(),
        count => format!("{count} mistakes"),
    }
}

/// A reader of variables through `lookup`, with the mistakes so far.
pub(super) struct Reader<F> {
    lookup: F,
    pub(super) problems: Vec<String>,
}

impl<F: Fn(&str) -> Option<String>> Reader<F> {
    pub(super) fn new(lookup: F) -> Self {
        let problems = Vec::new();
        Self { lookup, problems }
    }

    pub(super) fn refuse(&mut self, problem: impl Into<String>) {
        let problem = problem.into();
        // A variable may be read more than once.
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    pub(super) fn finish<T>(self, value: T) -> Result<T, ConfigError> {
        match self.problems {
            problems if problems.is_empty() => Ok(value),
            problems => Err(ConfigError { problems }),
        }
    }

    /// Returns the value of a variable that is set and not blank, without the quotes that
    /// Docker's `--env-file` leaves around it. Refuses a value that was not UTF-8, because a
    /// setting that counts as not set may open what the operator meant to close.
    pub(super) fn get(&mut self, name: &str) -> Option<String> {
        let value = (self.lookup)(name)?;
        if value.contains(char::REPLACEMENT_CHARACTER) {
            self.refuse(format!("{name} is not UTF-8"));
            return None;
        }
        // Some editors put a byte order mark before a text that is copied from them.
        let value = value.trim_start_matches('\u{feff}');
        let value = ['"', '\''].iter().fold(value.trim(), |value, quote| {
            let inside = value.strip_prefix(*quote);
            let inside = inside.and_then(|value| value.strip_suffix(*quote));
            inside.unwrap_or(value).trim()
        });
        (!value.is_empty()).then(|| value.to_owned())
    }

    /// Reads a secret from a variable, or from the file that the variable `NAME_FILE` names.
    pub(super) fn secret<T>(
        &mut self,
        name: &str,
        takes: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let by_file = format!("{name}_FILE");
        let (value, path) = (self.get(name), self.get(&by_file));
        let Some(path) = path else {
            let value = value?;
            let secret = parse(&value);
            if secret.is_none() {
                let odd = odd_character(&value);
                self.refuse(format!("{name} takes {takes}; its value is not shown{odd}"));
            }
            return secret;
        };
        if value.is_some() {
            self.refuse(format!("{name} and {by_file} are both set: keep one"));
            return None;
        }
        match file::secret(Path::new(&path)) {
            Ok(text) => {
                let secret = parse(&text);
                if secret.is_none() {
                    let odd = odd_character(&text);
                    self.refuse(format!("{by_file}: {path} has to hold {takes}{odd}"));
                }
                secret
            }
            Err(problem) => {
                self.refuse(format!("{by_file}: {path} {problem}"));
                None
            }
        }
    }

    pub(super) fn optional<T>(
        &mut self,
        name: &str,
        takes: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let found = self.get(name)?;
        let value = parse(&found);
        if value.is_none() {
            self.refuse(format!("{name} takes {takes}{}", quoted(&found)));
        }
        value
    }

    /// Reads a variable with a default. After a mistake it returns the default, so that the
    /// other variables are read, too.
    #[expect(clippy::expect_used, reason = "the tests read every default")]
    fn value<T>(
        &mut self,
        name: &str,
        default: &str,
        takes: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> T {
        self.optional(name, takes, &parse)
            .unwrap_or_else(|| parse(default).expect("a default is valid"))
    }

    pub(super) fn text(
        &mut self,
        name: &str,
        default: &str,
        takes: &str,
        is_valid: impl Fn(&str) -> bool,
    ) -> String {
        let parse = |text: &str| is_valid(text).then(|| text.to_owned());
        self.value(name, default, takes, parse)
    }

    pub(super) fn parsed<T: FromStr>(&mut self, name: &str, default: &str, takes: &str) -> T {
        self.value(name, default, takes, |text| text.parse().ok())
    }

    /// Reads one of two words; the first is the default.
    pub(super) fn word<T: Copy>(&mut self, name: &str, takes: &str, words: [(&str, T); 2]) -> T {
        let known = |text: &str| words.iter().find(|(word, _)| *word == text);
        let parse = |text: &str| known(text).map(|(_, value)| *value);
        self.value(name, words[0].0, takes, parse)
    }

    pub(super) fn http_addr(&mut self) -> SocketAddr {
        self.parsed("HTTP_ADDR", "127.0.0.1:8080", ADDRESS)
    }

    pub(super) fn duration(&mut self, name: &str, default: &str) -> Duration {
        let takes = "a time such as 500ms, 2s or 1h, longer than zero";
        let parse = |text: &str| humantime::parse_duration(text).ok();
        self.value(name, default, takes, |text| {
            parse(text).filter(|span| !span.is_zero())
        })
    }

    pub(super) fn origin(&mut self, name: &str, default: &str) -> Url {
        self.value(name, default, ORIGIN, origin)
    }
}

pub(super) fn origin(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    (is_plain(&url) && url.path() == "/").then_some(url)
}

/// Returns a note that names the first character of a refused secret that no secret has. Such a
/// character may be invisible, as a zero-width space is.
pub(super) fn odd_character(secret: &str) -> String {
    let odd = secret.chars().find(|c| !c.is_ascii() || c.is_control());
    let told = |c| format!(" (it has the character U+{:04X} in it)", u32::from(c));
    odd.map(told).unwrap_or_default()
}

/// Returns a parser of a secret that is one word. It removes the `scheme` that stands before
/// the secret in a header.
pub(super) fn word_without_scheme(scheme: &str) -> impl Fn(&str) -> Option<Secret> {
    move |text| {
        let (first, rest) = text.split_once(' ').unwrap_or(("", text));
        let word = match first.eq_ignore_ascii_case(scheme) {
            true => rest.trim_start(),
            false => text,
        };
        // No token and no key has another character, and a header could not carry it.
        let visible = word.chars().all(|c| c.is_ascii_graphic());
        let closed = !word.contains(['"', '\'']);
        (visible && closed && !word.is_empty()).then(|| Secret::new(word))
    }
}
