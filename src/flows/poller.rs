//! The poller: provider to database.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::{Duration, Instant};

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};

use super::wakes::Wakes;
use super::worker::Work;
use super::{jitter, now};
use crate::domain::decide::poll::after_poll;
use crate::domain::query::QueryError;
use crate::domain::schedule::Pace;
use crate::domain::task::{Phase, Snapshot, Task};
use crate::domain::time::Timestamp;
use crate::domain::watch::Watch;
use crate::metrics;
use crate::provider::client::Client;
use crate::store::{Store, StoreError};

/// At most so many queries at a time.
const SLOTS: u32 = 64;

/// A poll that is due.
#[derive(Clone, Debug)]
pub struct Poll {
    /// The claimed task.
    pub task: Task,
    /// The claimed watch that is waiting for its first answer, if one is: it goes
    /// on to the courier with that.
    pub first: Option<Watch>,
}

/// Asks the provider for tasks that are due.
pub struct Poller {
    store: Store,
    client: Arc<Client>,
    wakes: Arc<Wakes>,
    pace: Pace,
    rate: DefaultDirectRateLimiter,
}

impl Poller {
    /// A poller that asks at most `rate` times a second.
    #[must_use]
    pub fn new(
        store: Store,
        client: Arc<Client>,
        wakes: Arc<Wakes>,
        pace: Pace,
        rate: NonZeroU32,
    ) -> Self {
        let rate = RateLimiter::direct(Quota::per_second(rate));
        Self {
            store,
            client,
            wakes,
            pace,
            rate,
        }
    }

    /// How many tasks to claim at a time, so that each gets its turn under the
    /// rate well within its lease.
    #[must_use]
    pub fn slots(rate: NonZeroU32) -> u32 {
        rate.get().saturating_mul(2).clamp(2, SLOTS)
    }
}

impl Work for Poller {
    type Item = Poll;
    const NAME: &'static str = "poller";

    async fn claim(&self, limit: u32, lease: Duration) -> Result<Vec<Poll>, StoreError> {
        let tasks = self.store.claim_tasks(now(), lease, limit).await?;
        let due = |task| Poll { task, first: None };
        Ok(tasks.into_iter().map(due).collect())
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.store.next_poll_at().await
    }

    async fn perform(&self, poll: Arc<Poll>) -> Option<Timestamp> {
        let task = &poll.task;
        self.rate.until_ready().await;
        let started = Instant::now();
        let result = self.client.query(&task.id, now()).await;
        metrics::poll(name_of(&result), started.elapsed());
        log(task, &result);
        self.settle(&poll, result).await
    }

    async fn broken(&self, poll: Arc<Poll>) {
        let cause = "the poll was broken off".into();
        self.settle(&poll, Err(QueryError::Unavailable { cause }))
            .await;
    }

    async fn hold(&self, poll: Arc<Poll>, until: Timestamp) -> Result<(), StoreError> {
        self.store.hold_task(&poll.task, until).await?;
        match &poll.first {
            Some(watch) => self.store.hold_watch(watch, until).await,
            None => Ok(()),
        }
    }
}

impl Poller {
    /// Records what a poll came to; returns when the task is due again.
    async fn settle(&self, poll: &Poll, result: Result<Snapshot, QueryError>) -> Option<Timestamp> {
        let task = &poll.task;
        let (at, jitter) = (now(), jitter());
        let decide = |task: &Task| after_poll(task, result.clone(), at, &self.pace, jitter);
        match self.store.settle_poll(task, at, decide).await {
            Ok(Some(settled)) => {
                if let Some(outcome) = settled.task.outcome {
                    tracing::info!(task_id = %task.id, ?outcome, "task.ended");
                }
                if settled.behind > 0 {
                    self.wakes.courier.wake();
                }
                if let Some(watch) = &poll.first {
                    self.hand_on(watch, settled.task).await;
                }
                settled.next_poll_at
            }
            Ok(None) => {
                tracing::warn!(task_id = %task.id, "poll.claim_lost");
                // Whoever has the claim now brings the answer.
                if let Some(watch) = &poll.first {
                    self.give_back(watch).await;
                }
                None
            }
            Err(error) => {
                tracing::error!(task_id = %task.id, %error, "poll.not_recorded");
                None
            }
        }
    }

    /// The first answer is there: the courier goes on with whoever waits for it.
    async fn hand_on(&self, watch: &Watch, task: Task) {
        let row = (watch.clone(), task);
        if self.wakes.courier.hand(row, watch.created_at).is_err() {
            self.give_back(watch).await;
        }
    }

    /// The watch's message is due once its task has news, which may be now.
    async fn give_back(&self, watch: &Watch) {
        match self.store.settle_watch(watch, None, now()).await {
            Ok(_) => self.wakes.courier.wake(),
            // Its lease runs out.
            Err(error) => {
                tracing::error!(watch_id = watch.id.0, %error, "poll.watch_not_given_back");
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
        Err(QueryError::Unavailable { .. }) => "unavailable",
        Err(QueryError::Invalid { .. }) => "invalid",
    }
}

fn log(task: &Task, result: &Result<Snapshot, QueryError>) {
    match result {
        Ok(snapshot) => {
            tracing::debug!(task_id = %task.id, phase = ?snapshot.phase, "poll.answered")
        }
        // A provider that is down for all tasks would fill the log.
        Err(QueryError::Unavailable { .. } | QueryError::RateLimited { .. })
            if task.failures > 0 => {}
        Err(error) => tracing::warn!(task_id = %task.id, %error, "poll.failed"),
    }
}
