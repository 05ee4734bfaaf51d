//! When the whole endpoint is down: probe it instead of hammering it.
//!
//! A state machine without a clock. The failures of all tasks are counted
//! together; once open it lets one query through per interval, and any answer
//! closes it.

use std::time::Duration;

use crate::domain::time::Timestamp;

/// So many queries in a row without an answer open it.
const OPENS_AFTER: u32 = 5;
/// The wait before the first probe; it doubles from probe to probe.
const FIRST_PROBE: Duration = Duration::from_secs(5);
/// The longest wait between two probes: a recovery is noticed within a minute.
const LAST_PROBE: Duration = Duration::from_secs(60);

/// Whether queries may go out.
#[derive(Debug, Default)]
pub struct Circuit {
    failures: u32,
    open: Option<Open>,
}

#[derive(Debug)]
struct Open {
    probe_at: Timestamp,
    interval: Duration,
}

impl Circuit {
    /// Whether a query may go out at `now`. While open, a `true` is the probe,
    /// and the next one is an interval away even if this one never reports.
    pub fn admits(&mut self, now: Timestamp) -> bool {
        let Some(open) = &mut self.open else {
            return true;
        };
        if now < open.probe_at {
            return false;
        }
        open.interval = (open.interval * 2).min(LAST_PROBE);
        open.probe_at = now.plus(open.interval);
        true
    }

    /// The endpoint answered something, be it an error of the task's own.
    pub fn answered(&mut self) {
        *self = Self::default();
    }

    /// A query ended at `now` without an answer.
    pub fn failed(&mut self, now: Timestamp) {
        self.failures = self.failures.saturating_add(1);
        if self.failures >= OPENS_AFTER && self.open.is_none() {
            self.open = Some(Open {
                probe_at: now.plus(FIRST_PROBE),
                interval: FIRST_PROBE,
            });
        }
    }

    /// Whether it is open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.open.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp(seconds * 1000)
    }

    fn opened_at(seconds: i64) -> Circuit {
        let mut circuit = Circuit::default();
        for _ in 0..OPENS_AFTER {
            assert!(circuit.admits(at(seconds)));
            circuit.failed(at(seconds));
        }
        circuit
    }

    #[test]
    fn five_failures_in_a_row_open_it_and_an_answer_between_does_not() {
        let mut circuit = Circuit::default();
        for _ in 0..OPENS_AFTER - 1 {
            circuit.failed(at(0));
        }
        circuit.answered();
        circuit.failed(at(0));
        assert!(!circuit.is_open() && circuit.admits(at(0)));
        assert!(opened_at(0).is_open());
    }

    #[test]
    fn probes_go_out_one_by_one_at_growing_distances() {
        let mut circuit = opened_at(0);
        let mut probes = Vec::new();
        for second in 0..300 {
            if circuit.admits(at(second)) {
                assert!(!circuit.admits(at(second)), "a second probe at {second}");
                circuit.failed(at(second));
                probes.push(second);
            }
        }
        assert_eq!(probes, [5, 15, 35, 75, 135, 195, 255]);
    }

    #[test]
    fn an_answer_closes_it_and_the_next_outage_starts_over() {
        let mut circuit = opened_at(0);
        assert!(circuit.admits(at(5)));
        circuit.answered();
        assert!(circuit.admits(at(5)) && circuit.admits(at(5)));
        let mut again = opened_at(100);
        assert!(!again.admits(at(104)));
        assert!(again.admits(at(105)));
    }
}
