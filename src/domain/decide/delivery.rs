//! Where a watch's message goes, and what Discord's refusals ask for.

use std::time::Duration;

use thiserror::Error;

use crate::domain::schedule::backoff;
use crate::domain::task::{Outcome, Task};
use crate::domain::time::Timestamp;
use crate::domain::watch::{Face, Notify, Reach, Watch};

/// Discord limits edits to messages over an hour old (code 30046): from then on
/// only changes of state are worth an edit.
const OLD_MESSAGE: Duration = Duration::from_secs(3600);

/// Progress alone edits a message at most this often.
pub const EDIT_INTERVAL: Duration = Duration::from_secs(5);

/// Failed deliveries in a row before the last resort: with waits growing to
/// five minutes that is about a day of Discord not answering.
const MOST_FAILURES: u32 = 300;

/// The longest wait between two failed deliveries.
const RETRY_MAX: Duration = Duration::from_secs(300);

/// Why Discord did not do what we asked, typed by the reaction it asks for.
/// The texts are for the log.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DiscordError {
    /// The interaction token is expired or unknown: 50027, 10015.
    #[error("the interaction's token is over")]
    TokenOver,
    /// The interaction is unknown or past its three seconds: 10062.
    #[error("the interaction is unknown or past its three seconds")]
    TooLate,
    /// It was acknowledged before: 40060.
    #[error("the interaction was already acknowledged")]
    AlreadyAcknowledged,
    /// Somebody deleted the message: 10008.
    #[error("the message is gone")]
    MessageGone,
    /// The channel or guild is gone, the bot sees it no more, or it is an
    /// archived or locked thread: 10003, 10004, 50001, 50083, 160005.
    #[error("the channel is out of reach: {0}")]
    ChannelOut(String),
    /// A permission is missing: 50013.
    #[error("a permission is missing: {0}")]
    Forbidden(String),
    /// This person takes no direct messages: 50007, 50278.
    #[error("the person takes no direct messages")]
    NoDm,
    /// A reply needs to read the channel's history: 160002.
    #[error("a reply is not allowed here")]
    NoReply,
    /// The files are too large: 40005, 413.
    #[error("the files are too large")]
    TooLarge,
    /// AutoMod or a link filter refused the text: 200000, 240000.
    #[error("a filter refused the text")]
    Filtered,
    /// A rate limit, slowmode or edit limit; wait so long.
    #[error("rate limited for {0:?}")]
    Wait(Duration),
    /// The network, a 5xx, an overload: try again.
    #[error("Discord is not answering: {0}")]
    Unavailable(String),
    /// The bot token is refused: only the operator can mend it (401).
    #[error("Discord refuses the bot token")]
    Unauthorized,
    /// Discord calls the request invalid: a bug of ours, never repeated.
    #[error("Discord calls the request invalid: {0}")]
    Invalid(String),
}

impl DiscordError {
    /// Whether the place takes nothing from us.
    #[must_use]
    pub fn is_about_the_place(&self) -> bool {
        matches!(self, Self::ChannelOut(_) | Self::Forbidden(_))
    }

    /// Whether what was sent is refused, and something else might be taken.
    #[must_use]
    pub fn is_about_the_form(&self) -> bool {
        matches!(self, Self::TooLarge | Self::Filtered | Self::Invalid(_))
    }
}

/// The way by which a message is brought up to date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// `PATCH …/messages/@original` with the interaction's token.
    Token,
    /// The channel's own route with the bot token.
    Channel,
    /// A direct message to the requester; only for the end.
    Dm,
    /// None: the message is deleted.
    Gone,
}

impl Route {
    /// The first route to try for `watch` at `now`.
    #[must_use]
    pub fn first(watch: &Watch, now: Timestamp) -> Self {
        if watch.asked.reach == Reach::Gone {
            Self::Gone
        } else if now < watch.asked.token_expires_at {
            Self::Token
        } else {
            Self::after_token(watch.asked.reach)
        }
    }

    /// The route once the token is over.
    #[must_use]
    pub fn after_token(reach: Reach) -> Self {
        match reach {
            Reach::Channel => Self::Channel,
            Reach::Dm => Self::Dm,
            Reach::Gone => Self::Gone,
        }
    }
}

/// What a message carries; it sheds what Discord refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// Video and thumbnail as files.
    pub files: bool,
    /// The prompt and the provider's other texts.
    pub texts: bool,
    /// The link to the video.
    pub links: bool,
}

impl Form {
    /// Everything.
    pub const FULL: Self = Self {
        files: true,
        texts: true,
        links: true,
    };
    /// Only our own words.
    pub const BARE: Self = Self {
        files: false,
        texts: false,
        links: false,
    };
}

/// What to do after a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Deliver again after this wait. `failed` counts towards the last resort;
    /// a wait that Discord asked for does not.
    Later {
        /// How long to wait.
        after: Duration,
        /// Whether this counts as a failure.
        failed: bool,
    },
    /// Go on now by another route.
    Reroute(Route),
    /// Go on now with less.
    Shed(Form),
    /// Nothing more can be done for this watch.
    GiveUp,
}

/// What to do when Discord refused to show a message by `route` in `form`,
/// after `failures` earlier failures in a row.
#[must_use]
pub fn after_refusal(
    error: &DiscordError,
    route: Route,
    form: Form,
    reach: Reach,
    failures: u32,
    jitter: f64,
) -> Next {
    match error {
        DiscordError::TokenOver | DiscordError::TooLate | DiscordError::AlreadyAcknowledged => {
            match route {
                Route::Token => Next::Reroute(Route::after_token(reach)),
                Route::Channel | Route::Dm | Route::Gone => Next::GiveUp,
            }
        }
        DiscordError::MessageGone if route == Route::Gone => Next::GiveUp,
        DiscordError::MessageGone => Next::Reroute(Route::Gone),
        DiscordError::Forbidden(_) if form.files && route != Route::Dm => Next::Shed(Form {
            files: false,
            ..form
        }),
        DiscordError::TooLarge if form.files => Next::Shed(Form {
            files: false,
            ..form
        }),
        DiscordError::Filtered if form.texts => Next::Shed(Form {
            texts: false,
            ..form
        }),
        DiscordError::Filtered if form.links => Next::Shed(Form {
            links: false,
            ..form
        }),
        // A bug of ours: the same is never sent again, but nobody is left without an answer.
        DiscordError::Invalid(_) if form != Form::BARE => Next::Shed(Form::BARE),
        DiscordError::Wait(after) => Next::Later {
            after: *after,
            failed: false,
        },
        DiscordError::Unavailable(_) | DiscordError::Unauthorized if failures < MOST_FAILURES => {
            let after = backoff(failures + 1, Duration::from_secs(1), RETRY_MAX, jitter);
            Next::Later {
                after,
                failed: true,
            }
        }
        DiscordError::ChannelOut(_)
        | DiscordError::Forbidden(_)
        | DiscordError::NoDm
        | DiscordError::NoReply
        | DiscordError::TooLarge
        | DiscordError::Filtered
        | DiscordError::Unavailable(_)
        | DiscordError::Unauthorized
        | DiscordError::Invalid(_) => match route {
            Route::Token | Route::Channel => Next::Reroute(Route::Dm),
            Route::Dm | Route::Gone => Next::GiveUp,
        },
    }
}

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
    /// The requester, by a direct message.
    pub dm: bool,
    /// The requester, by a new message in the channel that mentions them.
    pub requester: bool,
    /// The subscribers, by the same message.
    pub subscribers: bool,
}

/// Who is to be told of `watch`'s end once its message was shown by `shown_by`.
///
/// Edits never notify, so whoever waited gets a new message; whoever got the
/// end as the first answer, or as a direct message, or stopped the watch, or
/// deleted the message, does not. Subscribers have always waited.
#[must_use]
pub fn tell(watch: &Watch, task: &Task, shown_by: Route, subscribers: bool) -> Tell {
    if watch.outcome(task) == Some(Outcome::Stopped) || watch.notified_at.is_some() {
        return Tell::default();
    }
    let (notify, reach) = (watch.asked.notify, watch.asked.reach);
    let told = matches!(shown_by, Route::Dm | Route::Gone) || notify == Notify::Off;
    let requester = !told && watch.has_waited(task);
    let here = notify == Notify::Here && reach == Reach::Channel;
    Tell {
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
            notified_at: None,
            state: WatchState::Live,
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
        assert_eq!(by(&watch, &task, Route::Token), nobody);
    }

    #[test]
    fn subscribers_are_told_whatever_the_requester_chose() {
        let (mut task, mut watch) = (task(), watch());
        task.outcome = Some(Outcome::Completed);
        let told = |watch: &Watch, route| tell(watch, &task, route, true);
        let both = Tell {
            requester: true,
            subscribers: true,
            dm: false,
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
        watch.notified_at = Some(NOW);
        assert_eq!(told(&watch, Route::Gone), Tell::default());
    }

    #[test]
    fn refusals_lead_on_and_always_to_an_end() {
        use DiscordError as E;
        let full = Form::FULL;
        let bare = Form {
            files: false,
            ..full
        };
        let next = |error, route, form| after_refusal(&error, route, form, Reach::Channel, 0, 0.0);
        assert_eq!(
            next(E::TokenOver, Route::Token, full),
            Next::Reroute(Route::Channel)
        );
        assert_eq!(
            next(E::MessageGone, Route::Channel, full),
            Next::Reroute(Route::Gone)
        );
        assert_eq!(
            next(E::Forbidden("x".into()), Route::Channel, full),
            Next::Shed(bare)
        );
        assert_eq!(
            next(E::Forbidden("x".into()), Route::Channel, bare),
            Next::Reroute(Route::Dm)
        );
        assert_eq!(
            next(E::ChannelOut("x".into()), Route::Channel, full),
            Next::Reroute(Route::Dm)
        );
        assert_eq!(next(E::TooLarge, Route::Token, full), Next::Shed(bare));
        assert_eq!(
            next(E::TooLarge, Route::Token, bare),
            Next::Reroute(Route::Dm)
        );
        assert_eq!(next(E::TooLarge, Route::Dm, bare), Next::GiveUp);
        let textless = Form {
            texts: false,
            ..full
        };
        assert_eq!(next(E::Filtered, Route::Token, full), Next::Shed(textless));
        assert_eq!(
            next(E::Filtered, Route::Token, textless),
            Next::Shed(Form {
                links: false,
                ..textless
            })
        );
        assert_eq!(next(E::NoDm, Route::Dm, bare), Next::GiveUp);
        assert_eq!(
            next(E::Invalid("x".into()), Route::Token, full),
            Next::Shed(Form::BARE)
        );
        assert_eq!(
            next(E::Invalid("x".into()), Route::Token, Form::BARE),
            Next::Reroute(Route::Dm)
        );
        let wait = Duration::from_secs(3);
        assert_eq!(
            next(E::Wait(wait), Route::Token, full),
            Next::Later {
                after: wait,
                failed: false
            }
        );
        let down = |failures, route| {
            after_refusal(
                &E::Unavailable("502".into()),
                route,
                full,
                Reach::Channel,
                failures,
                1.0,
            )
        };
        assert_eq!(
            down(0, Route::Token),
            Next::Later {
                after: Duration::from_secs(2),
                failed: true
            }
        );
        assert_eq!(
            down(40, Route::Token),
            Next::Later {
                after: RETRY_MAX,
                failed: true
            }
        );
        assert_eq!(down(MOST_FAILURES, Route::Token), Next::Reroute(Route::Dm));
        assert_eq!(down(MOST_FAILURES, Route::Dm), Next::GiveUp);
    }
}
