//! When a watch's message is edited, and who is told of its end.

use std::time::Duration;

use super::refusal::Route;
use crate::domain::task::{Outcome, Task};
use crate::domain::time::Timestamp;
use crate::domain::watch::{Face, Notify, Reach, Watch};

/// Discord limits edits to messages over an hour old (code 30046): from then on
/// only changes of state are worth an edit.
const OLD_MESSAGE: Duration = Duration::from_secs(3600);

/// Progress alone edits a message at most this often.
pub const EDIT_INTERVAL: Duration = Duration::from_secs(5);

/// Whether a claimed watch's message is to be edited now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Edit it.
    Now,
    /// It was edited a moment ago: not before then.
    At(Timestamp),
    /// There is nothing worth an edit.
    Nothing,
}

/// Whether `watch`'s message is to be edited at `now`, so that progress alone
/// edits at most each five seconds, and not at all once the message is old.
#[must_use]
pub fn turn(watch: &Watch, task: &Task, now: Timestamp) -> Turn {
    let outcome = watch.outcome(task);
    if outcome.is_some() {
        return Turn::Now;
    }
    if !task.answered
        || watch.shown_revision >= task.revision
        || matches!(Route::first(watch, now), Route::Dm | Route::Gone)
    {
        return Turn::Nothing;
    }
    let Some(edited_at) = watch.edited_at else {
        return Turn::Now;
    };
    if watch.shown_face != Some(Face::of(task, outcome)) {
        return Turn::Now;
    }
    // "Watch again" follows a message that is older than its watch.
    let born_at = watch
        .message_id
        .map_or(watch.created_at, Timestamp::of_snowflake);
    if now.since(born_at) >= OLD_MESSAGE {
        return Turn::Nothing;
    }
    let free_at = edited_at.plus(EDIT_INTERVAL);
    if now < free_at {
        Turn::At(free_at)
    } else {
        Turn::Now
    }
}

/// Who is told of the end, and how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tell {
    /// Everybody in the channel that was asked for, by an announcement.
    pub announce: bool,
    /// The announcement mentions the requester. Then that is how they are told,
    /// and the next two say how if that channel does not take it.
    pub mention: bool,
    /// The requester, by a direct message.
    pub dm: bool,
    /// The requester, by a new message in the channel that mentions them.
    pub requester: bool,
    /// The subscribers, by the same message.
    pub subscribers: bool,
}

/// Who is to be told of `watch`'s end once its message was shown by `shown_by`.
///
/// Edits never notify, so whoever waited gets a new message, also where somebody
/// else stopped the watch; whoever got the end as the first answer, or as a direct
/// message, or stopped the watch, or deleted the message, does not. Subscribers
/// have always waited. An announcement was asked for as such, so it comes even if
/// nobody had to wait; but of an id that nobody knows there is nothing to announce.
#[must_use]
pub fn tell(watch: &Watch, task: &Task, shown_by: Route, subscribers: bool) -> Tell {
    if watch.notified_at.is_some() {
        return Tell::default();
    }
    let stopped = watch.outcome(task) == Some(Outcome::Stopped);
    let (notify, reach) = (watch.asked.notify, watch.asked.reach);
    let waited = watch.has_waited(task);
    let told = matches!(shown_by, Route::Dm | Route::Gone)
        || notify == Notify::Off
        || watch.stopped_by == Some(watch.asked.user_id);
    let requester = !told && waited;
    let here = notify == Notify::Here && reach == Reach::Channel;
    let real = matches!(task.outcome, Some(Outcome::Completed | Outcome::Failed));
    let announce = watch.asked.announce_channel_id.is_some() && !stopped && (waited || real);
    let mention = announce && requester && notify == Notify::Here;
    let announced = watch.announced_at.is_some();
    let requester = requester && !(mention && announced);
    Tell {
        announce: announce && !announced,
        mention: mention && !announced,
        dm: requester && !here,
        requester: requester && here,
        subscribers: subscribers && reach != Reach::Dm,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::secret::Secret;
    use crate::domain::task::{Phase, TaskId};
    use crate::domain::watch::{NewWatch, TOKEN_LIFE, WatchId, WatchState};

    const NOW: Timestamp = Timestamp(1_764_522_552_000);

    fn task() -> Task {
        let id = TaskId::parse("grok:1").unwrap();
        let mut task =
            crate::domain::decide::poll::asked(&id, None, true, NOW, Duration::from_secs(7200));
        (task.answered, task.revision, task.snapshot.phase) = (true, 3, Phase::Running);
        task
    }

    fn watch() -> Watch {
        Watch {
            id: WatchId(7),
            asked: NewWatch {
                task_id: TaskId::parse("grok:1").unwrap(),
                interaction_id: 1,
                application_id: 2,
                guild_id: Some(3),
                channel_id: 4,
                user_id: 5,
                locale: "en-US".into(),
                own_locale: String::new(),
                private: false,
                notify: Notify::Here,
                reach: Reach::Channel,
                token: Secret::new("t"),
                token_expires_at: NOW.plus(TOKEN_LIFE),
                upload_limit: 1,
                announce_channel_id: None,
            },
            message_id: Some((NOW.0 - 1_420_070_400_000).cast_unsigned() << 22),
            shown_revision: 2,
            shown_face: Some(Face::Running),
            edited_at: Some(NOW),
            failures: 0,
            notifying_since: None,
            announced_at: None,
            notified_at: None,
            state: WatchState::Live,
            stopped_by: None,
            created_at: NOW,
            attempt: 1,
        }
    }

    fn secs(secs: u64) -> Timestamp {
        NOW.plus(Duration::from_secs(secs))
    }

    #[test]
    fn routes_follow_the_token_and_the_reach() {
        let mut watch = watch();
        assert_eq!(Route::first(&watch, secs(839)), Route::Token);
        assert_eq!(Route::first(&watch, secs(840)), Route::Channel);
        watch.asked.reach = Reach::Dm;
        assert_eq!(Route::first(&watch, secs(840)), Route::Dm);
    }

    #[test]
    fn progress_waits_its_turn_and_a_change_of_state_does_not() {
        let (mut task, mut watch) = (task(), watch());
        assert_eq!(turn(&watch, &task, secs(1)), Turn::At(secs(5)));
        assert_eq!(turn(&watch, &task, secs(5)), Turn::Now);
        task.troubled = true;
        assert_eq!(turn(&watch, &task, secs(1)), Turn::Now);
        task.troubled = false;
        assert_eq!(turn(&watch, &task, secs(3600)), Turn::Nothing);
        task.troubled = true;
        assert_eq!(turn(&watch, &task, secs(3600)), Turn::Now);
        watch.asked.reach = Reach::Dm;
        assert_eq!(
            turn(&watch, &task, secs(3600)),
            Turn::Nothing,
            "a direct message is for the end"
        );
        watch.asked.reach = Reach::Gone;
        assert_eq!(
            turn(&watch, &task, secs(1)),
            Turn::Nothing,
            "a deleted message shows no progress"
        );
        task.outcome = Some(Outcome::Completed);
        assert_eq!(turn(&watch, &task, secs(3600)), Turn::Now);
    }

    #[test]
    fn an_old_message_counts_from_its_own_age() {
        let (task, mut watch) = (task(), watch());
        watch.created_at = secs(3600);
        watch.edited_at = Some(secs(3600));
        assert_eq!(turn(&watch, &task, secs(3601)), Turn::Nothing);
    }

    #[test]
    fn nothing_is_shown_before_the_first_answer_or_twice() {
        let (mut task, mut watch) = (task(), watch());
        (watch.edited_at, watch.shown_revision) = (None, 0);
        assert_eq!(turn(&watch, &task, NOW), Turn::Now);
        task.answered = false;
        assert_eq!(turn(&watch, &task, NOW), Turn::Nothing);
        (task.answered, watch.shown_revision) = (true, 3);
        assert_eq!(turn(&watch, &task, NOW), Turn::Nothing);
    }

    #[test]
    fn only_people_who_waited_are_told_and_only_once() {
        let (mut task, mut watch) = (task(), watch());
        task.outcome = Some(Outcome::Failed);
        let nobody = Tell::default();
        let here = Tell {
            requester: true,
            ..nobody
        };
        let dm = Tell { dm: true, ..nobody };
        let by = |watch: &Watch, task: &Task, route| tell(watch, task, route, false);
        assert_eq!(by(&watch, &task, Route::Token), here);
        assert_eq!(by(&watch, &task, Route::Dm), nobody);
        assert_eq!(by(&watch, &task, Route::Gone), nobody);
        watch.asked.reach = Reach::Dm;
        assert_eq!(by(&watch, &task, Route::Token), dm);
        watch.asked.notify = Notify::Off;
        assert_eq!(by(&watch, &task, Route::Token), nobody);
        watch.asked.notify = Notify::Here;
        watch.shown_revision = 0;
        assert_eq!(
            by(&watch, &task, Route::Token),
            nobody,
            "the first answer was the end"
        );
        task.unfinished_at = Some(NOW);
        assert_eq!(
            by(&watch, &task, Route::Token),
            dm,
            "the record of what was shown may be lost"
        );
        watch.notified_at = Some(NOW);
        assert_eq!(by(&watch, &task, Route::Token), nobody);
        (watch.notified_at, watch.state) = (None, WatchState::Stopped);
        watch.stopped_by = Some(6);
        assert_eq!(by(&watch, &task, Route::Token), dm, "by a moderator");
        watch.stopped_by = Some(watch.asked.user_id);
        assert_eq!(by(&watch, &task, Route::Token), nobody);
    }

    #[test]
    fn what_was_to_be_announced_is_whatever_the_requester_chose() {
        let (mut task, mut watch) = (task(), watch());
        watch.asked.announce_channel_id = Some(9);
        task.outcome = Some(Outcome::Completed);
        let told = |watch: &Watch, task: &Task, route| tell(watch, task, route, false);
        let alone = Tell {
            announce: true,
            ..Tell::default()
        };
        let here = Tell {
            mention: true,
            requester: true,
            ..alone
        };
        assert_eq!(told(&watch, &task, Route::Token), here);
        watch.asked.reach = Reach::Dm;
        let private = Tell {
            requester: false,
            dm: true,
            ..here
        };
        assert_eq!(told(&watch, &task, Route::Token), private);
        assert_eq!(told(&watch, &task, Route::Dm), alone, "told already");
        assert_eq!(told(&watch, &task, Route::Gone), alone, "and deleted");
        watch.asked.notify = Notify::Dm;
        let dm = Tell {
            mention: false,
            ..private
        };
        assert_eq!(told(&watch, &task, Route::Token), dm);
        watch.asked.notify = Notify::Off;
        assert_eq!(told(&watch, &task, Route::Token), alone);
        (watch.asked.notify, watch.shown_revision) = (Notify::Here, 0);
        assert_eq!(told(&watch, &task, Route::Token), alone, "seen at once");
        task.outcome = Some(Outcome::NotFound);
        assert_eq!(told(&watch, &task, Route::Token), Tell::default());
        watch.shown_revision = 2;
        assert!(told(&watch, &task, Route::Token).announce);
        watch.announced_at = Some(NOW);
        let left = told(&watch, &task, Route::Token);
        assert_eq!(left, Tell::default(), "its mention has told");
        watch.asked.notify = Notify::Dm;
        let left = told(&watch, &task, Route::Token);
        assert!(left.dm && !left.announce, "it mentioned nobody");
        (watch.announced_at, watch.state) = (None, WatchState::Stopped);
        watch.stopped_by = Some(watch.asked.user_id);
        assert_eq!(told(&watch, &task, Route::Token), Tell::default());
    }

    #[test]
    fn subscribers_are_told_whatever_the_requester_chose() {
        let (mut task, mut watch) = (task(), watch());
        task.outcome = Some(Outcome::Completed);
        let told = |watch: &Watch, route| tell(watch, &task, route, true);
        let both = Tell {
            requester: true,
            subscribers: true,
            ..Tell::default()
        };
        assert_eq!(told(&watch, Route::Channel), both);
        watch.asked.notify = Notify::Dm;
        assert_eq!(
            told(&watch, Route::Channel),
            Tell {
                dm: true,
                requester: false,
                ..both
            }
        );
        watch.asked.notify = Notify::Off;
        assert_eq!(
            told(&watch, Route::Channel),
            Tell {
                requester: false,
                ..both
            }
        );
        watch.asked.reach = Reach::Gone;
        assert_eq!(
            told(&watch, Route::Gone),
            Tell {
                requester: false,
                ..both
            }
        );
        (watch.asked.notify, watch.state) = (Notify::Here, WatchState::Stopped);
        watch.stopped_by = Some(watch.asked.user_id);
        for route in [Route::Token, Route::Gone] {
            let alone = Tell {
                requester: false,
                ..both
            };
            assert_eq!(told(&watch, route), alone, "of a stop, too");
        }
        watch.notified_at = Some(NOW);
        assert_eq!(told(&watch, Route::Gone), Tell::default());
    }
}
