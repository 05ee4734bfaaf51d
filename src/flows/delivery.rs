//! One delivery: a claimed watch's message is brought up to its task's revision,
//! and the last one also tells whoever waited.
//!
//! Every step may be the last before a crash: an edit repeated shows the same,
//! and a notification is marked before it is sent, carries a nonce that Discord
//! recognises for some minutes, and is looked for in the channel after that.

mod cargo;
mod tell;

use std::time::Instant;

use super::courier::Courier;
use super::view::Extras;
use super::{jitter, now};
use crate::discord::messenger::InteractionToken;
use crate::domain::decide::delivery::{self, Turn};
use crate::domain::decide::refusal::{self, Form, Next, Route};
use crate::domain::discord::DiscordError;
use crate::domain::task::{Outcome, Task};
use crate::domain::time::Timestamp;
use crate::domain::watch::{DEFAULT_UPLOAD_LIMIT, Face, Notify, Reach, Watch, WatchState};
use crate::metrics;
use crate::render::body::Message;
use crate::render::status;
use crate::render::view::{Hide, Media, Video, View};
use crate::store::Rest;

/// The work on one claimed watch.
pub(super) struct Delivery<'a> {
    courier: &'a Courier,
    watch: Watch,
    task: &'a Task,
    outcome: Option<Outcome>,
    extras: Extras,
    /// Whether the message that was shown has the video as a link only. There it
    /// does not play beside the embed; in a notification it does.
    linked: bool,
    /// When the step that is under way began, for the metrics.
    started: Instant,
    /// How the watch was settled, once it is.
    rest: Option<Rest>,
}

/// Whether nobody has tried to show the message before: it is straight from the
/// intake.
fn is_first(watch: &Watch) -> bool {
    watch.attempt == 0 && watch.shown_face.is_none()
}

/// What is delivered, for the metrics.
pub(super) fn kind(outcome: Option<Outcome>) -> &'static str {
    match outcome {
        None => "progress",
        Some(_) => "end",
    }
}

impl<'a> Delivery<'a> {
    /// Delivers and settles. Returns when the watch is due again, if that is known.
    pub(super) async fn run(
        courier: &'a Courier,
        mut watch: Watch,
        task: &'a Task,
    ) -> Option<Timestamp> {
        let rest = match delivery::turn(&watch, task, now()) {
            Turn::At(at) => courier.settle(&watch, Some(at)).await,
            Turn::Nothing => {
                if task.answered {
                    watch.shown_revision = task.revision;
                }
                courier.settle(&watch, None).await
            }
            Turn::Now => match Extras::load(&courier.store, &watch, task, is_first(&watch)).await {
                Ok(extras) => {
                    let mut delivery = Self {
                        courier,
                        outcome: watch.outcome(task),
                        watch,
                        task,
                        extras,
                        linked: false,
                        started: Instant::now(),
                        rest: None,
                    };
                    delivery.deliver().await;
                    delivery.rest
                }
                // The lease runs out by itself: another try follows.
                Err(error) => {
                    tracing::error!(watch_id = watch.id.0, %error, "delivery.store_failed");
                    None
                }
            },
        };
        rest.and_then(|rest| rest.due_at)
    }

    async fn deliver(&mut self) {
        let Some(route) = self.show().await else {
            return;
        };
        if self.outcome.is_none() {
            self.settle(None).await;
        } else {
            self.tell(route).await;
        }
    }

    /// Settles the watch as it is now, due again at this moment or with news.
    async fn settle(&mut self, due_at: Option<Timestamp>) {
        self.rest = self.courier.settle(&self.watch, due_at).await;
    }

    /// Shows the message by the first route that takes it and returns that; or
    /// settles the watch otherwise. It ends, because each round sheds a part or
    /// leaves a route behind.
    async fn show(&mut self) -> Option<Route> {
        let face = Face::of(self.task, self.outcome);
        let mut route = Route::first(&self.watch, now());
        // An end that was shown before only waits for its notification.
        let shown = self.outcome.is_some() && self.watch.shown_face == Some(face);
        if shown || route == Route::Gone {
            // It was shown before the token ended: what tells is yet to come. (A
            // direct message leaves no face, so that it is found again as one.)
            return Some(if route == Route::Dm {
                Route::Token
            } else {
                route
            });
        }
        let mut form = Form::FULL;
        loop {
            if route == Route::Dm && !self.wants_dm() {
                if self.announces() {
                    return Some(route);
                }
                self.end().await;
                return None;
            }
            let error = match self.show_by(route, form).await {
                Ok(message_id) => {
                    self.watch.message_id = message_id.or(self.watch.message_id);
                    // An end is known by its face; the revision stays the last
                    // unfinished one, which tells whether people had waited.
                    if self.outcome.is_none() {
                        self.watch.shown_revision = self.task.revision;
                    }
                    if route != Route::Dm {
                        self.watch.shown_face = Some(face);
                    }
                    self.watch.edited_at = Some(now());
                    self.watch.failures = 0;
                    self.measure_shown();
                    return Some(route);
                }
                Err(error) => error,
            };
            match self.after(&error, route, form) {
                Next::Shed(less) => form = less,
                // Only what this change says was refused: the next may be taken.
                Next::Reroute(_) if self.outcome.is_none() && error.is_about_the_form() => {
                    self.watch.shown_revision = self.task.revision;
                    self.settle(None).await;
                    return None;
                }
                Next::Reroute(other) => {
                    if route == Route::Token {
                        self.watch.asked.token_expires_at = now();
                    }
                    match other {
                        Route::Gone if self.extras.subscribers.is_empty() && !self.announces() => {
                            self.end().await;
                            return None;
                        }
                        Route::Gone => self.watch.asked.reach = Reach::Gone,
                        Route::Dm => self.watch.asked.reach = Reach::Dm,
                        Route::Token | Route::Channel => {}
                    }
                    if matches!(other, Route::Gone | Route::Dm) && self.outcome.is_none() {
                        // What is left is for the end only.
                        self.watch.shown_revision = self.task.revision;
                        self.settle(None).await;
                        return None;
                    }
                    if other == Route::Gone {
                        return Some(other);
                    }
                    route = other;
                }
                // Nobody can be shown it; the channel is still to hear of it.
                Next::GiveUp if self.outcome.is_some() && self.announces() => {
                    return Some(Route::Dm);
                }
                next @ (Next::Later { .. } | Next::GiveUp) => {
                    self.put_off(kind(self.outcome), next).await;
                    return None;
                }
            }
        }
    }

    /// Whether the end is worth a direct message where nothing else is left.
    fn wants_dm(&self) -> bool {
        self.watch.asked.notify != Notify::Off && self.outcome != Some(Outcome::Stopped)
    }

    /// Whether another channel is to hear of the end.
    fn announces(&self) -> bool {
        let asked = self.watch.asked.announce_channel_id.is_some();
        asked && self.outcome != Some(Outcome::Stopped)
    }

    /// Shows the message by one route; returns its id where it is in a channel.
    async fn show_by(&mut self, route: Route, form: Form) -> Result<Option<u64>, DiscordError> {
        let asked = &self.watch.asked;
        let limit = match route {
            Route::Token => asked.upload_limit,
            Route::Channel | Route::Dm | Route::Gone => {
                asked.upload_limit.min(DEFAULT_UPLOAD_LIMIT)
            }
        };
        let cargo = self.fetch(form, limit).await;
        let media = self.media(&cargo);
        self.linked = form.links && media.video == Video::Link;
        let message = status::message(&self.view(&media, form));
        let messenger = &self.courier.messenger;
        let message_id = match (route, self.watch.message_id) {
            (Route::Token, _) => {
                let interaction = InteractionToken {
                    application_id: asked.application_id,
                    interaction_id: asked.interaction_id,
                    token: &asked.token,
                };
                messenger
                    .edit_original(interaction, &message, &cargo.uploads())
                    .await?
            }
            (Route::Channel, Some(id)) => {
                messenger
                    .edit(asked.channel_id, id, &message, &cargo.uploads())
                    .await?
            }
            // The token ended before the first edit: a message of our own.
            (Route::Channel, None) => {
                let message = self.once(message, 'm');
                messenger
                    .send(asked.channel_id, &message, &cargo.uploads())
                    .await?
            }
            (Route::Dm, _) => {
                self.send_dm(&cargo, form).await?;
                return Ok(None);
            }
            (Route::Gone, _) => return Ok(None),
        };
        Ok(Some(message_id))
    }

    fn view<'v>(&'v self, media: &'v Media, form: Form) -> View<'v> {
        let hide = Hide {
            prompt: !form.texts,
            links: !form.links,
        };
        View {
            hide,
            ..self.extras.view(&self.watch, self.task, media, now())
        }
    }

    /// A message that Discord creates once, however often it is sent within its
    /// memory for nonces.
    fn once(&self, message: Message, kind: char) -> Message {
        Message {
            nonce: Some(self.nonce(kind)),
            enforce_nonce: true,
            ..message
        }
    }

    /// At most 25 characters; an interaction's id is unique on all of Discord.
    fn nonce(&self, kind: char) -> String {
        format!("{kind}{}", self.watch.id.0)
    }

    fn after(&self, error: &DiscordError, route: Route, form: Form) -> Next {
        let (reach, failures) = (self.watch.asked.reach, self.watch.failures);
        let age = now().since(self.watch.created_at);
        let next = refusal::after_refusal(error, route, form, reach, failures, age, jitter());
        let watch_id = self.watch.id.0;
        if matches!(error, DiscordError::Invalid(_)) {
            tracing::error!(watch_id, ?route, ?next, %error, "delivery.refused");
        } else {
            tracing::info!(watch_id, ?route, ?next, %error, "delivery.refused");
        }
        next
    }

    fn measure_shown(&self) {
        metrics::delivery(kind(self.outcome), "done", self.started.elapsed());
        // Only where people had waited: else the end was there before they asked.
        if let (Some(Outcome::Completed), Some(took)) = (self.outcome, self.task.took) {
            let seen_at = self.task.watched_since.plus(took);
            metrics::completion_shown(now().since(seen_at));
        }
    }

    /// Settles a delivery that did not work out.
    async fn put_off(&mut self, kind: &'static str, next: Next) {
        let outcome = match next {
            Next::Later { .. } => "put_off",
            Next::Shed(_) | Next::Reroute(_) | Next::GiveUp => "gave_up",
        };
        metrics::delivery(kind, outcome, self.started.elapsed());
        match next {
            Next::Later { after, failed } => {
                self.watch.failures += u32::from(failed);
                self.settle(Some(now().plus(after))).await;
            }
            Next::Shed(_) | Next::Reroute(_) | Next::GiveUp => self.end().await,
        }
    }

    async fn end(&mut self) {
        self.watch.state = WatchState::Ended;
        self.settle(None).await;
        if self.rest.is_none() {
            return;
        }
        metrics::watch_ended(self.outcome.map_or("given_up", Outcome::name));
        if self.task.outcome.is_none()
            && let Err(error) = self.courier.store.rest_task(&self.task.id).await
        {
            // It is polled once more and rests then.
            tracing::warn!(task_id = %self.task.id, %error, "task.not_rested");
        }
    }
}
