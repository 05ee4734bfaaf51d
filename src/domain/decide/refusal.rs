//! The decision on the next step when Discord refuses to show a message.

use std::time::Duration;

use super::attempt::{Attempt, Form, Via};
use super::end::Audience;
use crate::domain::discord::DiscordError;
use crate::domain::schedule::backoff;
use crate::domain::time::Timestamp;
use crate::domain::watch::{Reach, Watch};

/// The failed deliveries in a row after which another way is tried. With waits that grow to
/// five minutes this is about a day without an answer from Discord.
const MOST_FAILURES: u32 = 300;

/// The age of a watch after which a wait that Discord asks for is treated as a final refusal.
/// Such waits do not count as failures, so that without this limit they could go on forever.
const PATIENCE: Duration = Duration::from_secs(30 * 24 * 3600);

/// An unknown error code is retried with the unchanged message: `UNKNOWN_SOON` times with
/// short waits, then once a minute up to `UNKNOWN_TRIES`, for at least ten minutes in all.
/// Only then is a part of the message left out.
const UNKNOWN_SOON: u32 = 4;
const UNKNOWN_TRIES: u32 = 15;
const UNKNOWN_PAUSE: Duration = Duration::from_secs(60);

/// The longest wait between two failed deliveries.
const RETRY_MAX: Duration = Duration::from_secs(300);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
/// The next step of a delivery.
pub enum Next {
    /// Make this attempt at once.
    Try(Attempt),
    /// Settle the watch and try again later. `failed` counts towards `MOST_FAILURES`; a wait
    /// that Discord asked for does not.
    Wait { after: Duration, failed: bool },
    /// Leave out this revision. The next one, or the end, may be accepted.
    Skip,
    /// Tell the requester that the message was deleted. After that only the end is delivered.
    TellDeletion,
    /// Notify the recipients although no message shows the end.
    Notify,
    /// End the watch: nothing more can be done for it.
    End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
/// The consequences of a refusal.
pub struct Refused {
    pub next: Next,
    /// The place that the bot can still reach.
    pub reach: Reach,
    /// True if the interaction's token cannot be used any more.
    pub token_over: bool,
    /// True if the message is left unchanged and a new one shows the end.
    pub anew: bool,
}

/// Returns the first step of a delivery whose first way is that of `attempt`. A direct
/// message is sent only for an end that somebody wants, and replaces a deleted message.
pub fn begin(attempt: Attempt, audience: Audience) -> Next {
    match attempt.via {
        Via::Token | Via::Channel => Next::Try(attempt),
        // The end was shown and notified before; only a file is missing.
        Via::Dm | Via::Gone if audience.told => Next::End,
        Via::Gone if !(audience.wants_dm || audience.others || audience.announced) => Next::End,
        Via::Gone if !audience.ended && audience.wants_dm => Next::TellDeletion,
        // The remaining ways are for an end only.
        Via::Dm | Via::Gone if !audience.ended => Next::Skip,
        Via::Dm | Via::Gone if audience.wants_dm => {
            let via = Via::Dm;
            Next::Try(Attempt { via, ..attempt })
        }
        Via::Gone => Next::Notify,
        Via::Dm if audience.announced => Next::Notify,
        Via::Dm => Next::End,
    }
}

/// Decides what follows once Discord has refused `attempt` to show `watch`'s message.
///
/// No message is sent twice unchanged without a wait: each round leaves out a part, changes
/// the way, waits or ends.
pub fn after_refusal(
    error: &DiscordError,
    attempt: Attempt,
    watch: &Watch,
    audience: Audience,
    now: Timestamp,
    jitter: f64,
) -> Refused {
    let reach = watch.asked.reach;
    let stay = |next| Refused {
        next,
        reach,
        token_over: false,
        anew: false,
    };
    // A refusal of files that were not sent means nothing.
    let unfounded;
    let error = match error {
        DiscordError::FilesRefused(told) if !attempt.form.files => {
            unfounded = DiscordError::Unknown(told.clone());
            &unfounded
        }
        error => error,
    };
    // A new message reopens an archived thread. That is done for an end and not for progress.
    let there = watch.message_id.is_some() && reach == Reach::Channel && attempt.via != Via::Dm;
    match error {
        DiscordError::Archived if !audience.ended => return stay(Next::Skip),
        DiscordError::Archived if there => {
            let via = Via::Channel;
            return Refused {
                anew: true,
                ..stay(Next::Try(Attempt { via, ..attempt }))
            };
        }
        _ => {}
    }
    if let Some((after, failed)) = wait_after(error, watch, now, jitter) {
        return stay(Next::Wait { after, failed });
    }
    if let Some(form) = shed(error, attempt) {
        return stay(Next::Try(Attempt { form, ..attempt }));
    }
    let Some(via) = other_way(error, attempt.via, reach) else {
        // No way is left to show the message, but a channel may still be notified.
        let hears = audience.announced || reach == Reach::Gone;
        return stay(if audience.ended && hears {
            Next::Notify
        } else {
            Next::End
        });
    };
    // Only the words of this revision were refused; the next may be accepted.
    if !audience.ended && error.is_about_the_form() {
        return stay(Next::Skip);
    }
    Refused {
        next: begin(Attempt { via, ..attempt }, audience),
        reach: match via {
            Via::Dm => Reach::Dm,
            Via::Gone => Reach::Gone,
            Via::Token | Via::Channel => reach,
        },
        token_over: attempt.via == Via::Token,
        anew: false,
    }
}

/// Returns how long to wait before the unchanged message is sent again, and whether that
/// counts as a failure. Returns `None` if sending it again is useless.
pub fn wait_after(
    error: &DiscordError,
    watch: &Watch,
    now: Timestamp,
    jitter: f64,
) -> Option<(Duration, bool)> {
    let (failures, first) = (watch.failures, Duration::from_secs(1));
    let soon = backoff(failures.saturating_add(1), first, RETRY_MAX, jitter);
    match error {
        // An unknown code says nothing about the form.
        DiscordError::Unknown(_) if failures < UNKNOWN_SOON => Some((soon, true)),
        DiscordError::Unknown(_) if failures < UNKNOWN_TRIES => {
            Some((soon.max(UNKNOWN_PAUSE), true))
        }
        DiscordError::Wait(after) if now.since(watch.created_at) < PATIENCE => {
            Some((*after, false))
        }
        DiscordError::Unavailable(_) | DiscordError::Unauthorized if failures < MOST_FAILURES => {
            Some((soon, true))
        }
        _ => None,
    }
}

/// Returns the form without a part that Discord may have refused.
fn shed(error: &DiscordError, Attempt { via, form }: Attempt) -> Option<Form> {
    let [mut fileless, mut textless, mut linkless] = [form; 3];
    (fileless.files, textless.texts, linkless.links) = (false, false, false);
    let first = |less: &[Form]| less.iter().copied().find(|less| *less != form);
    match error {
        DiscordError::Forbidden(_) if via == Via::Dm => None,
        DiscordError::Forbidden(_) | DiscordError::FilesRefused(_) => first(&[fileless]),
        // The part that the filter names is left out first, and the other part after it: a
        // rule on words may match a link, and the prompt may contain a link.
        DiscordError::FilteredText => first(&[textless, linkless]),
        DiscordError::FilteredLinks => first(&[linkless, textless]),
        // An invalid request is a bug of this program. It is never sent again unchanged; the
        // part that matters most is left out last, so that people still get an answer.
        DiscordError::Invalid(_) | DiscordError::Unknown(_) => {
            first(&[fileless, textless, linkless])
        }
        DiscordError::TokenOver
        | DiscordError::TooLate
        | DiscordError::AlreadyAcknowledged
        | DiscordError::MessageGone
        | DiscordError::Archived
        | DiscordError::ChannelOut(_)
        | DiscordError::NoDm
        | DiscordError::NoReply
        | DiscordError::Wait(_)
        | DiscordError::Unavailable(_)
        | DiscordError::Unauthorized => None,
    }
}

/// Returns the way that is left after `via` has failed for good.
fn other_way(error: &DiscordError, via: Via, reach: Reach) -> Option<Via> {
    match (error, via) {
        (
            DiscordError::TokenOver | DiscordError::TooLate | DiscordError::AlreadyAcknowledged,
            via,
        ) => (via == Via::Token).then(|| Via::after_token(reach)),
        // A person who dismissed an ephemeral message is still notified of the end.
        (DiscordError::MessageGone, Via::Token | Via::Channel) if reach != Reach::Dm => {
            Some(Via::Gone)
        }
        (_, Via::Token | Via::Channel) => Some(Via::Dm),
        (_, Via::Dm | Via::Gone) => None,
    }
}

#[cfg(test)]
mod tests {
    use DiscordError as E;

    use super::super::samples::{NOW, watch};
    use super::*;

    const FULL: Form = Form::FULL;
    const FILELESS: Form = Form {
        files: false,
        ..FULL
    };
    const TEXTLESS: Form = Form {
        texts: false,
        ..FULL
    };
    const LINKLESS: Form = Form {
        links: false,
        ..FULL
    };
    const LINK: Form = Form {
        files: false,
        ..TEXTLESS
    };
    const NEITHER: Form = Form {
        links: false,
        ..TEXTLESS
    };

    /// The audience of an end that wants every way.
    const END: Audience = Audience {
        ended: true,
        told: false,
        wants_dm: true,
        announced: false,
        others: false,
    };
    const PROGRESS: Audience = Audience {
        ended: false,
        ..END
    };

    fn refused(error: &E, via: Via, form: Form, audience: Audience) -> Refused {
        after_refusal(error, Attempt { via, form }, &watch(), audience, NOW, 0.0)
    }

    fn x(of: fn(String) -> E) -> E {
        of("x".into())
    }

    #[test]
    fn each_refusal_leads_on_and_always_to_an_end() {
        let to = |via, form| Next::Try(Attempt { via, form });
        let wait = |seconds, failed| Next::Wait {
            after: Duration::from_secs(seconds),
            failed,
        };
        let announced = Audience {
            announced: true,
            ..END
        };
        let silent = Audience {
            wants_dm: false,
            ..END
        };
        let told = Audience { told: true, ..END };
        let rows = [
            // The token has ended: the channel's route is next, also for progress.
            (E::TokenOver, Via::Token, FULL, END, to(Via::Channel, FULL)),
            (
                E::TooLate,
                Via::Token,
                FULL,
                PROGRESS,
                to(Via::Channel, FULL),
            ),
            (E::TokenOver, Via::Channel, FULL, END, Next::End),
            (E::TokenOver, Via::Dm, FULL, announced, Next::Notify),
            // The message was deleted: the requester is told so, and later of the end.
            (E::MessageGone, Via::Channel, FULL, END, to(Via::Dm, FULL)),
            (
                E::MessageGone,
                Via::Token,
                FULL,
                PROGRESS,
                Next::TellDeletion,
            ),
            (E::MessageGone, Via::Channel, FULL, silent, Next::End),
            (
                E::MessageGone,
                Via::Token,
                FULL,
                Audience {
                    others: true,
                    ..silent
                },
                Next::Notify,
            ),
            (
                E::MessageGone,
                Via::Token,
                FULL,
                Audience {
                    announced: true,
                    ..silent
                },
                Next::Notify,
            ),
            (
                E::MessageGone,
                Via::Token,
                FULL,
                Audience {
                    ended: false,
                    others: true,
                    ..silent
                },
                Next::Skip,
            ),
            // A permission is missing: first without files, then by a direct message.
            (
                x(E::Forbidden),
                Via::Channel,
                FULL,
                END,
                to(Via::Channel, FILELESS),
            ),
            (
                x(E::Forbidden),
                Via::Channel,
                FILELESS,
                END,
                to(Via::Dm, FILELESS),
            ),
            (
                x(E::Forbidden),
                Via::Channel,
                FILELESS,
                PROGRESS,
                Next::Skip,
            ),
            // A new message reopens an archived thread, for an end only.
            (E::Archived, Via::Channel, FULL, END, to(Via::Channel, FULL)),
            (E::Archived, Via::Token, FULL, END, to(Via::Channel, FULL)),
            (E::Archived, Via::Channel, FULL, PROGRESS, Next::Skip),
            (E::Archived, Via::Dm, FULL, END, Next::End),
            (x(E::ChannelOut), Via::Channel, FULL, END, to(Via::Dm, FULL)),
            (x(E::ChannelOut), Via::Channel, FULL, silent, Next::End),
            (
                x(E::ChannelOut),
                Via::Channel,
                FULL,
                Audience {
                    announced: true,
                    ..silent
                },
                Next::Notify,
            ),
            (x(E::ChannelOut), Via::Channel, FULL, told, Next::End),
            // The form is refused: parts are left out, and then this progress.
            (
                x(E::FilesRefused),
                Via::Token,
                FULL,
                END,
                to(Via::Token, FILELESS),
            ),
            (x(E::FilesRefused), Via::Token, FILELESS, END, wait(1, true)),
            (
                x(E::FilesRefused),
                Via::Token,
                FILELESS,
                PROGRESS,
                wait(1, true),
            ),
            (x(E::FilesRefused), Via::Dm, FILELESS, END, wait(1, true)),
            (
                E::FilteredText,
                Via::Token,
                FULL,
                END,
                to(Via::Token, TEXTLESS),
            ),
            (
                E::FilteredText,
                Via::Token,
                TEXTLESS,
                END,
                to(Via::Token, NEITHER),
            ),
            (
                E::FilteredText,
                Via::Token,
                NEITHER,
                END,
                to(Via::Dm, NEITHER),
            ),
            (
                E::FilteredLinks,
                Via::Token,
                FULL,
                END,
                to(Via::Token, LINKLESS),
            ),
            (
                E::FilteredLinks,
                Via::Token,
                LINKLESS,
                END,
                to(Via::Token, NEITHER),
            ),
            (
                x(E::Invalid),
                Via::Token,
                FULL,
                END,
                to(Via::Token, FILELESS),
            ),
            (
                x(E::Invalid),
                Via::Token,
                FILELESS,
                END,
                to(Via::Token, LINK),
            ),
            (
                x(E::Invalid),
                Via::Token,
                LINK,
                END,
                to(Via::Token, Form::BARE),
            ),
            (
                x(E::Invalid),
                Via::Token,
                Form::BARE,
                END,
                to(Via::Dm, Form::BARE),
            ),
            (x(E::Invalid), Via::Token, Form::BARE, PROGRESS, Next::Skip),
            (E::NoDm, Via::Dm, FILELESS, END, Next::End),
            // A passing error: the message is sent again unchanged.
            (
                E::Wait(Duration::from_secs(3)),
                Via::Token,
                FULL,
                END,
                wait(3, false),
            ),
            (x(E::Unavailable), Via::Token, FULL, END, wait(1, true)),
            (E::Unauthorized, Via::Channel, FULL, PROGRESS, wait(1, true)),
            (x(E::Unknown), Via::Token, FULL, END, wait(1, true)),
        ];
        for (error, via, form, audience, next) in rows {
            let told = refused(&error, via, form, audience);
            assert_eq!(
                told.next, next,
                "{error} via {via:?} as {form:?} to {audience:?}"
            );
        }
    }

    #[test]
    fn a_way_that_is_left_is_not_tried_again() {
        let of = |error, via| {
            let told = refused(&error, via, FULL, PROGRESS);
            (told.reach, told.token_over)
        };
        assert_eq!(of(E::TokenOver, Via::Token), (Reach::Channel, true));
        assert_eq!(of(x(E::ChannelOut), Via::Token), (Reach::Dm, true));
        assert_eq!(of(x(E::ChannelOut), Via::Channel), (Reach::Dm, false));
        assert_eq!(of(E::MessageGone, Via::Token), (Reach::Gone, true));
        let mut private = watch();
        private.asked.reach = Reach::Dm;
        let (error, via, form) = (E::MessageGone, Via::Token, FULL);
        let dismissed = after_refusal(&error, Attempt { via, form }, &private, PROGRESS, NOW, 0.0);
        assert_eq!((dismissed.next, dismissed.reach), (Next::Skip, Reach::Dm));
        private.asked.reach = Reach::Gone;
        let closed = after_refusal(
            &E::NoDm,
            Attempt { via: Via::Dm, form },
            &private,
            END,
            NOW,
            0.0,
        );
        assert_eq!(closed.next, Next::Notify, "the channel is left");
        assert_eq!(of(x(E::FilesRefused), Via::Token), (Reach::Channel, false));
    }

    #[test]
    fn patience_ends_after_a_day_of_failures_or_a_month_of_waits() {
        let attempt = Attempt {
            via: Via::Channel,
            form: FULL,
        };
        let mut watch = watch();
        let next = |watch: &Watch, error: E, now, jitter| {
            after_refusal(&error, attempt, watch, END, now, jitter).next
        };
        let dm = Next::Try(Attempt {
            via: Via::Dm,
            ..attempt
        });
        let month = NOW.plus(PATIENCE);
        assert_eq!(next(&watch, E::Wait(RETRY_MAX), month, 0.0), dm);
        watch.failures = 40;
        let longest = Next::Wait {
            after: RETRY_MAX,
            failed: true,
        };
        assert_eq!(next(&watch, x(E::Unavailable), NOW, 1.0), longest);
        watch.failures = MOST_FAILURES;
        assert_eq!(next(&watch, x(E::Unavailable), NOW, 1.0), dm);
        assert_eq!(wait_after(&x(E::Unavailable), &watch, NOW, 1.0), None);
        watch.failures = 0;
        let retry = wait_after(&x(E::Unavailable), &watch, NOW, 0.0);
        assert_eq!(retry, Some((Duration::from_secs(1), true)));
    }

    #[test]
    fn an_unknown_code_sheds_nothing_before_ten_minutes_of_tries() {
        let attempt = Attempt {
            via: Via::Token,
            form: FULL,
        };
        let (mut watch, mut waited) = (watch(), Duration::ZERO);
        loop {
            let refused = after_refusal(&x(E::Unknown), attempt, &watch, END, NOW, 0.0);
            match refused.next {
                Next::Wait { after, .. } => waited += after,
                next => {
                    break assert_eq!(
                        next,
                        Next::Try(Attempt {
                            form: FILELESS,
                            ..attempt
                        })
                    );
                }
            }
            let unsent = wait_after(&x(E::Unknown), &watch, NOW, 0.0);
            assert!(unsent.is_some(), "a notification waits as well");
            watch.failures += 1;
        }
        assert!(waited >= Duration::from_secs(600), "{waited:?}");
    }
}
