//! Shows a watch's message. Each round tries one way and one form; after a refusal
//! [`refusal`] decides on the next round.

use super::files::Files;
use super::job::{DeliveryError, Job};
use super::notify;
use super::own;
use crate::discord::messenger::InteractionToken;
use crate::discord::upload::DESCRIPTION_MAX;
use crate::domain::decide::attempt::{Attempt, Form, Via};
use crate::domain::decide::delivery;
use crate::domain::decide::refusal::{self, Next};
use crate::domain::discord::DiscordError;
use crate::domain::state::State;
use crate::domain::task::Outcome;
use crate::domain::watch::{DEFAULT_UPLOAD_LIMIT, Reach};
use crate::flows::chance::jitter;
use crate::metrics;
use crate::render::prompt;
use crate::render::status;
use crate::render::view::Video;

/// The most bytes of files in one request that creates a message.
///
/// Source: <https://discord.com/developers/docs/reference#uploading-files>
const CREATE_LIMIT: u64 = 25 * 1024 * 1024;

/// How a message was shown.
pub(super) struct Shown {
    /// The way by which Discord accepted the message.
    pub(super) via: Via,
    /// True if a file is still to be attached.
    pub(super) incomplete: bool,
}

impl Shown {
    /// Returns how an earlier delivery showed an end of which nobody is notified yet.
    pub(super) fn before(job: &Job<'_>) -> Self {
        let via = match Via::first(&job.watch, job.now()) {
            // A direct message sets no shown state on the watch, so the end was shown by the
            // token before the token ended.
            Via::Dm => Via::Token,
            via => via,
        };
        Self {
            via,
            incomplete: job.watch.attach_until.is_some(),
        }
    }
}

/// Shows the message by the first way that Discord accepts. Returns `None` if the watch is
/// already settled, because it waits or has ended.
pub(super) async fn show(job: &mut Job<'_>) -> Result<Option<Shown>, DeliveryError> {
    let first = Attempt {
        via: Via::first(&job.watch, job.now()),
        // Only an end has files. Without this a refusal of files would send progress again
        // unchanged.
        form: Form {
            files: job.outcome.is_some(),
            ..Form::FULL
        },
    };
    if job.outcome.is_some() && job.watch.ending_since.is_none() {
        job.watch.ending_since = Some(job.now());
    }
    let mut next = refusal::begin(first, job.audience());
    loop {
        let attempt = match next {
            Next::Try(attempt) => attempt,
            Next::Notify => {
                let (via, incomplete) = (Via::Gone, false);
                return Ok(Some(Shown { via, incomplete }));
            }
            Next::TellDeletion => {
                next = tell_deletion(job).await?;
                continue;
            }
            Next::Wait { after, failed } => {
                let notified_by = delivery::notified_by(&job.watch, job.now());
                let left = notified_by.map(|at| at.since(job.now()));
                let after = left.map_or(after, |left| after.min(left));
                job.wait(job.kind(), after, failed).await?;
                return Ok(None);
            }
            Next::Skip => {
                job.watch.shown_revision = job.task.revision;
                job.settle(None).await?;
                return Ok(None);
            }
            Next::End => {
                job.give_up(job.kind()).await?;
                return Ok(None);
            }
        };
        match show_once(job, attempt).await {
            Ok(incomplete) => {
                let via = attempt.via;
                return Ok(Some(Shown { via, incomplete }));
            }
            Err(DeliveryError::Discord(error)) => next = after_refusal(job, &error, attempt),
            Err(error) => return Err(error),
        }
    }
}

/// Tells the requester that the message was deleted, and returns what follows.
async fn tell_deletion(job: &mut Job<'_>) -> Result<Next, DeliveryError> {
    let Err(error) = notify::tell_deletion(job).await else {
        return Ok(Next::Skip);
    };
    let DeliveryError::Discord(error) = error else {
        return Err(error);
    };
    tracing::info!(watch_id = job.watch.id.0, %error, "deletion.refused");
    let wait = refusal::wait_after(&error, &job.watch, job.now(), jitter());
    Ok(wait.map_or(Next::Skip, |(after, failed)| {
        // The next delivery then finds the message deleted again and repeats this step.
        job.watch.asked.reach = Reach::Channel;
        Next::Wait { after, failed }
    }))
}

/// Decides what follows a refusal, and records on the watch what the refusal says about it.
fn after_refusal(job: &mut Job<'_>, error: &DiscordError, attempt: Attempt) -> Next {
    let audience = job.audience();
    let refused = refusal::after_refusal(error, attempt, &job.watch, audience, job.now(), jitter());
    let (watch_id, next) = (job.watch.id.0, refused.next);
    if matches!(error, DiscordError::Invalid(_)) {
        tracing::error!(watch_id, ?attempt, ?next, %error, "delivery.refused");
    } else {
        tracing::info!(watch_id, ?attempt, ?next, %error, "delivery.refused");
    }
    job.watch.asked.reach = refused.reach;
    if refused.anew {
        job.watch.message_id = None;
    }
    if refused.token_over {
        job.watch.asked.token_expires_at = job.now();
    }
    next
}

/// Returns the most bytes of one file, and of all files of the request together.
async fn upload_limits(job: &Job<'_>, via: Via) -> (u64, u64) {
    let asked = &job.watch.asked;
    let each = match (via, asked.guild_id) {
        (Via::Token, _) => asked.upload_limit,
        (Via::Channel, Some(guild)) => job.means.messenger.upload_limit(guild).await,
        (Via::Channel | Via::Dm | Via::Gone, _) => DEFAULT_UPLOAD_LIMIT,
    };
    let creates = via == Via::Dm || (via == Via::Channel && job.watch.message_id.is_none());
    let all = if creates { CREATE_LIMIT } else { u64::MAX };
    (each.min(all), all)
}

/// Shows the message once and records that. Returns whether a file is still to be attached.
async fn show_once(job: &mut Job<'_>, attempt: Attempt) -> Result<bool, DeliveryError> {
    let Attempt { via, form } = attempt;
    let files = if form.files {
        let (each, all) = upload_limits(job, via).await;
        Files::fetch(job, each, via).await.within(all)
    } else if job.outcome == Some(Outcome::Completed) {
        Files::not_allowed()
    } else {
        Files::default()
    };
    let over = job
        .watch
        .attach_until
        .is_some_and(|until| job.now() >= until);
    let files = if over { files.given_up() } else { files };
    let incomplete = files.are_coming();
    job.link_hidden |= files.hide_link();
    if incomplete && job.watch.attach_until.is_some() {
        // The message already shows the end without its file.
        return Ok(true);
    }
    let mut media = files.media(job);
    if job.link_hidden && media.video != Video::Attached {
        media.video = Video::None;
    }
    job.linked = form.links && media.video.is_linked();
    let plain = via == Via::Channel && !job.watch.asked.embeds;
    let draw = if plain {
        status::plain
    } else {
        status::message
    };
    let message = draw(&job.view(&media, form));
    let names = files.names(job);
    // A filter that refuses the prompt in the message also refuses it as alt text.
    let description = match form.texts {
        true => prompt::description(&job.task.snapshot, DESCRIPTION_MAX),
        false => String::new(),
    };
    let uploads = files.uploads(&names, &description);
    let messenger = &job.means.messenger;
    let asked = &job.watch.asked;
    let posted = match (via, job.watch.message_id) {
        (Via::Token, _) => {
            let token = InteractionToken {
                application_id: asked.application_id,
                interaction_id: asked.interaction_id,
                token: &asked.token,
            };
            let sent = messenger.edit_original(token, &message, &uploads);
            Some(sent.await?)
        }
        (Via::Channel, Some(id)) => {
            let sent = messenger.edit(asked.channel_id, id, &message, &uploads);
            Some(sent.await?)
        }
        (Via::Channel, None) => Some(own::post(job, message, &uploads).await?),
        (Via::Dm, _) => {
            notify::send_dm(job, &media, &uploads, form).await?;
            None
        }
        (Via::Gone, _) => None,
    };
    if let Some(posted) = posted {
        if via == Via::Channel && !plain && !posted.embeds {
            let plain = status::plain(&job.view(&media, form));
            messenger
                .reword(asked.channel_id, posted.id, &plain)
                .await?;
            job.watch.asked.embeds = false;
        }
        job.watch.message_id = Some(posted.id);
        // Discord may make the reply ephemeral although the bot did not ask for that. Its
        // link then works for nobody else, and after the token only a direct message is left.
        if posted.private && !job.watch.asked.private {
            (job.watch.asked.private, job.watch.asked.reach) = (true, Reach::Dm);
        }
    }
    note_shown(job, via);
    Ok(incomplete && via != Via::Dm)
}

/// Records on the watch what its message shows now.
fn note_shown(job: &mut Job<'_>, via: Via) {
    let now = job.now();
    let watch = &mut job.watch;
    // An end is recorded by its state. The revision stays the last unfinished one, which
    // tells whether people had waited.
    if job.outcome.is_none() {
        watch.shown_revision = job.task.revision;
    }
    // A direct message does not change the watch's own message.
    if via != Via::Dm {
        watch.shown_state = Some(State::of(job.task, job.outcome));
    }
    watch.edited_at = Some(now);
    watch.failures = 0;
    if watch.attach_until.is_some() {
        return;
    }
    metrics::delivery(job.kind(), "done", job.started.elapsed());
    // Measured only if the task ended while it was watched. Otherwise the end was there
    // before anybody asked.
    if let (Some(Outcome::Completed), Some(took)) = (job.outcome, job.task.took) {
        let seen_at = job.task.watched_since.plus(took);
        metrics::completion_shown(now.since(seen_at));
    }
}
