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
pub mod wakes;
pub mod worker;

use std::time::{SystemTime, UNIX_EPOCH};

use crate::domain::time::Timestamp;

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
