//! The poller. It asks the gateways about due tasks and records their snapshots.

mod report;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::chance::jitter;
use super::clock::Clock;
use super::inbox::{Delivery, First, Inboxes, Poll};
use super::queue::Queue;
use super::sharing::Sharing;
use super::worker::Work;
use crate::domain::decide::poll::after_poll;
use crate::domain::query::QueryError;
use crate::domain::schedule::Pace;
use crate::domain::task::{Snapshot, Task};
use crate::domain::time::Timestamp;
use crate::domain::watch::Watch;
use crate::metrics::{self, Loop};
use crate::provider::gateways::{Gateways, VideoGateway};
use crate::store::{Store, StoreError};

/// Polls the tasks that are due.
pub struct Poller {
    pub clock: Clock,
    pub store: Store,
    pub gateways: Gateways,
    /// The queue of each gateway, by the gateway's name.
    pub queues: HashMap<String, Queue>,
    /// The shares of each gateway's polls, by the gateway's name.
    pub sharing: HashMap<String, Sharing>,
    pub inboxes: Arc<Inboxes>,
    /// `POLL_MIN` and `POLL_MAX`.
    pub pace: Pace,
}

/// The combined answer of a task's gateways.
struct Answer {
    /// The name of the gateway that has shown the task in this poll or an earlier one.
    gateway: Option<String>,
    result: Result<Snapshot, QueryError>,
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
        match self.ask(&poll).await {
            Ok(answer) => {
                report::answer(&poll.task, answer.gateway.as_deref(), &answer.result);
                self.settle(&poll, answer).await
            }
            Err(wait) => self.postpone(&poll, wait).await,
        }
    }

    async fn settle_broken(&self, poll: Arc<Poll>) {
        let cause = "the poll panicked".into();
        let answer = Answer {
            gateway: poll.task.gateway.clone(),
            result: Err(QueryError::Unavailable { cause }),
        };
        self.settle(&poll, answer).await;
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
    /// Asks the task's gateways one after the other until one knows the task.
    ///
    /// # Errors
    /// Returns how long to release the task for, because a gateway's queue has no room.
    async fn ask(&self, poll: &Poll) -> Result<Answer, Duration> {
        let task = &poll.task;
        let mut refusal = QueryError::Unserved;
        for gateway in self.gateways.candidates(task) {
            match self.query(gateway, poll).await? {
                Ok(snapshot) => {
                    return Ok(Answer {
                        gateway: Some(gateway.name.clone()),
                        result: Ok(snapshot),
                    });
                }
                Err(error) => refusal = refusal.and(error),
            }
        }
        Ok(Answer {
            gateway: task.gateway.clone(),
            result: Err(self.gateways.combined_error(task, refusal)),
        })
    }

    /// Waits for the task's turn in a gateway's queue, and queries the gateway. Fails as
    /// [`Self::ask`] does.
    async fn query(
        &self,
        gateway: &VideoGateway,
        poll: &Poll,
    ) -> Result<Result<Snapshot, QueryError>, Duration> {
        let task = &poll.task;
        // Each gateway has a queue.
        let queue = &self.queues[&gateway.name];
        let place = queue.turn(&task.id, poll.first.is_some()).await?;
        let started = Instant::now();
        let result = gateway.query(task, self.clock.now()).await;
        drop(place);
        queue.note(&task.id, &result);
        metrics::poll(&gateway.name, report::name(&result), started.elapsed());
        if gateway.client.has_recovered() {
            self.resume(&gateway.name).await;
        }
        Ok(result)
    }

    /// Releases a task until after `wait`, because a queue or the lane for tasks that hang
    /// has no room. Returns when the task is due again.
    async fn postpone(&self, poll: &Poll, wait: Duration) -> Option<Timestamp> {
        let task = &poll.task;
        if let Some(first) = &poll.first {
            self.release_first(&first.watch).await;
        }
        let until = self.clock.now().plus(wait);
        match self.store.release_task(task, until).await {
            Ok(()) => Some(until),
            // The task's lease runs out.
            Err(error) => {
                tracing::error!(task_id = %task.id, %error, "poll.not_put_off");
                None
            }
        }
    }

    /// Makes the tasks that were postponed during a gateway's outage due now. The gateway's
    /// rate spreads their polls.
    async fn resume(&self, gateway: &str) {
        match self.store.resume_tasks(self.clock.now(), gateway).await {
            Ok(tasks) => {
                tracing::info!(gateway, tasks, "poll.resumed");
                self.inboxes.poller.wake();
            }
            // The tasks stay due at the times to which they were postponed.
            Err(error) => tracing::error!(%error, "poll.not_resumed"),
        }
    }

    /// Records the answer of a poll and returns when the task is due again.
    async fn settle(&self, poll: &Poll, answer: Answer) -> Option<Timestamp> {
        let task = &poll.task;
        let (at, jitter) = (self.clock.now(), jitter());
        let asked = answer
            .gateway
            .as_deref()
            .and_then(|name| self.gateways.named(name));
        let asked = asked.or_else(|| self.gateways.fitting(&task.id).first().copied());
        let pace = match asked.map(|gateway| &self.sharing[&gateway.name]) {
            Some(sharing) => sharing.pace_of(&task.id, at).await,
            None => self.pace,
        };
        let decide = |task: &Task| {
            let mut polled = after_poll(task, answer.result.clone(), at, &pace, jitter);
            polled.task.gateway.clone_from(&answer.gateway);
            polled
        };
        let settled = match self.store.settle_task(task, at, decide).await {
            Ok(settled) => settled,
            Err(StoreError::ClaimLost) => {
                tracing::warn!(task_id = %task.id, "poll.claim_lost");
                // The poll that has the claim now brings the answer.
                if let Some(first) = &poll.first {
                    self.release_first(&first.watch).await;
                }
                return None;
            }
            // The leases run out, and another poll follows.
            Err(error) => {
                tracing::error!(task_id = %task.id, %error, "poll.not_settled");
                return None;
            }
        };
        report::end(&settled.task);
        // `told` includes the watch that waits for the first answer, which is handed over
        // below.
        if settled.told > u64::from(poll.first.is_some()) {
            self.inboxes.courier.wake();
        }
        if let Some(First { watch, .. }) = &poll.first {
            let delivery = Delivery {
                watch: watch.clone(),
                task: Some(settled.task),
            };
            // The lease began then or later, so the courier renews it early enough.
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

    /// Releases the watch that waited for the first answer, so that it is due now.
    async fn release_first(&self, watch: &Watch) {
        match self.store.release_watch(watch, self.clock.now()).await {
            Ok(()) => self.inboxes.courier.wake(),
            // The watch's lease runs out.
            Err(error) => {
                tracing::error!(watch_id = watch.id.0, %error, "poll.watch_not_released");
            }
        }
    }
}
