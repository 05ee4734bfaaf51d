//! Waits between attempts. Jitter is an argument from 0 to 1.

use std::time::Duration;

/// The interval between polls of a task. It grows from `min` to `max`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    pub min: Duration,
    pub max: Duration,
}

/// The steps of the interval: a task younger than the age is polled at this multiple of
/// `Pace::min`, an older one at `Pace::max`. With the defaults that is every 5 s, 10 s, 15 s
/// and 30 s. Most tasks take minutes, and gateways answer 429 to clients that poll much
/// faster.
const STEPS: [(Duration, u32); 3] = [
    (Duration::from_secs(30), 1),
    (Duration::from_secs(120), 2),
    (Duration::from_secs(300), 3),
];

/// The longest wait between two failed attempts.
const RETRY_MAX: Duration = Duration::from_secs(60);

impl Pace {
    /// The ages at which the interval of a task grows.
    pub const AGES: [Duration; 3] = [STEPS[0].0, STEPS[1].0, STEPS[2].0];

    /// Returns a pace that is slower by the factor `times`.
    #[must_use]
    pub fn stretched(&self, times: f64) -> Self {
        // Even a demand of millions of polls a second gives a finite pace.
        let slower = |interval: Duration| interval.mul_f64(times.clamp(1.0, 86_400.0));
        Self {
            min: slower(self.min),
            max: slower(self.max),
        }
    }

    /// Returns the interval to the next poll of a task that has been watched for `age`.
    /// Jitter shortens it by up to a tenth, but not below `min`, so that tasks that were
    /// asked for at the same moment drift apart.
    pub fn interval(&self, age: Duration, jitter: f64) -> Duration {
        let base = match STEPS.iter().find(|(until, _)| age < *until) {
            Some((_, times)) => self.min.saturating_mul(*times).min(self.max),
            None => self.max,
        };
        base.mul_f64(1.0 - 0.1 * jitter.clamp(0.0, 1.0))
            .max(self.min.min(self.max))
    }

    /// Returns the wait after `failures` failures in a row (at least one): exponential
    /// backoff with full jitter, from `min` up to a minute, or up to `max` if that is longer.
    pub fn retry(&self, failures: u32, jitter: f64) -> Duration {
        backoff(failures, self.min, RETRY_MAX.max(self.max), jitter)
    }
}

/// Returns an exponential backoff with full jitter: from `base` to `base × 2^failures`, at
/// most `cap`.
pub fn backoff(failures: u32, base: Duration, cap: Duration, jitter: f64) -> Duration {
    let ceiling = base
        .saturating_mul(1 << failures.min(16))
        .min(cap)
        .max(base);
    base + (ceiling - base).mul_f64(jitter.clamp(0.0, 1.0))
}

/// Returns how long to wait before `starts` sessions begin on Discord's gateway, if Discord
/// allows `remaining` of `total` starts until `reset_after` is over. The wait is zero while a
/// tenth is left. With less, some process restarts in a loop, and the remaining starts are
/// spread over the remaining time: Discord resets the token of a bot that uses up its starts.
///
/// Source: <https://discord.com/developers/docs/events/gateway#session-start-limit-object>
pub fn start_delay(starts: u32, remaining: u32, total: u32, reset_after: Duration) -> Duration {
    if remaining < starts {
        reset_after
    } else if remaining - starts >= total / 10 {
        Duration::ZERO
    } else {
        reset_after.mul_f64(f64::from(starts) / f64::from(remaining))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACE: Pace = Pace {
        min: Duration::from_secs(5),
        max: Duration::from_secs(30),
    };

    #[test]
    fn the_interval_grows_with_age() {
        let at = |age| PACE.interval(Duration::from_secs(age), 0.0).as_secs();
        let seen: Vec<_> = [0, 29, 30, 119, 120, 299, 300, 86_400].map(at).to_vec();
        assert_eq!(seen, [5, 5, 10, 10, 15, 15, 30, 30]);
    }

    #[test]
    fn jitter_shortens_by_a_tenth_and_never_below_the_minimum() {
        let at = |age, jitter| PACE.interval(Duration::from_secs(age), jitter).as_millis();
        assert_eq!(at(300, 1.0), 27_000);
        assert_eq!(at(0, 1.0), 5_000);
        let swapped = Pace {
            min: Duration::from_secs(9),
            max: Duration::from_secs(3),
        };
        assert_eq!(
            swapped.interval(Duration::ZERO, 0.0),
            Duration::from_secs(3)
        );
    }

    #[test]
    fn backoff_doubles_up_to_its_cap() {
        let full = |failures| PACE.retry(failures, 1.0).as_secs();
        assert_eq!([1, 2, 3, 4, 40].map(full), [10, 20, 40, 60, 60]);
        assert_eq!(PACE.retry(40, 0.0), Duration::from_secs(5));
    }

    #[test]
    fn the_last_session_starts_are_spread_over_the_day() {
        let day = Duration::from_secs(86_400);
        let hours =
            |starts, remaining| start_delay(starts, remaining, 1000, day).as_secs_f64() / 3600.0;
        assert_eq!(
            [(1, 1000), (1, 101), (8, 108)].map(|(s, r)| hours(s, r)),
            [0.0; 3]
        );
        assert_eq!(
            [(1, 100), (1, 24), (4, 24), (24, 24)].map(|(s, r)| hours(s, r)),
            [0.24, 1.0, 4.0, 24.0]
        );
        assert_eq!([(1, 0), (8, 7)].map(|(s, r)| hours(s, r)), [24.0, 24.0]);
    }
}
