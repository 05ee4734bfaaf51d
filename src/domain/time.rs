//! Moments in the form in which the database, Discord and the provider exchange them.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A moment: milliseconds since the Unix epoch, UTC.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

/// Discord's epoch (2015-01-01) in Unix milliseconds.
///
/// Source: <https://discord.com/developers/docs/reference#snowflakes>
const DISCORD_EPOCH_MS: i64 = 1_420_070_400_000;

impl Timestamp {
    /// Returns the moment at which Discord created the object with this snowflake.
    pub fn of_snowflake(id: u64) -> Self {
        Self((id >> 22).cast_signed() + DISCORD_EPOCH_MS)
    }

    /// Returns the first snowflake of this moment, for `after` and `before`.
    pub fn snowflake(self) -> u64 {
        self.0
            .saturating_sub(DISCORD_EPOCH_MS)
            .max(0)
            .unsigned_abs()
            << 22
    }

    /// Returns the whole seconds since the epoch, as Discord's `<t:…>` markup requires.
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// Adds a span, saturating.
    pub fn plus(self, span: Duration) -> Self {
        Self(self.0.saturating_add(millis(span)))
    }

    /// Subtracts a span, saturating.
    pub fn minus(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(millis(span)))
    }

    /// Returns the time since `earlier`, or zero if `earlier` is not earlier.
    pub fn since(self, earlier: Self) -> Duration {
        let span = self.0.saturating_sub(earlier.0).max(0);
        Duration::from_millis(span.unsigned_abs())
    }
}

/// Converts a span to whole milliseconds.
pub fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snowflake_carries_its_moment() {
        // The example of Discord's reference page.
        let made = Timestamp::of_snowflake(175_928_847_299_117_063);
        assert_eq!(made, Timestamp(1_462_015_105_796));
        assert_eq!(made.seconds(), 1_462_015_105);
        assert_eq!(Timestamp::of_snowflake(made.snowflake()), made);
        assert_eq!(Timestamp(0).snowflake(), 0);
    }

    #[test]
    fn spans_never_go_below_zero_or_overflow() {
        let (early, late) = (Timestamp(1000), Timestamp(4500));
        assert_eq!(late.since(early), Duration::from_millis(3500));
        assert_eq!(early.since(late), Duration::ZERO);
        assert_eq!(Timestamp(i64::MAX).plus(Duration::MAX), Timestamp(i64::MAX));
        assert_eq!(late.minus(Duration::from_secs(1)), Timestamp(3500));
    }
}
