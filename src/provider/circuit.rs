//! When the whole endpoint is down: probe it instead of hammering it.
//!
//! A state machine without a clock. The failures of all tasks are counted
//! together, and so are the refusals of different tasks that were known before: a
//! gateway that suddenly refuses several of them is in trouble itself. Once open the
//! circuit lets one query through per interval, and an answer closes it.

use std::time::Duration;

use crate::domain::task::TaskId;
use crate::domain::time::Timestamp;

/// The number of queries in a row without an answer that opens the circuit.
const OPENS_AFTER: u32 = 5;
/// The wait before the first probe; it doubles from probe to probe.
const FIRST_PROBE: Duration = Duration::from_secs(5);
/// The longest wait between two probes: a recovery is noticed within half a minute.
const LAST_PROBE: Duration = Duration::from_secs(30);
/// The number of different known tasks, refused within [`REFUSED_WITHIN`], that opens it.
const REFUSED_TASKS: usize = 3;
const REFUSED_WITHIN: Duration = Duration::from_secs(60);

/// Whether queries may go out.
#[derive(Default)]
pub(super) struct Circuit {
    failures: u32,
    /// When the endpoint last answered.
    answered_at: Option<Timestamp>,
    /// Known tasks that were refused lately, each with its last refusal.
    refused: Vec<(TaskId, Timestamp)>,
    /// Until when the provider asked to be left alone.
    paused_until: Option<Timestamp>,
    open: Option<Open>,
}

struct Open {
    why: Why,
    probe_at: Timestamp,
    interval: Duration,
}

/// The reason why the circuit opened.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Why {
    /// The endpoint could not be reached, or was in trouble.
    Failures,
    /// Known tasks hung, and nothing else was asked: a new one may well be answered.
    Hangs,
    /// Then a refusal is no sign that the endpoint is back.
    Refusals,
}

impl Circuit {
    /// Whether a query may go out at `now`. While open, a `true` is the probe,
    /// and the next one is an interval away even if this one never reports.
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

    /// The endpoint answered something at `now`, be it an error of the task's own.
    pub(super) fn answered(&mut self, now: Timestamp) {
        // A reply that was on its way does not end a pause that was asked for meanwhile.
        *self = Self {
            paused_until: self.paused_until,
            answered_at: Some(now),
            ..Self::default()
        };
    }

    /// A query ended at `now` without an answer.
    pub(super) fn failed(&mut self, now: Timestamp) {
        self.fail(now, Why::Failures);
    }

    fn fail(&mut self, now: Timestamp, why: Why) {
        self.failures = self.failures.saturating_add(1);
        if self.failures >= OPENS_AFTER {
            self.open(now, why);
        }
    }

    /// A query that began at `began` waited in vain until `now`. Where another one was
    /// answered meanwhile, it is the task that hangs, and not the endpoint.
    pub(super) fn hung(&mut self, began: Timestamp, now: Timestamp) {
        if self.answered_at < Some(began) {
            self.fail(now, Why::Hangs);
        }
    }

    /// A task that was known before was refused at `now`.
    pub(super) fn refused(&mut self, id: &TaskId, now: Timestamp) {
        self.refused
            .retain(|(known, at)| known != id && now.since(*at) < REFUSED_WITHIN);
        self.refused.push((id.clone(), now));
        if self.refused.len() >= REFUSED_TASKS {
            self.open(now, Why::Refusals);
        }
    }

    /// The provider asked for a pause, for all tasks.
    pub(super) fn pause(&mut self, until: Timestamp) {
        self.paused_until = self.paused_until.max(Some(until));
    }

    /// How long the provider still wants to be left alone.
    pub(super) fn pause_left(&self, now: Timestamp) -> Option<Duration> {
        let left = self.paused_until?.since(now);
        (!left.is_zero()).then_some(left)
    }

    /// Whether refusals of known tasks opened it.
    pub(super) fn is_open_by_refusals(&self) -> bool {
        self.is_open_by(Why::Refusals)
    }

    /// Whether only tasks that hang opened it.
    pub(super) fn is_open_by_hangs(&self) -> bool {
        self.is_open_by(Why::Hangs)
    }

    fn is_open_by(&self, why: Why) -> bool {
        self.open.as_ref().is_some_and(|open| open.why == why)
    }

    pub(super) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    fn open(&mut self, now: Timestamp, why: Why) {
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
        assert!(!circuit.is_open(), "the others are long ago");
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
