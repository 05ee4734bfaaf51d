//! Where a watch's message goes, and what Discord's refusals ask for.

use std::time::Duration;

use crate::domain::discord::DiscordError;
use crate::domain::schedule::backoff;
use crate::domain::time::Timestamp;
use crate::domain::watch::{Reach, Watch};

/// Failed deliveries in a row before the last resort: with waits growing to
/// five minutes that is about a day of Discord not answering.
const MOST_FAILURES: u32 = 300;

/// Discord's own waits are no failures, but a watch that is older than this has
/// waited long enough: then it is its last resort's turn, too.
const PATIENCE: Duration = Duration::from_secs(30 * 24 * 3600);

/// The longest wait between two failed deliveries.
const RETRY_MAX: Duration = Duration::from_secs(300);

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
/// after `failures` earlier failures in a row, to a watch of this `age`.
#[must_use]
pub fn after_refusal(
    error: &DiscordError,
    route: Route,
    form: Form,
    reach: Reach,
    failures: u32,
    age: Duration,
    jitter: f64,
) -> Next {
    let textless = Form {
        texts: false,
        ..form
    };
    let linkless = Form {
        links: false,
        ..form
    };
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
        // What the filter names goes first, and the other if that does not help:
        // a rule on words may mean those of a link, and the prompt may hold one.
        DiscordError::FilteredText if form.texts => Next::Shed(textless),
        DiscordError::FilteredLinks if form.links => Next::Shed(linkless),
        DiscordError::FilteredText if form.links => Next::Shed(linkless),
        DiscordError::FilteredLinks if form.texts => Next::Shed(textless),
        // A bug of ours: the same is never sent again, but nobody is left without an answer.
        DiscordError::Invalid(_) if form != Form::BARE => Next::Shed(Form::BARE),
        DiscordError::Wait(after) if age < PATIENCE => Next::Later {
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
        | DiscordError::Wait(_)
        | DiscordError::NoDm
        | DiscordError::NoReply
        | DiscordError::TooLarge
        | DiscordError::FilteredText
        | DiscordError::FilteredLinks
        | DiscordError::Unavailable(_)
        | DiscordError::Unauthorized
        | DiscordError::Invalid(_) => match route {
            Route::Token | Route::Channel => Next::Reroute(Route::Dm),
            Route::Dm | Route::Gone => Next::GiveUp,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_lead_on_and_always_to_an_end() {
        use DiscordError as E;
        let full = Form::FULL;
        let bare = Form {
            files: false,
            ..full
        };
        let next = |error, route, form| {
            after_refusal(&error, route, form, Reach::Channel, 0, Duration::ZERO, 0.0)
        };
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
        let linkless = Form {
            links: false,
            ..full
        };
        let neither = Form {
            links: false,
            ..textless
        };
        for (error, first) in [(E::FilteredText, textless), (E::FilteredLinks, linkless)] {
            let shed = |form| next(error.clone(), Route::Token, form);
            assert_eq!(shed(full), Next::Shed(first), "what it names goes first");
            assert_eq!(shed(first), Next::Shed(neither), "then the other");
            assert_eq!(shed(neither), Next::Reroute(Route::Dm));
        }
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
        let late = |route| {
            after_refusal(
                &E::Wait(wait),
                route,
                full,
                Reach::Channel,
                0,
                PATIENCE,
                0.0,
            )
        };
        assert_eq!(late(Route::Channel), Next::Reroute(Route::Dm));
        assert_eq!(late(Route::Dm), Next::GiveUp);
        let down = |failures, route| {
            after_refusal(
                &E::Unavailable("502".into()),
                route,
                full,
                Reach::Channel,
                failures,
                Duration::ZERO,
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
