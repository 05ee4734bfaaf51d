//! The decision on the changes that a poll's result makes to its task.

use std::time::Duration;

use crate::domain::query::{InvalidReply, QueryError};
use crate::domain::schedule::Pace;
use crate::domain::state::State;
use crate::domain::task::{Outcome, Phase, Setback, Snapshot, Task};
use crate::domain::time::Timestamp;

/// How long a refusal of a task that the provider has shown before must last until it counts.
/// A gateway may answer wrongly for minutes while it is deployed or its keys change. A
/// refusal of a task that was never shown counts at once.
const REFUSED_FOR: Duration = Duration::from_secs(15 * 60);

/// How long a refusal must last if the task was never shown and earlier polls got no answer.
/// People were told that the bot keeps trying, and a gateway that comes back may answer
/// wrongly at first.
const REFUSED_AFTER_TROUBLE: Duration = Duration::from_secs(60);

/// The failure in a row from which the message says that the provider is not answering. A
/// message without any answer yet says so at once.
const FAILURES_WORTH_SAYING: u32 = 3;

/// The waits before a task that is "completed" without a video is polled again, about two
/// minutes in all. Some gateways upload the file after they report its completion.
const NO_VIDEO_WAITS: [Duration; 5] = [
    Duration::from_secs(5),
    Duration::from_secs(10),
    Duration::from_secs(20),
    Duration::from_secs(35),
    Duration::from_secs(50),
];

/// A poll's result applied to its task.
#[derive(Clone, Debug, PartialEq)]
pub struct Polled {
    pub task: Task,
    /// When to poll again; `None` if there is an outcome.
    pub next_poll_at: Option<Timestamp>,
}

/// Returns `task` with the changes of a `result` that came at `now`.
pub fn after_poll(
    task: &Task,
    result: Result<Snapshot, QueryError>,
    now: Timestamp,
    pace: &Pace,
    jitter: f64,
) -> Polled {
    let mut next = task.clone();
    next.answered = true;
    let wait = match result {
        Ok(snapshot) => heard(&mut next, snapshot, now, pace, jitter),
        Err(error) => refused(&mut next, &error, now, pace, jitter),
    };
    if next.outcome.is_none() && now >= task.give_up_at {
        next.outcome = Some(Outcome::TimedOut);
    }
    next.troubled = match next.setback {
        Some(Setback::NotAnswering | Setback::NotFound | Setback::Denied | Setback::TooLarge) => {
            task.troubled || !task.answered || next.failures >= FAILURES_WORTH_SAYING
        }
        Some(Setback::NoVideo) => task.troubled,
        None => false,
    };
    let changed = !task.answered
        || State::of(&next, next.outcome) != State::of(task, task.outcome)
        || !next.snapshot.looks_like(&task.snapshot);
    next.revision += i64::from(changed);
    if next.outcome.is_some() {
        let waited = next.outcome == Some(Outcome::Completed) && next.unfinished_at.is_some();
        next.took = waited.then(|| now.since(task.watched_since));
        return Polled {
            task: next,
            next_poll_at: None,
        };
    }
    next.unfinished_at = Some(now);
    Polled {
        next_poll_at: Some(now.plus(wait).min(task.give_up_at.max(now))),
        task: next,
    }
}

/// Applies a snapshot and returns the wait before the next poll.
fn heard(
    task: &mut Task,
    snapshot: Snapshot,
    now: Timestamp,
    pace: &Pace,
    jitter: f64,
) -> Duration {
    task.snapshot = snapshot.over(&task.snapshot);
    task.known = true;
    match task.snapshot.phase {
        Phase::Failed => task.outcome = Some(Outcome::Failed),
        Phase::Completed
            if task.snapshot.video_url.is_some() || task.snapshot.no_link.is_some() =>
        {
            task.outcome = Some(Outcome::Completed)
        }
        Phase::Completed => {
            let asked = count(task, Setback::NoVideo, now) as usize;
            match NO_VIDEO_WAITS.get(asked - 1) {
                Some(wait) => return (*wait).min(pace.max),
                None => task.outcome = Some(Outcome::Completed),
            }
        }
        Phase::Waiting | Phase::Running => {}
    }
    (task.setback, task.setback_since, task.failures) = (None, None, 0);
    pace.interval(now.since(task.watched_since), jitter)
}

/// Counts a poll without a snapshot and returns the wait before the next poll.
fn refused(
    task: &mut Task,
    error: &QueryError,
    now: Timestamp,
    pace: &Pace,
    jitter: f64,
) -> Duration {
    let (setback, outcome, told) = match error {
        QueryError::Unserved => {
            task.outcome = Some(Outcome::Unserved);
            return Duration::ZERO;
        }
        QueryError::NotFound { .. } => (Setback::NotFound, Some(Outcome::NotFound), None),
        QueryError::Denied { .. } => (Setback::Denied, Some(Outcome::Denied), None),
        QueryError::RateLimited { wait } => (Setback::NotAnswering, None, *wait),
        // Each such answer costs megabytes, and the next one will hardly be smaller.
        QueryError::Invalid {
            what: InvalidReply::TooLarge,
            ..
        } => (Setback::TooLarge, None, Some(pace.max * 10)),
        QueryError::Unavailable { .. }
        | QueryError::NoAnswer { .. }
        | QueryError::Invalid { .. } => (Setback::NotAnswering, None, None),
    };
    let failures = count(task, setback, now);
    let lasted = task
        .setback_since
        .map_or(Duration::ZERO, |since| now.since(since));
    let believed_after = match (task.known, task.unfinished_at) {
        (true, _) => REFUSED_FOR,
        (false, Some(_)) => REFUSED_AFTER_TROUBLE,
        (false, None) => Duration::ZERO,
    };
    if outcome.is_some() && lasted >= believed_after {
        task.outcome = outcome;
    }
    pace.retry(failures, jitter).max(told.unwrap_or_default())
}

/// Counts a setback and returns how many came in a row. A missing answer does not end a row
/// of refusals, because it says nothing about the task.
fn count(task: &mut Task, setback: Setback, now: Timestamp) -> u32 {
    let refused = matches!(task.setback, Some(Setback::NotFound | Setback::Denied));
    let goes_on = refused && setback == Setback::NotAnswering;
    if task.setback != Some(setback) && !goes_on {
        (task.setback, task.setback_since, task.failures) = (Some(setback), Some(now), 0);
    }
    task.failures = task.failures.saturating_add(1);
    task.failures
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::decide::request;
    use crate::domain::task::{NoLink, TaskId};

    const NOW: Timestamp = Timestamp(1_764_522_552_000);
    const PACE: Pace = Pace {
        min: Duration::from_secs(5),
        max: Duration::from_secs(60),
    };
    const TIMEOUT: Duration = Duration::from_secs(7200);

    fn task() -> Task {
        let id = TaskId::parse("grok:1").unwrap();
        request::first(&id, NOW, TIMEOUT)
    }

    fn says(phase: Phase) -> Result<Snapshot, QueryError> {
        Ok(Snapshot {
            phase,
            ..Snapshot::default()
        })
    }

    fn video() -> Result<Snapshot, QueryError> {
        let video_url = Some("https://a.example/v.mp4".to_owned());
        Ok(Snapshot {
            phase: Phase::Completed,
            video_url,
            ..Snapshot::default()
        })
    }

    fn down() -> Result<Snapshot, QueryError> {
        Err(QueryError::Unavailable {
            cause: "502".into(),
        })
    }

    fn unknown() -> Result<Snapshot, QueryError> {
        Err(QueryError::NotFound {
            detail: "task_not_exist".into(),
        })
    }

    fn too_large() -> Result<Snapshot, QueryError> {
        Err(QueryError::Invalid {
            what: InvalidReply::TooLarge,
            cause: "more than anybody reads".into(),
        })
    }

    fn poll(task: &Task, result: Result<Snapshot, QueryError>) -> Polled {
        after_poll(task, result, NOW, &PACE, 0.0)
    }

    #[test]
    fn what_never_answered_is_unknown_only_after_a_minute_of_saying_so() {
        let troubled = poll(&task(), down()).task;
        assert!(troubled.troubled);
        let first = poll(&troubled, unknown());
        assert_eq!(first.task.outcome, None);
        let at = |seconds| NOW.plus(Duration::from_secs(seconds));
        let later = |task: &Task, seconds| after_poll(task, unknown(), at(seconds), &PACE, 0.0);
        let still = later(&first.task, 59).task;
        assert_eq!((still.outcome, still.troubled), (None, true));
        assert_eq!(later(&still, 60).task.outcome, Some(Outcome::NotFound));
        let known = poll(&still, says(Phase::Running)).task;
        assert_eq!((known.outcome, known.troubled), (None, false));
    }

    #[test]
    fn the_first_answer_always_shows_and_the_same_again_does_not() {
        let first = poll(&task(), says(Phase::Waiting));
        assert_eq!((first.task.revision, first.task.outcome), (1, None));
        assert_eq!(first.next_poll_at, Some(NOW.plus(PACE.min)));
        let mut again = says(Phase::Waiting);
        again.as_mut().unwrap().status_update_time = Some(NOW);
        assert_eq!(poll(&first.task, again).task.revision, 1);
        assert_eq!(poll(&first.task, says(Phase::Running)).task.revision, 2);
    }

    #[test]
    fn endings_stop_the_polls() {
        for (result, outcome) in [
            (video(), Outcome::Completed),
            (says(Phase::Failed), Outcome::Failed),
            (unknown(), Outcome::NotFound),
            (
                Err(QueryError::Denied {
                    detail: "no".into(),
                }),
                Outcome::Denied,
            ),
        ] {
            let polled = poll(&task(), result);
            assert_eq!(
                (polled.task.outcome, polled.next_poll_at),
                (Some(outcome), None)
            );
            assert_eq!((polled.task.revision, polled.task.unfinished_at), (1, None));
        }
    }

    #[test]
    fn a_task_that_no_gateway_is_for_ends_at_once_however_long_it_was_known() {
        for task in [task(), poll(&task(), says(Phase::Running)).task] {
            let ended = poll(&task, Err(QueryError::Unserved));
            assert_eq!(ended.task.outcome, Some(Outcome::Unserved));
            assert_eq!((ended.next_poll_at, ended.task.troubled), (None, false));
        }
    }

    #[test]
    fn a_task_once_seen_is_lost_when_the_same_refusal_has_lasted_a_quarter_of_an_hour() {
        let denied = || {
            Err(QueryError::Denied {
                detail: "no".into(),
            })
        };
        let at = |secs| NOW.plus(Duration::from_secs(secs));
        let poll = |task: &Task, result, secs| after_poll(task, result, at(secs), &PACE, 0.0);
        for (refusal, outcome) in [
            (unknown as fn() -> _, Outcome::NotFound),
            (denied, Outcome::Denied),
        ] {
            let seen = poll(&task(), says(Phase::Running), 0).task;
            let first = poll(&seen, refusal(), 1).task;
            let second = poll(&first, refusal(), 2).task;
            let third = poll(&second, refusal(), 3).task;
            assert!(!second.troubled && third.troubled, "told as no answer");
            let late = poll(&third, refusal(), 900).task;
            assert_eq!(late.outcome, None);
            assert_eq!(poll(&late, refusal(), 901).task.outcome, Some(outcome));
            // A snapshot starts the time anew; a missing answer does not.
            let silent = poll(&late, down(), 901).task;
            assert_eq!(
                silent.outcome, None,
                "it is refused, not silent, in the end"
            );
            assert_eq!(poll(&silent, refusal(), 902).task.outcome, Some(outcome));
            let other = poll(&late, says(Phase::Running), 900).task;
            assert_eq!(poll(&other, refusal(), 901).task.outcome, None);
        }
    }

    #[test]
    fn trouble_is_told_at_once_to_people_without_an_answer_and_later_to_others() {
        let first = poll(&task(), down()).task;
        assert!(first.troubled && first.revision == 1);
        let mut seen = poll(&task(), says(Phase::Running)).task;
        for troubled in [false, false, true, true] {
            seen = poll(&seen, down()).task;
            assert_eq!(seen.troubled, troubled);
        }
        assert_eq!(seen.revision, 2);
        let back = poll(&seen, says(Phase::Running)).task;
        assert!(!back.troubled && back.revision == 3 && back.failures == 0);
    }

    #[test]
    fn an_answer_that_is_too_large_is_told_as_such_and_asked_for_less_often() {
        let first = poll(&task(), too_large());
        assert_eq!(State::of(&first.task, None), State::TooLarge);
        assert_eq!(first.next_poll_at, Some(NOW.plus(PACE.max * 10)));
        // A missing answer is a different setback, which people are told of.
        let silent = poll(&first.task, down()).task;
        assert_eq!(State::of(&silent, None), State::Troubled);
        assert_eq!((first.task.revision, silent.revision), (1, 2));
    }

    #[test]
    fn completed_without_a_video_is_asked_again_five_times() {
        let mut task = task();
        let mut waits = Vec::new();
        loop {
            let polled = poll(&task, says(Phase::Completed));
            task = polled.task;
            match polled.next_poll_at {
                Some(at) => waits.push(at.since(NOW).as_secs()),
                None => break,
            }
        }
        assert_eq!(waits, [5, 10, 20, 35, 50]);
        assert_eq!((task.outcome, task.revision), (Some(Outcome::Completed), 2));
    }

    #[test]
    fn a_video_that_a_filter_kept_back_is_not_waited_for() {
        let filtered = Ok(Snapshot {
            phase: Phase::Completed,
            no_link: Some(NoLink::Filtered),
            ..Snapshot::default()
        });
        let ended = poll(&task(), filtered).task;
        assert_eq!(
            (ended.outcome, ended.setback),
            (Some(Outcome::Completed), None)
        );
    }

    #[test]
    fn a_pause_that_was_asked_for_is_honoured_up_to_the_deadline() {
        let wait = |secs| {
            Err(QueryError::RateLimited {
                wait: Some(Duration::from_secs(secs)),
            })
        };
        let due = |secs| {
            poll(&task(), wait(secs))
                .next_poll_at
                .unwrap()
                .since(NOW)
                .as_secs()
        };
        assert_eq!((due(45), due(100_000)), (45, 7200));
    }

    #[test]
    fn at_the_deadline_one_last_poll_decides() {
        let old = Task {
            give_up_at: NOW,
            ..task()
        };
        assert_eq!(
            poll(&old, says(Phase::Running)).task.outcome,
            Some(Outcome::TimedOut)
        );
        assert_eq!(poll(&old, down()).task.outcome, Some(Outcome::TimedOut));
        assert_eq!(poll(&old, video()).task.outcome, Some(Outcome::Completed));
    }
}
