//! The second step of a watch's life: it goes live, and its task is polled.

use std::sync::Arc;
use std::time::Duration;

use super::clock::Clock;
use super::inbox::{Delivery, First, Inboxes, Poll};
use crate::domain::watch::Watch;
use crate::store::{Started, Store, StoreError};

/// Makes asked watches live: for the intake at once, and for the courier where a
/// crash came in between.
#[derive(Clone)]
pub struct Starter {
    pub clock: Clock,
    pub store: Store,
    pub inboxes: Arc<Inboxes>,
    /// How long a claim lasts.
    pub lease: Duration,
    /// `WATCH_TIMEOUT`: how long a task is watched.
    pub watch_timeout: Duration,
}

impl Starter {
    /// Starts a watch that was asked for just now, and hands it to the courier if its task
    /// was answered before.
    ///
    /// # Errors
    /// As of [`Self::start`].
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

    /// Makes a claimed, asked watch live. If nobody else watches its task, the first
    /// poll is handed to the poller together with the watch, or is due where the person
    /// already has one that passes all others. Else the delivery is returned, for the
    /// caller to go on with. `None` also says that somebody else has started the watch, or
    /// that it was dropped.
    ///
    /// # Errors
    /// [`StoreError`] if the database does not answer: then the lease runs out, and
    /// the courier starts the watch.
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
