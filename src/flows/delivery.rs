//! One delivery: a claimed watch's message is brought up to its task's revision,
//! and the last one also tells whoever waited.
//!
//! Every step may be the last before a crash: an edit repeated shows the same,
//! and a notification is marked before it is sent, carries a nonce that Discord
//! recognises for some minutes, and is looked for in the channel after that.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::courier::Courier;
use super::view::Extras;
use super::{jitter, now};
use crate::discord::messenger::{Reply, Trace};
use crate::discord::rest::Upload;
use crate::domain::decide::delivery::{self, DiscordError, Form, Next, Route, Tell, Turn};
use crate::domain::task::{Outcome, Task};
use crate::domain::watch::{DEFAULT_UPLOAD_LIMIT, Face, Notify, Reach, Watch, WatchState};
use crate::metrics;
use crate::provider::media::{MediaFile, MediaKind};
use crate::render::body::Message;
use crate::render::locale::Locale;
use crate::render::ping::{self, Ping};
use crate::render::status::{self, Hide, Media, Thumbnail, Video, View};

/// After this wait for a file, its turn among the downloads included, the link
/// is shown instead: a slow host must not hold up everybody's messages.
const MEDIA_TIMEOUT: Duration = Duration::from_secs(60);

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
}

/// What is delivered, for the metrics.
pub(super) fn kind(outcome: Option<Outcome>) -> &'static str {
    match outcome {
        None => "progress",
        Some(_) => "end",
    }
}

/// What a message carries as files.
#[derive(Default)]
struct Cargo {
    video: Option<Arc<MediaFile>>,
    thumbnail: Option<Arc<MediaFile>>,
}

impl Cargo {
    fn uploads(&self) -> Vec<Upload<'_>> {
        let files = self.video.iter().chain(&self.thumbnail);
        files
            .map(|file| Upload {
                name: &file.name,
                mime: file.mime,
                path: &file.path,
                size: file.size,
            })
            .collect()
    }
}

impl<'a> Delivery<'a> {
    /// Delivers and settles.
    pub(super) async fn run(courier: &'a Courier, mut watch: Watch, task: &'a Task) {
        match delivery::turn(&watch, task, now()) {
            Turn::At(at) => {
                courier.settle(&watch, Some(at)).await;
            }
            Turn::Nothing => {
                if task.answered {
                    watch.shown_revision = task.revision;
                }
                courier.settle(&watch, None).await;
            }
            Turn::Now => match Extras::load(&courier.store, &watch, task).await {
                Ok(extras) => {
                    let outcome = watch.outcome(task);
                    Self {
                        courier,
                        watch,
                        task,
                        outcome,
                        extras,
                        linked: false,
                        started: Instant::now(),
                    }
                    .deliver()
                    .await;
                }
                // The lease runs out by itself: another try follows.
                Err(error) => {
                    tracing::error!(watch_id = watch.id.0, %error, "delivery.store_failed");
                }
            },
        }
    }

    async fn deliver(mut self) {
        let Some(route) = self.show().await else {
            return;
        };
        if self.outcome.is_none() {
            self.courier.settle(&self.watch, None).await;
        } else {
            self.tell(route).await;
        }
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
            // What was shown by a direct message has told, too, and ended there.
            return Some(if route == Route::Dm {
                Route::Token
            } else {
                route
            });
        }
        let mut form = Form::FULL;
        loop {
            if route == Route::Dm && !self.wants_dm() {
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
                    self.watch.shown_face = Some(face);
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
                    self.courier.settle(&self.watch, None).await;
                    return None;
                }
                Next::Reroute(other) => {
                    if route == Route::Token {
                        self.watch.asked.token_expires_at = now();
                    }
                    match other {
                        Route::Gone if self.extras.subscribers.is_empty() => {
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
                        self.courier.settle(&self.watch, None).await;
                        return None;
                    }
                    if other == Route::Gone {
                        return Some(other);
                    }
                    route = other;
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
        self.linked = form.links && matches!(media.video, Video::Link { .. });
        let message = status::message(&self.view(&media, form));
        let messenger = &self.courier.messenger;
        let message_id = match (route, self.watch.message_id) {
            (Route::Token, _) => {
                let reply = Reply {
                    application_id: asked.application_id,
                    interaction_id: asked.interaction_id,
                    token: &asked.token,
                };
                messenger
                    .edit_original(reply, &message, &cargo.uploads())
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

    /// Tells people of the end once the message shows it, and ends the watch.
    async fn tell(mut self, shown_by: Route) {
        let others = !self.extras.subscribers.is_empty();
        let tell = delivery::tell(&self.watch, self.task, shown_by, others);
        if tell == Tell::default() {
            return self.end().await;
        }
        self.started = Instant::now();
        match self.tell_all(tell).await {
            Ok(()) => {
                self.watch.notified_at = Some(now());
                metrics::delivery("notification", "done", self.started.elapsed());
                self.end().await;
            }
            Err(error) => {
                let next = self.after(&error, Route::Dm, Form::BARE);
                self.put_off("notification", next).await;
            }
        }
    }

    async fn tell_all(&self, tell: Tell) -> Result<(), DiscordError> {
        let mut dm = tell.dm;
        if tell.requester || tell.subscribers {
            match self.ping(tell).await {
                Err(error) if error.is_about_the_place() || error.is_about_the_form() => {
                    tracing::warn!(watch_id = self.watch.id.0, %error, "notify.by_dm");
                    dm |= tell.requester;
                }
                sent => sent?,
            }
        }
        if dm {
            match self.send_dm(&Cargo::default(), Form::FULL).await {
                Err(error) if error.is_about_the_form() => {
                    self.send_dm(&Cargo::default(), Form::BARE).await?;
                }
                sent => sent?,
            }
        }
        Ok(())
    }

    /// Sends the notification: the requester's into the channel that was asked
    /// for, if the bot may post there; else below the message, where everybody
    /// who pressed "Notify me" is.
    async fn ping(&self, tell: Tell) -> Result<(), DiscordError> {
        let asked = &self.watch.asked;
        let mut here = tell;
        let elsewhere = asked.announce_channel_id;
        if let Some(id) = elsewhere.filter(|id| tell.requester && *id != asked.channel_id) {
            let alone = Tell {
                subscribers: false,
                ..tell
            };
            match self.ping_in(id, None, alone, 'a').await {
                Err(error) if error.is_about_the_place() => {
                    tracing::warn!(watch_id = self.watch.id.0, %error, "notify.not_announced");
                }
                sent => {
                    sent?;
                    here.requester = false;
                }
            }
        }
        if !(here.requester || here.subscribers) {
            return Ok(());
        }
        let reply_to = self
            .watch
            .message_id
            .filter(|_| asked.reach == Reach::Channel);
        self.ping_in(asked.channel_id, reply_to, here, 'p').await
    }

    /// Sends the notification into one channel, unless it was sent before.
    async fn ping_in(
        &self,
        channel_id: u64,
        reply_to: Option<u64>,
        tell: Tell,
        kind: char,
    ) -> Result<(), DiscordError> {
        let Some(outcome) = self.outcome else {
            return Ok(());
        };
        let asked = &self.watch.asked;
        let requester = tell.requester.then_some(asked.user_id);
        let others = self
            .extras
            .subscribers
            .iter()
            .copied()
            .filter(|_| tell.subscribers);
        let people: Vec<u64> = requester.into_iter().chain(others).collect();
        // Another watch may tell of the same task in the same channel, but
        // mentions somebody else first or links to another message.
        let message = ping::message_link(&self.watch).filter(|_| reply_to.is_none());
        let mention = people.first().map(|id| format!("<@{id}>"));
        let words: Vec<String> = self.words().chain(mention).chain(message.clone()).collect();
        if !self.may_send(channel_id, reply_to, &words).await? {
            return Ok(());
        }
        let video = self.task.snapshot.video_url.clone();
        let links: Vec<String> = message
            .into_iter()
            .chain(video.filter(|_| self.linked))
            .collect();
        let nonce = self.nonce(kind);
        let mut ping = Ping {
            task: self.task,
            outcome,
            locale: Locale::of(&asked.locale),
            people: &people,
            reply_to,
            links: if asked.reach == Reach::Gone {
                &[]
            } else {
                &links
            },
            nonce: &nonce,
        };
        let messenger = &self.courier.messenger;
        match messenger.send(channel_id, &ping::ping(&ping), &[]).await {
            Err(DiscordError::NoReply) => {
                ping.reply_to = None;
                messenger.send(channel_id, &ping::ping(&ping), &[]).await?
            }
            sent => sent?,
        };
        Ok(())
    }

    /// Sends the end as a direct message, unless it was sent before.
    async fn send_dm(&self, cargo: &Cargo, form: Form) -> Result<(), DiscordError> {
        let messenger = &self.courier.messenger;
        let channel_id = messenger.open_dm(self.watch.asked.user_id).await?;
        let link = ping::message_link(&self.watch);
        let words: Vec<String> = self.words().chain(link).collect();
        if self.may_send(channel_id, None, &words).await? {
            let media = self.media(cargo);
            let message = self.once(ping::dm(&self.view(&media, form)), 'd');
            messenger
                .send(channel_id, &message, &cargo.uploads())
                .await?;
        }
        Ok(())
    }

    /// What every notification of this watch's task holds.
    fn words(&self) -> impl Iterator<Item = String> {
        std::iter::once(format!("`{}`", self.task.id))
    }

    /// Whether a notification is to be sent now. It is marked durably first; a
    /// mark older than Discord's memory for nonces means that an earlier try was
    /// cut off, and its message is looked for.
    async fn may_send(
        &self,
        channel_id: u64,
        reply_to: Option<u64>,
        words: &[String],
    ) -> Result<bool, DiscordError> {
        let trace = Trace {
            application_id: self.watch.asked.application_id,
            reply_to,
            words,
        };
        match self.watch.notifying_since {
            Some(since) if now().since(since) >= self.courier.nonce_memory => {
                let sent = self
                    .courier
                    .messenger
                    .has_sent(channel_id, since, trace)
                    .await?;
                Ok(!sent)
            }
            _ => match self.courier.store.mark_notifying(&self.watch, now()).await {
                Ok(true) => Ok(true),
                Ok(false) => Err(DiscordError::Unavailable("the claim was lost".into())),
                Err(error) => Err(DiscordError::Unavailable(error.to_string())),
            },
        }
    }

    /// The files of a finished task, as far as they can be had and fit.
    async fn fetch(&self, form: Form, limit: u64) -> Cargo {
        if !form.files || self.outcome != Some(Outcome::Completed) {
            return Cargo::default();
        }
        let snapshot = &self.task.snapshot;
        let (video, thumbnail) = tokio::join!(
            self.fetch_one(snapshot.video_url.as_deref(), MediaKind::Video, limit),
            self.fetch_one(snapshot.thumbnail_url.as_deref(), MediaKind::Image, limit),
        );
        Cargo { video, thumbnail }
    }

    async fn fetch_one(
        &self,
        url: Option<&str>,
        kind: MediaKind,
        limit: u64,
    ) -> Option<Arc<MediaFile>> {
        let task_id = &self.task.id;
        let fetched = self.courier.media.fetch(url?, kind, limit);
        match tokio::time::timeout(MEDIA_TIMEOUT, fetched).await {
            Ok(Ok(file)) => Some(file),
            Ok(Err(error)) => {
                tracing::warn!(%task_id, ?kind, %error, "media.not_attached");
                None
            }
            Err(_) => {
                tracing::warn!(%task_id, ?kind, "media.too_slow");
                None
            }
        }
    }

    fn media(&self, cargo: &Cargo) -> Media {
        let snapshot = &self.task.snapshot;
        let video = match (&cargo.video, &snapshot.video_url) {
            (Some(_), _) => Video::Attached,
            (None, Some(_)) => Video::Link { may_expire: true },
            (None, None) => Video::None,
        };
        let thumbnail = match (&cargo.thumbnail, &snapshot.thumbnail_url) {
            (Some(file), _) => Thumbnail::Attached(file.name.clone()),
            (None, Some(_)) => Thumbnail::Url,
            (None, None) => Thumbnail::None,
        };
        Media { video, thumbnail }
    }

    fn view<'v>(&'v self, media: &'v Media, form: Form) -> View<'v> {
        let hide = Hide {
            prompt: !form.texts,
            links: !form.links,
        };
        View {
            hide,
            ..self.extras.view(&self.watch, self.task, media)
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
        let next = delivery::after_refusal(error, route, form, reach, failures, jitter());
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
                self.courier
                    .settle(&self.watch, Some(now().plus(after)))
                    .await;
            }
            Next::Shed(_) | Next::Reroute(_) | Next::GiveUp => self.end().await,
        }
    }

    async fn end(&mut self) {
        self.watch.state = WatchState::Ended;
        if self.courier.settle(&self.watch, None).await {
            metrics::watch_ended(self.outcome.map_or("given_up", Outcome::name));
        }
    }
}
