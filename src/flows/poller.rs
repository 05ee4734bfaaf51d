//! The poller: provider to database.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::{Duration, Instant};

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};

use super::worker::Work;
use super::{Wakes, jitter, now};
use crate::domain::decide::poll;
use crate::domain::query::QueryError;
use crate::domain::schedule::Pace;
use crate::domain::task::{Phase, Snapshot, Task};
use crate::domain::time::Timestamp;
use crate::metrics;
use crate::provider::client::Client;
use crate::store::{Store, StoreError};

/// At most so many queries at a time.
const SLOTS: u32 = 64;

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
    type Item = Task;
    const NAME: &'static str = "poller";

    async fn claim(&self, limit: u32, lease: Duration) -> Result<Vec<Task>, StoreError> {
        self.store.claim_tasks(now(), lease, limit).await
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.store.next_poll_at().await
    }

    async fn perform(&self, task: Arc<Task>) {
        self.rate.until_ready().await;
        let started = Instant::now();
        let result = self.client.query(&task.id, now()).await;
        metrics::poll(name_of(&result), started.elapsed());
        log(&task, &result);
        let (at, jitter) = (now(), jitter());
        let decide = |task: &Task| poll::after_poll(task, result.clone(), at, &self.pace, jitter);
        match self.store.settle_poll(&task, at, decide).await {
            Ok(Some(settled)) => {
                if settled.revision > task.revision {
                    self.wakes.courier.notify_one();
                }
                if let Some(outcome) = settled.outcome {
                    tracing::info!(task_id = %task.id, ?outcome, "task.ended");
                }
            }
            Ok(None) => tracing::warn!(task_id = %task.id, "poll.claim_lost"),
            Err(error) => tracing::error!(task_id = %task.id, %error, "poll.not_recorded"),
        }
    }

    async fn hold(&self, task: Arc<Task>, until: Timestamp) -> Result<(), StoreError> {
        self.store.hold_task(&task, until).await
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
