//! The step that makes a watch live: its task is recorded and polled from then on.

use std::sync::Arc;
use std::time::Duration;

use super::clock::Clock;
use super::inbox::{Delivery, First, Inboxes, Poll};
use crate::domain::watch::Watch;
use crate::store::{Started, Store, StoreError};

/// Makes asked watches live. The intake uses it at once after the acknowledgement, and the
/// courier uses it for watches that a crash left in state `asked`.
#[derive(Clone)]
pub struct Starter {
    pub clock: Clock,
    pub store: Store,
    pub inboxes: Arc<Inboxes>,
    /// The duration of a claim's lease.
    pub lease: Duration,
    /// `WATCH_TIMEOUT`: how long a task is watched.
    pub watch_timeout: Duration,
}

impl Starter {
    /// Starts a watch that was just recorded. If its task already has an answer, the watch is
    /// handed to the courier.
    ///
    /// # Errors
    /// Fails as [`Self::start`] does.
    pub async fn begin(&self, watch: &Watch) -> Result<(), StoreError> {
        let Some(delivery) = self.start(watch).await? else {
            return Ok(());
        };
        let courier = &self.inboxes.courier;
        if let Err(Delivery { watch, .. }) = courier.hand(delivery, self.clock.now()) {
            self.store.release_watch(&watch, self.clock.now()).await?;
            courier.wake();
        }
        Ok(())
    }

    /// Makes a claimed watch in state `asked` live.
    ///
    /// If nobody else watches its task, the first poll is handed to the poller together with
    /// the watch, and `None` is returned. If the requester already has a first poll in
    /// progress or the poller's inbox is full, the task and the watch are released instead
    /// and are due at once. If somebody else watches the task, the delivery is returned and
    /// the caller goes on with it. `None` also means that somebody else has started the
    /// watch, or that it was dropped.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails. The caller need not try again: the lease runs
    /// out, and the courier starts the watch.
    pub async fn start(&self, claimed: &Watch) -> Result<Option<Delivery>, StoreError> {
        let at = self.clock.now();
        let started = self
            .store
            .start(claimed, at, self.lease, self.watch_timeout)
            .await?;
        let Some(started) = started else {
            return Ok(None);
        };
        let Started {
            watch,
            task,
            first_poll,
        } = started;
        tracing::info!(
            watch_id = watch.id.0,
            task_id = %task.id,
            guild_id = watch.asked.guild_id,
            "watch.started"
        );
        if !first_poll {
            return Ok(Some(Delivery {
                watch,
                task: Some(task),
            }));
        }
        let handed = match self.inboxes.turn(watch.asked.user_id) {
            Some(turn) => {
                let first = First {
                    watch: watch.clone(),
                    _turn: turn,
                };
                let poll = Poll {
                    task: task.clone(),
                    first: Some(first),
                };
                self.inboxes.poller.hand(poll, at).is_ok()
            }
            None => false,
        };
        if !handed {
            self.store.release_task(&task, self.clock.now()).await?;
            self.inboxes.poller.wake();
            self.store.release_watch(&watch, self.clock.now()).await?;
        }
        Ok(None)
    }
}
