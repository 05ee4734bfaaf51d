//! When a loop last turned, for the health check.

use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;

use crate::sync::lock;

/// When a loop last turned, by a clock that nobody sets.
#[derive(Debug)]
pub struct Pulse(Mutex<Instant>);

impl Pulse {
    /// Notes that the loop turned.
    pub(crate) fn beat(&self) {
        *lock(&self.0) = Instant::now();
    }

    /// How long ago the loop last turned.
    #[must_use]
    pub fn age(&self) -> Duration {
        lock(&self.0).elapsed()
    }
}

impl Default for Pulse {
    fn default() -> Self {
        Self(Mutex::new(Instant::now()))
    }
}
