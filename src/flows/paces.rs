//! How often each person may do something; a restart forgets it.

use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

/// The most people whose pace is remembered before the idle ones are forgotten.
const PEOPLE: usize = 10_000;

pub(super) struct Paces(RateLimiter<u64, HashMapStateStore<u64>, DefaultClock>);

impl Paces {
    pub(super) fn new(quota: Quota) -> Self {
        Self(RateLimiter::hashmap(quota))
    }

    /// Counts what a person does; returns how long they have to wait where they are too
    /// fast.
    pub(super) fn wait(&self, person: u64) -> Option<Duration> {
        if self.0.len() > PEOPLE {
            self.0.retain_recent();
        }
        let early = self.0.check_key(&person).err()?;
        Some(early.wait_time_from(DefaultClock::default().now()))
    }
}
