//! A delivery in progress: the claimed watch, its task, and what both need.

use std::sync::Arc;
use std::time::{Duration, Instant};

use thiserror::Error;
use tokio::sync::Semaphore;

use crate::discord::messenger::Messenger;
use crate::domain::decide::attempt::Form;
use crate::domain::decide::end::Audience;
use crate::domain::discord::DiscordError;
use crate::domain::task::{Outcome, Task};
use crate::domain::time::Timestamp;
use crate::domain::watch::{Watch, WatchState};
use crate::flows::clock::Clock;
use crate::flows::view::Extras;
use crate::metrics;
use crate::provider::media::Fetcher;
use crate::render::body::Message;
use crate::render::view::{Hide, Media, View};
use crate::store::{Store, StoreError};

/// Why a step of a delivery was not taken, by what follows.
#[derive(Debug, Error)]
pub(super) enum DeliveryError {
    /// Discord refused: a decision says what comes next.
    #[error(transparent)]
    Discord(#[from] DiscordError),
    /// The delivery stops: another process has the watch now, or the lease runs out.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The means that every delivery works with.
pub(super) struct Means {
    pub(super) clock: Clock,
    pub(super) store: Store,
    pub(super) messenger: Messenger,
    pub(super) fetcher: Arc<Fetcher>,
    /// How many deliveries may wait for files at a time.
    pub(super) waits: Semaphore,
    /// `ANNOUNCE_ROLE`.
    pub(super) announce_role: Option<u64>,
    /// How long Discord recognises a nonce.
    pub(super) nonce_memory: Duration,
}

/// One delivery: a claimed watch's message is brought up to its task's revision, and
/// the last delivery also notifies whoever waited.
pub(super) struct Job<'a> {
    pub(super) means: &'a Means,
    pub(super) watch: Watch,
    pub(super) task: &'a Task,
    pub(super) outcome: Option<Outcome>,
    pub(super) extras: Extras,
    /// Whether the message shows the video by its link only. There the video does not
    /// play beside the embed; in a notification it does.
    pub(super) linked: bool,
    /// Whether the video's link leads where the bot does not go, into a private
    /// network for example: then it is shown to nobody, and not followed by a click.
    pub(super) link_hidden: bool,
    /// When the step in progress began, for the metrics.
    pub(super) started: Instant,
    /// When the watch is due again, once it is settled and that is known.
    pub(super) due_at: Option<Timestamp>,
}

impl<'a> Job<'a> {
    /// A job on a claimed watch.
    pub(super) fn new(means: &'a Means, watch: Watch, task: &'a Task, extras: Extras) -> Self {
        Self {
            means,
            outcome: watch.outcome(task),
            watch,
            task,
            extras,
            linked: false,
            link_hidden: false,
            started: Instant::now(),
            due_at: None,
        }
    }

    /// The present moment.
    pub(super) fn now(&self) -> Timestamp {
        self.means.clock.now()
    }

    /// Returns the people and places that are to hear of the end.
    pub(super) fn audience(&self) -> Audience {
        let others = !self.extras.subscribers.is_empty();
        Audience::of(&self.watch, self.task, others)
    }

    /// Names what is delivered, for the metrics.
    pub(super) fn kind(&self) -> &'static str {
        kind(self.outcome)
    }

    /// Returns the view of the message with these media in this form.
    pub(super) fn view<'v>(&'v self, media: &'v Media, form: Form) -> View<'v> {
        let hide = Hide {
            prompt: !form.texts,
            links: !form.links,
        };
        View {
            hide,
            ..self.extras.view(&self.watch, self.task, media, self.now())
        }
    }

    /// A message that Discord creates once, however often it is sent within its
    /// memory for nonces.
    pub(super) fn once(&self, message: Message, kind: char) -> Message {
        Message {
            nonce: Some(self.nonce(kind)),
            enforce_nonce: true,
            ..message
        }
    }

    /// At most 25 characters; an interaction's id is unique on all of Discord.
    pub(super) fn nonce(&self, kind: char) -> String {
        format!("{kind}{}", self.watch.id.0)
    }

    /// Settles the watch, due again at `due_at` or with news.
    pub(super) async fn settle(&mut self, due_at: Option<Timestamp>) -> Result<(), StoreError> {
        let settled = self
            .means
            .store
            .settle_watch(&self.watch, due_at, self.now());
        self.due_at = settled.await?;
        Ok(())
    }

    /// Settles the watch for good.
    pub(super) async fn end(&mut self) -> Result<(), StoreError> {
        self.watch.state = WatchState::Ended;
        self.watch.ended_as = self.outcome;
        self.settle(None).await?;
        metrics::watch_ended(self.outcome.map_or("given_up", Outcome::name));
        if self.task.outcome.is_none()
            && let Err(error) = self.means.store.park_task(&self.task.id).await
        {
            // The task is polled once more, and parked then.
            tracing::warn!(task_id = %self.task.id, %error, "task.not_parked");
        }
        Ok(())
    }

    /// Settles the watch to be tried again after a wait; `failed` counts towards the
    /// last resort.
    pub(super) async fn wait(
        &mut self,
        kind: &'static str,
        after: Duration,
        failed: bool,
    ) -> Result<(), StoreError> {
        metrics::delivery(kind, "put_off", self.started.elapsed());
        self.watch.failures += u32::from(failed);
        self.settle(Some(self.now().plus(after))).await
    }

    /// Ends a watch for which nothing more can be done.
    pub(super) async fn give_up(&mut self, kind: &'static str) -> Result<(), StoreError> {
        metrics::delivery(kind, "gave_up", self.started.elapsed());
        self.end().await
    }
}

/// Names a delivery with this outcome, for the metrics.
pub(super) fn kind(outcome: Option<Outcome>) -> &'static str {
    match outcome {
        None => "progress",
        Some(_) => "end",
    }
}
