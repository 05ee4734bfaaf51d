//! Chance, which is an argument on every floor below.

use std::hash::{BuildHasher, Hasher, RandomState};

/// A number from 0 to 1 that differs between calls and processes.
pub(crate) fn jitter() -> f64 {
    let random = RandomState::new().build_hasher().finish();
    f64::from(u32::try_from(random >> 32).unwrap_or_default()) / f64::from(u32::MAX)
}
