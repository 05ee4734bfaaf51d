//! How long a task usually takes, from what this bot has seen.

use std::time::Duration;

/// Fewer durations than this say nothing.
const ENOUGH: usize = 5;

/// How many of the last durations count.
pub const LOOKED_AT: u32 = 21;

/// The median, or `None` while there are too few.
pub fn usual(mut durations: Vec<Duration>) -> Option<Duration> {
    durations.sort_unstable();
    let median = durations.get(durations.len() / 2).copied();
    median.filter(|_| durations.len() >= ENOUGH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_enough() {
        let secs = |list: &[u64]| list.iter().copied().map(Duration::from_secs).collect();
        assert_eq!(usual(secs(&[1, 2, 3, 4])), None);
        assert_eq!(
            usual(secs(&[900, 170, 180, 10, 190])),
            Some(Duration::from_secs(180))
        );
    }
}
