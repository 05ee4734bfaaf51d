//! A circuit breaker: while a gateway is down it is probed instead of hammered.
//!
//! The circuit is a state machine without a clock. It counts the failed queries of all
//! tasks together, and the refusals of different known tasks, because a gateway that
//! suddenly refuses several of those is itself in trouble. An open circuit admits one
//! query per interval, and an answer closes it.

use std::time::Duration;

use crate::domain::task::TaskId;
use crate::domain::time::Timestamp;

/// The number of failed queries in a row that opens the circuit.
const OPENS_AFTER: u32 = 5;
/// The wait before the first probe; it doubles from probe to probe.
const FIRST_PROBE: Duration = Duration::from_secs(5);
/// The longest wait between two probes: a recovery is noticed within half a minute.
const LAST_PROBE: Duration = Duration::from_secs(30);
/// The number of different known tasks, refused within [`REFUSED_WITHIN`], that opens the
/// circuit.
const REFUSED_TASKS: usize = 3;
const REFUSED_WITHIN: Duration = Duration::from_secs(60);

/// The circuit of one gateway, which admits or refuses queries.
#[derive(Default)]
pub(super) struct Circuit {
    failures: u32,
    /// When the gateway last answered.
    answered_at: Option<Timestamp>,
    /// The known tasks that were refused lately, each with its last refusal.
    refused: Vec<(TaskId, Timestamp)>,
    /// The end of the pause that the provider asked for.
    paused_until: Option<Timestamp>,
    open: Option<Open>,
}

struct Open {
    why: OpenedBy,
    probe_at: Timestamp,
    interval: Duration,
}

/// The reason why the circuit opened.
#[derive(Clone, Copy, PartialEq, Eq)]
enum OpenedBy {
    /// Queries failed: the gateway could not be reached, or was in trouble.
    Failures,
    /// Queries of known tasks hung and no query was answered. A new task may still be
    /// answered.
    Hangs,
    /// Known tasks were refused. Further refusals are no sign that the gateway is back.
    Refusals,
}

impl Circuit {
    /// Returns whether a query may be sent at `now`. If the circuit is open, `true` admits
    /// one probe; the next one follows an interval later even if this one never reports.
    pub(super) fn admits(&mut self, now: Timestamp) -> bool {
        if let Some(open) = &mut self.open {
            if now < open.probe_at {
                return false;
            }
            open.interval = (open.interval * 2).min(LAST_PROBE);
            open.probe_at = now.plus(open.interval);
        }
        true
    }

    /// Records that the gateway answered at `now`, even if with an error of the task itself.
    pub(super) fn answered(&mut self, now: Timestamp) {
        // The answer to an earlier query does not end a pause that was asked for meanwhile.
        *self = Self {
            paused_until: self.paused_until,
            answered_at: Some(now),
            ..Self::default()
        };
    }

    /// Records that a query failed at `now`.
    pub(super) fn failed(&mut self, now: Timestamp) {
        self.fail(now, OpenedBy::Failures);
    }

    fn fail(&mut self, now: Timestamp, why: OpenedBy) {
        self.failures = self.failures.saturating_add(1);
        if self.failures >= OPENS_AFTER {
            self.open(now, why);
        }
    }

    /// Records that a query hung from `began` until `now`. If another query was answered
    /// meanwhile, the task hangs and not the gateway, and nothing is counted.
    pub(super) fn hung(&mut self, began: Timestamp, now: Timestamp) {
        if self.answered_at < Some(began) {
            self.fail(now, OpenedBy::Hangs);
        }
    }

    /// Records that a known task was refused at `now`.
    pub(super) fn refused(&mut self, id: &TaskId, now: Timestamp) {
        self.refused
            .retain(|(known, at)| known != id && now.since(*at) < REFUSED_WITHIN);
        self.refused.push((id.clone(), now));
        if self.refused.len() >= REFUSED_TASKS {
            self.open(now, OpenedBy::Refusals);
        }
    }

    /// Records that the provider asked for a pause of all queries.
    pub(super) fn pause(&mut self, until: Timestamp) {
        self.paused_until = self.paused_until.max(Some(until));
    }

    /// Returns the rest of the pause that the provider asked for; `None` if it is over.
    pub(super) fn pause_left(&self, now: Timestamp) -> Option<Duration> {
        let left = self.paused_until?.since(now);
        (!left.is_zero()).then_some(left)
    }

    /// Returns whether refusals of known tasks opened the circuit.
    pub(super) fn is_open_by_refusals(&self) -> bool {
        self.is_open_by(OpenedBy::Refusals)
    }

    /// Returns whether hanging queries of known tasks opened the circuit.
    pub(super) fn is_open_by_hangs(&self) -> bool {
        self.is_open_by(OpenedBy::Hangs)
    }

    fn is_open_by(&self, why: OpenedBy) -> bool {
        self.open.as_ref().is_some_and(|open| open.why == why)
    }

    pub(super) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    fn open(&mut self, now: Timestamp, why: OpenedBy) {
        self.open.get_or_insert(Open {
            why,
            probe_at: now.plus(FIRST_PROBE),
            interval: FIRST_PROBE,
        });
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
        circuit.answered(at(0));
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
        assert_eq!(probes, [5, 15, 35, 65, 95, 125, 155, 185, 215, 245, 275]);
    }

    #[test]
    fn an_answer_closes_it_and_the_next_outage_starts_over() {
        let mut circuit = opened_at(0);
        assert!(circuit.admits(at(5)));
        circuit.answered(at(5));
        assert!(circuit.admits(at(5)) && circuit.admits(at(5)));
        let mut again = opened_at(100);
        assert!(!again.admits(at(104)));
        assert!(again.admits(at(105)));
    }

    #[test]
    fn several_known_tasks_refused_within_a_minute_open_it_and_one_does_not() {
        let id = |n: i64| TaskId::parse(&format!("grok:{n}")).unwrap();
        let mut circuit = Circuit::default();
        for second in 0..10 {
            circuit.refused(&id(1), at(second));
        }
        circuit.refused(&id(2), at(10));
        assert!(!circuit.is_open());
        circuit.refused(&id(3), at(80));
        assert!(!circuit.is_open(), "the earlier refusals are too old");
        circuit.refused(&id(4), at(81));
        circuit.refused(&id(5), at(82));
        assert!(circuit.is_open_by_refusals() && !circuit.admits(at(83)));
        circuit.answered(at(84));
        assert!(!circuit.is_open());
    }

    #[test]
    fn what_hangs_while_others_are_answered_does_not_open_it() {
        let mut circuit = Circuit::default();
        circuit.answered(at(5));
        for _ in 0..OPENS_AFTER {
            circuit.hung(at(0), at(8));
            circuit.hung(at(5), at(13));
        }
        assert!(!circuit.is_open());
        for _ in 0..OPENS_AFTER {
            circuit.hung(at(6), at(14));
        }
        assert!(circuit.is_open_by_hangs());
        assert!(!opened_at(0).is_open_by_hangs());
    }

    #[test]
    fn a_pause_ends_by_itself() {
        let mut circuit = Circuit::default();
        circuit.pause(at(10));
        circuit.pause(at(5));
        circuit.answered(at(5));
        assert_eq!(circuit.pause_left(at(4)), Some(Duration::from_secs(6)));
        assert_eq!(circuit.pause_left(at(10)), None);
    }
}
