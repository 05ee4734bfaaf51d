//! Randomness. The floors below take it as an argument, so that tests can choose it.

use std::hash::{BuildHasher, Hasher, RandomState};

/// Returns 64 bits that differ between calls and processes.
pub(crate) fn bits() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// Returns a number from 0 to 1 that differs between calls and processes.
pub(crate) fn jitter() -> f64 {
    f64::from(u32::try_from(bits() >> 32).unwrap_or_default()) / f64::from(u32::MAX)
}
