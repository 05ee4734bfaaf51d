//! The poller: provider to database.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::{Duration, Instant};

use governor::DefaultDirectRateLimiter;
use tokio::sync::Mutex;

use super::chance::jitter;
use super::clock::Clock;
use super::inbox::{Delivery, First, Inboxes, Poll};
use super::lane::Lane;
use super::sharing::Sharing;
use super::worker::Work;
use crate::domain::decide::poll::after_poll;
use crate::domain::query::{Nonsense, QueryError};
use crate::domain::state::State;
use crate::domain::task::{Phase, Snapshot, Task};
use crate::domain::time::Timestamp;
use crate::domain::watch::Watch;
use crate::metrics::{self, Loop};
use crate::provider::client::Client;
use crate::store::{Store, StoreError};

/// So many queries at a time for each of a second: as many as there can be if every one
/// hangs until its time is over.
const SLOTS_OF_RATE: u32 = 10;

/// At least and at most so many queries at a time.
const SLOTS: (u32, u32) = (16, 256);

/// How long a task waits that finds its lane full.
const LANE_PAUSE: Duration = Duration::from_secs(2);

/// Asks the provider for tasks that are due.
pub struct Poller {
    pub clock: Clock,
    pub store: Store,
    pub client: Arc<Client>,
    pub inboxes: Arc<Inboxes>,
    pub sharing: Sharing,
    /// `POLL_RATE`. The lock is a queue: the limiter alone lets anybody go who asks at the
    /// right moment, so that one of many tasks could wait for ever.
    pub rate: Mutex<DefaultDirectRateLimiter>,
    /// Where polls that nobody waits for queue up first: a first poll passes them.
    pub repeated: Mutex<()>,
    /// Where tasks go on whose last query hung.
    pub lane: Lane,
}

impl Poller {
    /// How many queries there may be at a time. What waits for its turn takes a slot, too,
    /// so that queries that hang must not need them all.
    #[must_use]
    pub fn slots(rate: NonZeroU32) -> u32 {
        let slots = rate.get().saturating_mul(SLOTS_OF_RATE);
        slots.clamp(SLOTS.0, SLOTS.1)
    }
}

impl Work for Poller {
    type Item = Poll;
    const LOOP: Loop = Loop::Poller;

    async fn claim(&self, limit: u32, lease: Duration) -> Result<Vec<Poll>, StoreError> {
        let tasks = self
            .store
            .claim_tasks(self.clock.now(), lease, limit)
            .await?;
        let due = |task| Poll { task, first: None };
        Ok(tasks.into_iter().map(due).collect())
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.store.next_poll_at().await
    }

    async fn perform(&self, poll: Arc<Poll>) -> Option<Timestamp> {
        let task = &poll.task;
        let place = self.lane.enter(&task.id);
        // Nobody waits for the answer of a repeated poll.
        if place.is_none() && poll.first.is_none() {
            return self.put_off(task).await;
        }
        let repeated = match poll.first {
            Some(_) => None,
            None => Some(self.repeated.lock().await),
        };
        self.rate.lock().await.until_ready().await;
        drop(repeated);
        let started = Instant::now();
        let result = self
            .client
            .query(&task.id, task.known, self.clock.now())
            .await;
        drop(place);
        self.lane.note(&task.id, &result);
        metrics::poll(name_of(&result), started.elapsed());
        log(task, &result);
        if self.client.has_recovered() {
            self.resume().await;
        }
        self.settle(&poll, result).await
    }

    async fn settle_broken(&self, poll: Arc<Poll>) {
        let cause = "the poll panicked".into();
        self.settle(&poll, Err(QueryError::Unavailable { cause }))
            .await;
    }

    async fn renew(&self, poll: Arc<Poll>, until: Timestamp) -> Result<(), StoreError> {
        self.store.renew_task(&poll.task, until).await?;
        match &poll.first {
            Some(first) => self.store.renew_watch(&first.watch, until).await,
            None => Ok(()),
        }
    }

    async fn release(&self, poll: Arc<Poll>) -> Result<(), StoreError> {
        self.store
            .release_task(&poll.task, self.clock.now())
            .await?;
        match &poll.first {
            Some(first) => {
                let now = self.clock.now();
                self.store.release_watch(&first.watch, now).await
            }
            None => Ok(()),
        }
    }
}

impl Poller {
    /// Puts off a task that hangs while others like it take their whole lane.
    async fn put_off(&self, task: &Task) -> Option<Timestamp> {
        let until = self.clock.now().plus(LANE_PAUSE);
        match self.store.release_task(task, until).await {
            Ok(()) => Some(until),
            // Its lease runs out.
            Err(error) => {
                tracing::error!(task_id = %task.id, %error, "poll.not_put_off");
                None
            }
        }
    }

    /// Makes what was put off during an outage due: the rate spreads the polls.
    async fn resume(&self) {
        match self.store.resume_tasks(self.clock.now()).await {
            Ok(tasks) => {
                tracing::info!(tasks, "poll.resumed");
                self.inboxes.poller.wake();
            }
            // They are due as they were put off.
            Err(error) => tracing::error!(%error, "poll.not_resumed"),
        }
    }

    /// Records what a poll came to and returns when the task is due again.
    async fn settle(&self, poll: &Poll, result: Result<Snapshot, QueryError>) -> Option<Timestamp> {
        let task = &poll.task;
        let (at, jitter) = (self.clock.now(), jitter());
        let pace = self.sharing.pace_of(&task.id, at).await;
        let decide = |task: &Task| after_poll(task, result.clone(), at, &pace, jitter);
        let settled = match self.store.settle_task(task, at, decide).await {
            Ok(settled) => settled,
            Err(StoreError::ClaimLost) => {
                tracing::warn!(task_id = %task.id, "poll.claim_lost");
                // Whoever has the claim now brings the answer.
                if let Some(first) = &poll.first {
                    self.release_first(&first.watch).await;
                }
                return None;
            }
            // The leases run out by themselves: another poll follows.
            Err(error) => {
                tracing::error!(task_id = %task.id, %error, "poll.not_settled");
                return None;
            }
        };
        if let Some(outcome) = settled.task.outcome {
            tracing::info!(task_id = %task.id, ?outcome, "task.ended");
            let snapshot = &settled.task.snapshot;
            let no_video = State::of(&settled.task, Some(outcome)) == State::NoVideo;
            if no_video && snapshot.no_link.is_some() {
                tracing::info!(task_id = %task.id, error = snapshot.error, "task.filtered");
            } else if no_video {
                let status = snapshot.status.as_deref();
                tracing::warn!(
                    task_id = %task.id,
                    status,
                    hint = "the reply names no usable link: see `videostatus query --raw`",
                    "task.no_video"
                );
            }
        }
        if settled.told > 0 {
            self.inboxes.courier.wake();
        }
        if let Some(First { watch, .. }) = &poll.first {
            let delivery = Delivery {
                watch: watch.clone(),
                task: Some(settled.task),
            };
            // The lease is as old as this poll may be long; the courier renews it.
            if self
                .inboxes
                .courier
                .hand(delivery, watch.created_at)
                .is_err()
            {
                self.release_first(watch).await;
            }
        }
        settled.next_poll_at
    }

    /// Releases the watch that waited for the first answer: its message is due.
    async fn release_first(&self, watch: &Watch) {
        match self.store.release_watch(watch, self.clock.now()).await {
            Ok(()) => self.inboxes.courier.wake(),
            // Its lease runs out.
            Err(error) => {
                tracing::error!(watch_id = watch.id.0, %error, "poll.watch_not_released");
            }
        }
    }
}

/// What a poll came to, for the metrics.
fn name_of(result: &Result<Snapshot, QueryError>) -> &'static str {
    match result {
        Ok(snapshot) => match snapshot.phase {
            Phase::Waiting => "waiting",
            Phase::Running => "running",
            Phase::Completed => "completed",
            Phase::Failed => "failed",
        },
        Err(QueryError::NotFound { .. }) => "not_found",
        Err(QueryError::Denied { .. }) => "denied",
        Err(QueryError::RateLimited { .. }) => "rate_limited",
        Err(QueryError::Unavailable { .. } | QueryError::NoAnswer { .. }) => "unavailable",
        Err(QueryError::Invalid { .. }) => "invalid",
    }
}

fn log(task: &Task, result: &Result<Snapshot, QueryError>) {
    match result {
        Ok(snapshot) => {
            tracing::debug!(task_id = %task.id, phase = ?snapshot.phase, "poll.answered")
        }
        // A provider that is down for all tasks would fill the log.
        Err(
            QueryError::Unavailable { .. }
            | QueryError::NoAnswer { .. }
            | QueryError::RateLimited { .. },
        ) if task.failures > 0 => {}
        // The client has said so, once for all tasks.
        Err(QueryError::Invalid {
            what: Nonsense::WrongPath,
            ..
        }) => {}
        Err(error) => tracing::warn!(task_id = %task.id, %error, "poll.failed"),
    }
}
