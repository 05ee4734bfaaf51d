//! When to ask again, and when to give up. Jitter is an argument from 0 to 1.

use std::time::Duration;

/// How often a task is polled: from `min` growing to `max`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    pub min: Duration,
    pub max: Duration,
}

/// Until this age a task is polled at so many times `Pace::min`; afterwards at
/// `Pace::max`. With the defaults: 5 s, 10 s, 15 s, then 30 s. Most tasks take
/// minutes, and gateways answer 429 to clients that ask much faster.
const STEPS: [(Duration, u32); 3] = [
    (Duration::from_secs(30), 1),
    (Duration::from_secs(120), 2),
    (Duration::from_secs(300), 3),
];

/// The longest wait between two attempts that failed.
const RETRY_MAX: Duration = Duration::from_secs(60);

impl Pace {
    /// From these ages on a task is polled less often than before.
    pub const AGES: [Duration; 3] = [STEPS[0].0, STEPS[1].0, STEPS[2].0];

    /// A pace that is so many times as slow.
    #[must_use]
    pub fn stretched(&self, times: f64) -> Self {
        // A demand of millions of polls a second is stretched to a day.
        let slower = |interval: Duration| interval.mul_f64(times.clamp(1.0, 86_400.0));
        Self {
            min: slower(self.min),
            max: slower(self.max),
        }
    }

    /// The interval to the next poll of a task that has been watched for `age`.
    /// Jitter shortens it by up to a tenth, so that tasks asked for at the same
    /// moment drift apart; never below `min`.
    pub fn interval(&self, age: Duration, jitter: f64) -> Duration {
        let base = match STEPS.iter().find(|(until, _)| age < *until) {
            Some((_, times)) => self.min.saturating_mul(*times).min(self.max),
            None => self.max,
        };
        base.mul_f64(1.0 - 0.1 * jitter.clamp(0.0, 1.0))
            .max(self.min.min(self.max))
    }

    /// The wait after `failures` failures in a row (at least one): exponential
    /// with full jitter, from `min` up to a minute (or `max`, where longer).
    pub fn retry(&self, failures: u32, jitter: f64) -> Duration {
        backoff(failures, self.min, RETRY_MAX.max(self.max), jitter)
    }
}

/// Exponential backoff with full jitter: between `base` and
/// `base × 2^failures`, at most `cap`.
pub fn backoff(failures: u32, base: Duration, cap: Duration, jitter: f64) -> Duration {
    let ceiling = base
        .saturating_mul(1 << failures.min(16))
        .min(cap)
        .max(base);
    base + (ceiling - base).mul_f64(jitter.clamp(0.0, 1.0))
}

/// How long to wait before `starts` gateway sessions begin, if Discord allows
/// `remaining` more of `total` until `reset_after` is over. Usually not at all;
/// once less than a tenth is left, something restarts over and over, and what is
/// left is spread over the time left: running out resets the bot's token.
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
