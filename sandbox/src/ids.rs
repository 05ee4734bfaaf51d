//! Ids and moments as Discord writes them.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// The first millisecond of 2015, from which Discord's ids count.
const DISCORD_EPOCH_MS: u64 = 1_420_070_400_000;

/// A Discord id ("snowflake"), whose upper 42 bits are the time of its creation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(u64);

impl Id {
    /// Creates the id with this number.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// Reads an id in a form, where it is a string or a number.
    pub(crate) fn from_json(value: &Value) -> Option<Self> {
        let number = value.as_u64().or_else(|| value.as_str()?.parse().ok());
        number.map(Self)
    }

    /// Returns the id as a number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// Returns the time of the id's creation, in milliseconds since 1970.
    #[must_use]
    pub const fn created_ms(self) -> u64 {
        (self.0 >> 22) + DISCORD_EPOCH_MS
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Id {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// An id is written as a string, because a JavaScript number cannot hold 64 bits.
impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// An id is read from the string that was written.
impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A source of unique ids. Those of the present moment are strictly growing.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    last: u64,
    aged: u64,
}

impl Ids {
    /// Returns the next id of the present moment.
    pub(crate) fn next(&mut self) -> Id {
        self.last = (self.last + 1).max((now_ms() - DISCORD_EPOCH_MS) << 22);
        Id(self.last)
    }

    /// Returns an id whose creation time is `age` ago.
    pub(crate) fn aged(&mut self, age: Duration) -> Id {
        if age.is_zero() {
            return self.next();
        }
        self.aged += 1;
        let made = now_ms().saturating_sub(millis(age)).max(DISCORD_EPOCH_MS);
        Id(((made - DISCORD_EPOCH_MS) << 22) | (self.aged & 0x3f_ffff))
    }
}

/// Returns the present time in milliseconds since 1970.
pub(crate) fn now_ms() -> u64 {
    millis(
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default(),
    )
}

/// Returns a span in whole milliseconds.
pub(crate) fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

/// Returns a moment as Discord writes it: `2026-01-31T12:00:00.000000+00:00`.
pub(crate) fn iso(at_ms: u64) -> String {
    let moment = UNIX_EPOCH + Duration::from_millis(at_ms);
    let text = humantime::format_rfc3339_micros(moment).to_string();
    text.replace('Z', "+00:00")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_grow_and_tell_their_time() {
        let mut ids = Ids::default();
        let (first, second) = (ids.next(), ids.next());
        assert!(first < second);
        assert!(now_ms().abs_diff(second.created_ms()) < 5_000);
        let old = ids.aged(Duration::from_secs(900));
        assert!((now_ms() - 900_000).abs_diff(old.created_ms()) < 5_000);
        assert_ne!(old, ids.aged(Duration::from_secs(900)));
    }

    #[test]
    fn moments_read_as_discord_prints_them() {
        assert_eq!(iso(1_420_070_400_123), "2015-01-01T00:00:00.123000+00:00");
    }
}
