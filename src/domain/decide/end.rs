//! The decision on the recipients of a watch's end.

use super::attempt::Via;
use crate::domain::task::{Outcome, Task};
use crate::domain::watch::{Notify, Reach, Watch};

/// The people and places to notify of a watch's end. They decide which attempts are useful.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Audience {
    /// True if the watch has ended. Otherwise a delivery shows progress.
    pub ended: bool,
    /// True if the people who waited have already been notified.
    pub told: bool,
    /// True if the end may be sent as a direct message when no other way is left.
    pub wants_dm: bool,
    /// True if the end is to be announced in another channel.
    pub announced: bool,
    /// True if anybody besides the requester subscribed to the end.
    pub others: bool,
}

impl Audience {
    pub fn of(watch: &Watch, task: &Task, others: bool) -> Self {
        let outcome = watch.outcome(task);
        let stopped = outcome == Some(Outcome::Stopped);
        Self {
            ended: outcome.is_some(),
            told: watch.notified_at.is_some(),
            wants_dm: watch.asked.notify != Notify::Off
                && watch.asked.person().is_some()
                && !stopped,
            announced: watch.asked.announce_channel_id.is_some() && !stopped,
            others,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
/// The recipients of a notification.
pub struct Recipients {
    /// The channel that was asked for, by an announcement.
    pub announce: bool,
    /// The requester, by a mention in the announcement. If Discord refuses the announcement,
    /// the next two fields say how the requester is notified instead.
    pub mention: bool,
    /// The requester, by a direct message.
    pub dm: bool,
    /// The requester, by a mention in a new message in the channel.
    pub requester: bool,
    /// The subscribers, by mentions in that message.
    pub subscribers: bool,
}

/// Returns the recipients of `watch`'s end once its message was shown by `shown_by`.
///
/// An edit never notifies anybody, so the people who waited get a new message, even if
/// somebody else stopped the watch. The requester gets none if the end was the first answer
/// or came as a direct message, or if the requester stopped the watch. If a direct message in
/// place of a deleted message was refused, the channel mentions the requester. Subscribers
/// have always waited. If nobody had to wait, an announcement is made only for a task that
/// completed or failed.
pub fn recipients(watch: &Watch, task: &Task, shown_by: Via, subscribers: bool) -> Recipients {
    if watch.notified_at.is_some() {
        return Recipients::default();
    }
    let stopped = watch.outcome(task) == Some(Outcome::Stopped);
    let (notify, reach) = (watch.asked.notify, watch.asked.reach);
    let waited = watch.has_waited(task);
    let told = shown_by == Via::Dm
        || notify == Notify::Off
        || watch.stopped_by == Some(watch.asked.user_id);
    let requester = !told && waited;
    let here = match reach {
        Reach::Channel => notify == Notify::Here,
        Reach::Dm => false,
        Reach::Gone => true,
    };
    let real = matches!(task.outcome, Some(Outcome::Completed | Outcome::Failed));
    let announce = watch.asked.announce_channel_id.is_some() && !stopped && (waited || real);
    let mention = announce && requester && notify == Notify::Here;
    let announced = watch.announced_at.is_some();
    let requester = requester && !(mention && announced);
    Recipients {
        announce: announce && !announced,
        mention: mention && !announced,
        dm: requester && !here && shown_by != Via::Gone && watch.asked.person().is_some(),
        requester: requester && here,
        subscribers: subscribers && reach != Reach::Dm,
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{NOW, task, watch};
    use super::*;
    use crate::domain::watch::WatchState;

    #[test]
    fn only_people_who_waited_are_told_and_only_once() {
        let (mut task, mut watch) = (task(), watch());
        task.outcome = Some(Outcome::Failed);
        let nobody = Recipients::default();
        let here = Recipients {
            requester: true,
            ..nobody
        };
        let dm = Recipients { dm: true, ..nobody };
        let by = |watch: &Watch, task: &Task, route| recipients(watch, task, route, false);
        assert_eq!(by(&watch, &task, Via::Token), here);
        assert_eq!(by(&watch, &task, Via::Dm), nobody);
        watch.asked.reach = Reach::Gone;
        assert_eq!(by(&watch, &task, Via::Gone), here, "no direct message");
        watch.asked.reach = Reach::Dm;
        assert_eq!(by(&watch, &task, Via::Gone), nobody, "nothing is left");
        assert_eq!(by(&watch, &task, Via::Token), dm);
        watch.asked.notify = Notify::Off;
        assert_eq!(by(&watch, &task, Via::Token), nobody);
        watch.asked.notify = Notify::Here;
        watch.shown_revision = 0;
        assert_eq!(
            by(&watch, &task, Via::Token),
            nobody,
            "the first answer was the end"
        );
        task.unfinished_at = Some(NOW);
        assert_eq!(
            by(&watch, &task, Via::Token),
            dm,
            "the record of what was shown may be lost"
        );
        watch.notified_at = Some(NOW);
        assert_eq!(by(&watch, &task, Via::Token), nobody);
        (watch.notified_at, watch.state) = (None, WatchState::Stopped);
        watch.stopped_by = Some(6);
        assert_eq!(by(&watch, &task, Via::Token), dm, "by a moderator");
        watch.stopped_by = Some(watch.asked.user_id);
        assert_eq!(by(&watch, &task, Via::Token), nobody);
    }

    #[test]
    fn what_was_to_be_announced_is_whatever_the_requester_chose() {
        let (mut task, mut watch) = (task(), watch());
        watch.asked.announce_channel_id = Some(9);
        task.outcome = Some(Outcome::Completed);
        let told = |watch: &Watch, task: &Task, route| recipients(watch, task, route, false);
        let alone = Recipients {
            announce: true,
            ..Recipients::default()
        };
        let here = Recipients {
            mention: true,
            requester: true,
            ..alone
        };
        assert_eq!(told(&watch, &task, Via::Token), here);
        watch.asked.reach = Reach::Dm;
        let private = Recipients {
            requester: false,
            dm: true,
            ..here
        };
        assert_eq!(told(&watch, &task, Via::Token), private);
        assert_eq!(told(&watch, &task, Via::Dm), alone, "told already");
        assert_eq!(
            told(&watch, &task, Via::Gone),
            Recipients {
                dm: false,
                ..private
            },
            "no direct message"
        );
        watch.asked.notify = Notify::Dm;
        let dm = Recipients {
            mention: false,
            ..private
        };
        assert_eq!(told(&watch, &task, Via::Token), dm);
        watch.asked.notify = Notify::Off;
        assert_eq!(told(&watch, &task, Via::Token), alone);
        (watch.asked.notify, watch.shown_revision) = (Notify::Here, 0);
        assert_eq!(told(&watch, &task, Via::Token), alone, "seen at once");
        task.outcome = Some(Outcome::NotFound);
        assert_eq!(told(&watch, &task, Via::Token), Recipients::default());
        watch.shown_revision = 2;
        assert!(told(&watch, &task, Via::Token).announce);
        watch.announced_at = Some(NOW);
        let left = told(&watch, &task, Via::Token);
        assert_eq!(left, Recipients::default(), "its mention has told");
        watch.asked.notify = Notify::Dm;
        let left = told(&watch, &task, Via::Token);
        assert!(left.dm && !left.announce, "it mentioned nobody");
        (watch.announced_at, watch.state) = (None, WatchState::Stopped);
        watch.stopped_by = Some(watch.asked.user_id);
        assert_eq!(told(&watch, &task, Via::Token), Recipients::default());
    }

    #[test]
    fn subscribers_are_told_whatever_the_requester_chose() {
        let (mut task, mut watch) = (task(), watch());
        task.outcome = Some(Outcome::Completed);
        let told = |watch: &Watch, route| recipients(watch, &task, route, true);
        let both = Recipients {
            requester: true,
            subscribers: true,
            ..Recipients::default()
        };
        assert_eq!(told(&watch, Via::Channel), both);
        watch.asked.notify = Notify::Dm;
        assert_eq!(
            told(&watch, Via::Channel),
            Recipients {
                dm: true,
                requester: false,
                ..both
            }
        );
        watch.asked.notify = Notify::Off;
        assert_eq!(
            told(&watch, Via::Channel),
            Recipients {
                requester: false,
                ..both
            }
        );
        watch.asked.reach = Reach::Gone;
        assert_eq!(
            told(&watch, Via::Gone),
            Recipients {
                requester: false,
                ..both
            }
        );
        (watch.asked.notify, watch.state) = (Notify::Here, WatchState::Stopped);
        watch.stopped_by = Some(watch.asked.user_id);
        for route in [Via::Token, Via::Gone] {
            let alone = Recipients {
                requester: false,
                ..both
            };
            assert_eq!(told(&watch, route), alone, "of a stop, too");
        }
        watch.notified_at = Some(NOW);
        assert_eq!(told(&watch, Via::Gone), Recipients::default());
    }
}
