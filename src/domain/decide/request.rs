//! The decision on the changes that a request makes to its task.

use std::time::Duration;

use crate::domain::task::{Outcome, Snapshot, Task, TaskId};
use crate::domain::time::Timestamp;

/// The result of somebody's request for a known task.
#[derive(Clone, Debug, PartialEq)]
pub enum Requested {
    /// The task's polls continue, and the requester joins the people who watch it.
    Joined(Task),
    /// Nobody was watching the task, so it starts again.
    Restarted(Task),
}

/// Returns a new task.
pub fn first(id: &TaskId, now: Timestamp, watch_timeout: Duration) -> Task {
    Task {
        id: id.clone(),
        revision: 0,
        snapshot: Snapshot::default(),
        outcome: None,
        answered: false,
        known: false,
        gateway: None,
        setback: None,
        failures: 0,
        setback_since: None,
        troubled: false,
        watched_since: now,
        give_up_at: now.plus(watch_timeout),
        unfinished_at: None,
        took: None,
        attempt: 0,
        requests: 1,
    }
}

/// Returns `task` with the changes of a request at `now`. `polled` says whether the task has
/// a next poll, and `watched` whether it has a live watch.
///
/// An ended task starts again. If it completed or failed and has a live watch, which has yet
/// to show that, the end stays instead, and the new requester sees it too.
pub fn again(
    task: Task,
    polled: bool,
    watched: bool,
    now: Timestamp,
    watch_timeout: Duration,
) -> Requested {
    let ended = matches!(task.outcome, Some(Outcome::Completed | Outcome::Failed));
    let requests = task.requests + 1;
    if polled || (ended && watched) {
        return Requested::Joined(Task {
            give_up_at: task.give_up_at.max(now.plus(watch_timeout)),
            requests,
            ..task
        });
    }
    // The task's prompt and model are kept.
    let snapshot = Snapshot::default().over(&task.snapshot);
    Requested::Restarted(Task {
        revision: task.revision,
        known: task.known,
        gateway: task.gateway,
        attempt: task.attempt,
        snapshot,
        requests,
        ..first(&task.id, now, watch_timeout)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::decide::poll::after_poll;
    use crate::domain::schedule::Pace;
    use crate::domain::task::Phase;

    const NOW: Timestamp = Timestamp(1_764_522_552_000);
    const TIMEOUT: Duration = Duration::from_secs(7200);
    const PACE: Pace = Pace {
        min: Duration::from_secs(5),
        max: Duration::from_secs(60),
    };

    fn polled(phase: Phase, video_url: Option<&str>) -> Task {
        let id = TaskId::parse("grok:1").unwrap();
        let snapshot = Snapshot {
            phase,
            video_url: video_url.map(str::to_owned),
            ..Snapshot::default()
        };
        after_poll(&first(&id, NOW, TIMEOUT), Ok(snapshot), NOW, &PACE, 0.0).task
    }

    #[test]
    fn asking_again_after_the_end_starts_afresh_and_remembers_the_prompt() {
        let mut ended = polled(Phase::Completed, Some("https://a.example/v.mp4"));
        ended.snapshot.prompt = Some("cat fish".into());
        let later = NOW.plus(TIMEOUT);
        let Requested::Restarted(again) = again(ended.clone(), false, false, later, TIMEOUT) else {
            panic!("nobody was watching");
        };
        assert_eq!(
            (
                again.outcome,
                again.answered,
                again.revision,
                again.requests
            ),
            (None, false, 1, 2)
        );
        assert_eq!(again.snapshot.prompt.as_deref(), Some("cat fish"));
        assert_eq!(
            (again.snapshot.phase, again.snapshot.video_url.as_ref()),
            (Phase::Waiting, None)
        );
        let same = after_poll(&again, Ok(ended.snapshot), later, &PACE, 0.0);
        assert_eq!(
            same.task.revision, 2,
            "a fresh answer is shown, even the same one"
        );
    }

    #[test]
    fn joining_a_running_task_only_extends_its_deadline() {
        let running = polled(Phase::Running, None);
        let later = NOW.plus(Duration::from_secs(60));
        let joined = again(running.clone(), true, true, later, TIMEOUT);
        let expected = Task {
            give_up_at: later.plus(TIMEOUT),
            requests: 2,
            ..running
        };
        assert_eq!(joined, Requested::Joined(expected));
    }

    #[test]
    fn an_end_that_others_have_yet_to_see_stays() {
        let joins = |task: &Task, watched| {
            let requested = again(task.clone(), false, watched, NOW, TIMEOUT);
            matches!(requested, Requested::Joined(_))
        };
        let failed = polled(Phase::Failed, None);
        assert!(joins(&failed, true) && !joins(&failed, false));
        let mut unknown = failed;
        unknown.outcome = Some(Outcome::NotFound);
        assert!(!joins(&unknown, true), "the next answer may be another");
    }
}
