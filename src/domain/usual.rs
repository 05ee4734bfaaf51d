//! The usual duration of a task, from the durations that this bot has seen.

use std::time::Duration;

/// The fewest durations of which a median is given.
const ENOUGH: usize = 5;

/// The number of latest durations that count.
pub const LOOKED_AT: u32 = 21;

/// Returns the median, or `None` if there are too few durations.
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
