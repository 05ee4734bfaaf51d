//! Floor 3: what the bot does, over and over: the intake records watches, the
//! poller keeps snapshots fresh, the courier keeps messages equal to them, the
//! keeper removes what is past its time.

pub mod courier;
mod delivery;
pub mod intake;
pub mod keeper;
pub mod poller;
pub(crate) mod supervise;
mod view;
pub mod worker;

use std::time::{SystemTime, UNIX_EPOCH};

use tokio::sync::Notify;

use crate::domain::time::Timestamp;
use crate::store::Signal;

/// The present moment; below this floor it is always an argument.
#[must_use]
pub fn now() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// A number from 0 to 1 that differs between calls and processes.
pub(crate) fn jitter() -> f64 {
    use std::hash::{BuildHasher, Hasher, RandomState};
    let random = RandomState::new().build_hasher().finish();
    f64::from(u32::try_from(random >> 32).unwrap_or_default()) / f64::from(u32::MAX)
}

/// How the rooms tell each other that something has become due.
#[derive(Debug, Default)]
pub struct Wakes {
    /// A task is due.
    pub poller: Notify,
    /// A message is due.
    pub courier: Notify,
}

impl Wakes {
    /// Passes on what a process of the cluster says.
    pub fn wake(&self, signal: Signal) {
        match signal {
            Signal::Poll => self.poller.notify_one(),
            Signal::Delivery => self.courier.notify_one(),
        }
    }
}
