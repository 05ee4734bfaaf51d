//! The decision on the next step of a claimed watch.

use std::time::Duration;

use super::attempt::Via;
use crate::domain::state::State;
use crate::domain::task::Task;
use crate::domain::time::Timestamp;
use crate::domain::watch::Watch;

/// The age from which only a change of state is worth an edit. Discord limits edits to
/// messages that are over an hour old (code 30046).
const OLD_MESSAGE: Duration = Duration::from_secs(3600);

/// The shortest time between two edits that show only progress.
pub const EDIT_INTERVAL: Duration = Duration::from_secs(5);

/// The longest time for which a notification waits until its message shows the end.
const SHOWN_WITHIN: Duration = Duration::from_secs(60);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Show,
    /// The message shows the end: notify the people who waited.
    Notify,
    /// The end could not be shown for a minute: notify the people who waited, then try to
    /// show it.
    NotifyFirst,
    /// The end is shown and notified: attach the file that was missing.
    Attach,
    /// The message was edited a moment ago: show it at this time.
    Later(Timestamp),
    /// Nothing is worth an edit.
    Nothing,
}

/// Returns when the notification stops waiting for the end to be shown. Returns `None` if it
/// does not wait, or if the message that shows the end is also the notification.
pub fn notified_by(watch: &Watch, now: Timestamp) -> Option<Timestamp> {
    let waits =
        watch.notified_at.is_none() && matches!(Via::first(watch, now), Via::Token | Via::Channel);
    let since = watch.ending_since.filter(|_| waits)?;
    Some(since.plus(SHOWN_WITHIN))
}

/// Returns the step that a live or stopped watch takes at `now`. Progress alone edits a
/// message at most every five seconds, and not at all once the message is old. A message that
/// only its token reaches says near the token's end that it will change no more, and then
/// shows only an end.
pub fn step(watch: &Watch, task: &Task, now: Timestamp) -> Step {
    let outcome = watch.outcome(task);
    let state = State::of(task, outcome);
    if outcome.is_some() {
        let overdue = notified_by(watch, now).is_some_and(|at| now >= at);
        return match (watch.shown_state == Some(state), watch.notified_at) {
            (true, Some(_)) => Step::Attach,
            (true, None) => Step::Notify,
            (false, None) if overdue => Step::NotifyFirst,
            (false, _) => Step::Show,
        };
    }
    if matches!(Via::first(watch, now), Via::Dm | Via::Gone) {
        return Step::Nothing;
    }
    if watch.farewell_at().is_some_and(|at| now >= at) {
        let said = watch.edited_at >= watch.farewell_at();
        return if said { Step::Nothing } else { Step::Show };
    }
    if !task.answered || watch.shown_revision >= task.revision {
        return Step::Nothing;
    }
    let Some(edited_at) = watch.edited_at else {
        return Step::Show;
    };
    if watch.shown_state != Some(state) {
        return Step::Show;
    }
    // After "Watch again" the message is older than its watch.
    let message = watch.message_id.unwrap_or(watch.asked.interaction_id);
    let born_at = Timestamp::of_snowflake(message);
    if watch.by_discord(now).since(born_at) >= OLD_MESSAGE {
        return Step::Nothing;
    }
    let free_at = edited_at.plus(EDIT_INTERVAL);
    if now < free_at {
        Step::Later(free_at)
    } else {
        Step::Show
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{NOW, task, watch};
    use super::*;
    use crate::domain::task::Outcome;
    use crate::domain::watch::Reach;

    fn secs(secs: u64) -> Timestamp {
        NOW.plus(Duration::from_secs(secs))
    }

    #[test]
    fn routes_follow_the_token_and_the_reach() {
        let mut watch = watch();
        assert_eq!(Via::first(&watch, secs(839)), Via::Token);
        assert_eq!(Via::first(&watch, secs(840)), Via::Channel);
        watch.asked.reach = Reach::Dm;
        assert_eq!(Via::first(&watch, secs(840)), Via::Dm);
    }

    #[test]
    fn progress_waits_its_turn_and_a_change_of_state_does_not() {
        let (mut task, mut watch) = (task(), watch());
        assert_eq!(step(&watch, &task, secs(1)), Step::Later(secs(5)));
        assert_eq!(step(&watch, &task, secs(5)), Step::Show);
        task.troubled = true;
        assert_eq!(step(&watch, &task, secs(1)), Step::Show);
        task.troubled = false;
        assert_eq!(step(&watch, &task, secs(3600)), Step::Nothing);
        task.troubled = true;
        assert_eq!(step(&watch, &task, secs(3600)), Step::Show);
        watch.asked.reach = Reach::Dm;
        assert_eq!(
            step(&watch, &task, secs(3600)),
            Step::Nothing,
            "a direct message is for the end"
        );
        watch.asked.reach = Reach::Gone;
        assert_eq!(
            step(&watch, &task, secs(1)),
            Step::Nothing,
            "a deleted message shows no progress"
        );
        task.outcome = Some(Outcome::Completed);
        assert_eq!(step(&watch, &task, secs(3600)), Step::Show);
    }

    #[test]
    fn an_old_message_counts_from_its_own_age() {
        let (task, mut watch) = (task(), watch());
        watch.created_at = secs(3600);
        watch.asked.interaction_id = secs(3600).snowflake();
        watch.edited_at = Some(secs(3600));
        assert_eq!(step(&watch, &task, secs(3601)), Step::Nothing);
        // This machine's clock is two hours behind Discord's.
        watch.created_at = secs(3600).minus(Duration::from_secs(7200));
        watch.edited_at = Some(watch.created_at);
        let now = secs(3601).minus(Duration::from_secs(7200));
        assert_eq!(step(&watch, &task, now), Step::Nothing);
    }

    #[test]
    fn whoever_waited_is_told_first_once_the_end_was_not_shown_for_a_minute() {
        let (mut task, mut watch) = (task(), watch());
        task.outcome = Some(Outcome::Completed);
        watch.ending_since = Some(secs(100));
        assert_eq!(step(&watch, &task, secs(159)), Step::Show);
        assert_eq!(step(&watch, &task, secs(160)), Step::NotifyFirst);
        assert_eq!(notified_by(&watch, secs(100)), Some(secs(160)));
        watch.notified_at = Some(secs(160));
        assert_eq!(step(&watch, &task, secs(161)), Step::Show);
        assert_eq!(notified_by(&watch, secs(161)), None);
        // A direct message shows the end and notifies at once.
        (watch.notified_at, watch.asked.reach) = (None, Reach::Dm);
        assert_eq!(step(&watch, &task, secs(3600)), Step::Show);
    }

    #[test]
    fn nothing_is_shown_before_the_first_answer_or_twice() {
        let (mut task, mut watch) = (task(), watch());
        (watch.edited_at, watch.shown_revision) = (None, 0);
        assert_eq!(step(&watch, &task, NOW), Step::Show);
        task.answered = false;
        assert_eq!(step(&watch, &task, NOW), Step::Nothing);
        (task.answered, watch.shown_revision) = (true, 3);
        assert_eq!(step(&watch, &task, NOW), Step::Nothing);
    }

    #[test]
    fn what_only_the_token_reaches_says_so_once_and_then_shows_the_end_alone() {
        let (mut task, mut watch) = (task(), watch());
        watch.asked.reach = Reach::Dm;
        watch.shown_revision = task.revision;
        let farewell = watch.farewell_at().unwrap();
        assert_eq!(farewell, secs(13 * 60));
        let before = farewell.minus(Duration::from_millis(1));
        assert_eq!(step(&watch, &task, before), Step::Nothing);
        assert_eq!(step(&watch, &task, farewell), Step::Show);
        (watch.edited_at, task.revision) = (Some(farewell), 9);
        assert_eq!(step(&watch, &task, farewell), Step::Nothing);
        task.outcome = Some(Outcome::Completed);
        assert_eq!(step(&watch, &task, farewell), Step::Show);
        watch.asked.reach = Reach::Channel;
        assert_eq!(watch.farewell_at(), None);
    }

    #[test]
    fn an_end_is_shown_then_told_then_completed_with_its_file() {
        let (mut task, mut watch) = (task(), watch());
        (task.outcome, task.snapshot.video_url) = (Some(Outcome::Completed), Some("v".into()));
        assert_eq!(step(&watch, &task, NOW), Step::Show);
        watch.shown_state = Some(State::Done);
        assert_eq!(step(&watch, &task, NOW), Step::Notify);
        watch.notified_at = Some(NOW);
        assert_eq!(step(&watch, &task, NOW), Step::Attach);
    }
}
