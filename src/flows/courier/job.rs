//! A delivery in progress: the claimed watch, its task, and the parts that the steps share.

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

/// An error of a delivery's step, by the reaction that it asks for.
#[derive(Debug, Error)]
pub(super) enum DeliveryError {
    /// Discord refused. [`crate::domain::decide::refusal`] decides what follows.
    #[error(transparent)]
    Discord(#[from] DiscordError),
    /// The database failed or another process has the claim now. The delivery stops.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The parts that all deliveries share.
pub(super) struct Means {
    pub(super) clock: Clock,
    pub(super) store: Store,
    pub(super) messenger: Messenger,
    pub(super) fetcher: Arc<Fetcher>,
    /// Permits for the deliveries that wait for files.
    pub(super) waits: Semaphore,
    /// `ANNOUNCE_ROLE`.
    pub(super) announce_role: Option<u64>,
    /// How long the courier relies on Discord to recognise a nonce.
    pub(super) nonce_memory: Duration,
}

/// A delivery in progress of one claimed watch.
pub(super) struct Job<'a> {
    pub(super) means: &'a Means,
    pub(super) watch: Watch,
    pub(super) task: &'a Task,
    pub(super) outcome: Option<Outcome>,
    pub(super) extras: Extras,
    /// True if the message shows the video only as a link. Next to an embed Discord plays no
    /// linked video, so the notification repeats the link.
    pub(super) linked: bool,
    /// True if the video's link must be hidden, for example because it leads into a private
    /// network. No message shows it.
    pub(super) link_hidden: bool,
    /// When the step in progress began, for the metrics.
    pub(super) started: Instant,
    /// When the watch is due again, if it is settled and that is known.
    pub(super) due_at: Option<Timestamp>,
}

impl<'a> Job<'a> {
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

    pub(super) fn now(&self) -> Timestamp {
        self.means.clock.now()
    }

    /// Returns the people and places to notify of the end.
    pub(super) fn audience(&self) -> Audience {
        let others = !self.extras.subscribers.is_empty();
        Audience::of(&self.watch, self.task, others)
    }

    /// Returns the kind of this delivery, for the metrics.
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

    /// Adds a nonce to a message, so that Discord creates the message only once if it is sent
    /// again while Discord remembers the nonce.
    pub(super) fn once(&self, message: Message, kind: char) -> Message {
        Message {
            nonce: Some(self.nonce(kind)),
            enforce_nonce: true,
            ..message
        }
    }

    /// Returns the nonce of the watch's message of this kind. It contains the watch's id and
    /// is therefore unique, and it has at most 25 characters, as Discord requires.
    pub(super) fn nonce(&self, kind: char) -> String {
        format!("{kind}{}", self.watch.id.0)
    }

    /// Settles the watch. It is due again at `due_at` or when its task has news.
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
            // The task is polled once more, and parked after that.
            tracing::warn!(task_id = %self.task.id, %error, "task.not_parked");
        }
        Ok(())
    }

    /// Settles the watch, due again after a wait. If it `failed`, this counts towards the
    /// limit at which the courier gives up.
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

    /// Ends a watch that the courier can do nothing more for.
    pub(super) async fn give_up(&mut self, kind: &'static str) -> Result<(), StoreError> {
        metrics::delivery(kind, "gave_up", self.started.elapsed());
        self.end().await
    }
}

/// Returns the kind of a delivery with this outcome, for the metrics.
pub(super) fn kind(outcome: Option<Outcome>) -> &'static str {
    match outcome {
        None => "progress",
        Some(_) => "end",
    }
}
