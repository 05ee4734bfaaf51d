//! A rate limit for each person. It is kept in memory only: a restart forgets it.

use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

/// The number of remembered people above which the idle ones are forgotten.
const PEOPLE: usize = 10_000;

/// The rate limits, by person.
pub(super) struct Paces(RateLimiter<u64, HashMapStateStore<u64>, DefaultClock>);

impl Paces {
    pub(super) fn new(quota: Quota) -> Self {
        Self(RateLimiter::hashmap(quota))
    }

    /// Counts one action of a person. Returns how long the person has to wait, or `None` if
    /// the action is within the limit.
    pub(super) fn wait(&self, person: u64) -> Option<Duration> {
        if self.0.len() > PEOPLE {
            self.0.retain_recent();
        }
        let early = self.0.check_key(&person).err()?;
        Some(early.wait_time_from(DefaultClock::default().now()))
    }
}
