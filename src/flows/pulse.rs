//! The time of a loop's last turn, for the health check.

use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;

use crate::sync::lock;

/// The time of a loop's last turn, by the monotonic clock.
#[derive(Debug)]
pub struct Pulse(Mutex<Instant>);

impl Pulse {
    /// Records that the loop turned now.
    pub(crate) fn beat(&self) {
        *lock(&self.0) = Instant::now();
    }

    /// Returns the time since the loop's last turn.
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
