//! The keeper: takes up what a crash has left unrecorded, and removes what is not to
//! be kept any longer, a little at a time, so that nobody waits for the database
//! because of it.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::now;
use super::supervise::supervise;
use super::wakes::Wakes;
use super::worker::Pulse;
use crate::store::{Store, StoreError};

/// How often it looks. A token is over a minute before Discord forgets it.
const INTERVAL: Duration = Duration::from_secs(60);

/// Most rows that one statement touches: a few milliseconds of the one writer
/// that SQLite has.
const BATCH: u32 = 200;

/// The pause between two batches.
const BREATH: Duration = Duration::from_millis(100);

/// Takes up what is unrecorded, removes finished rows and erases tokens.
pub struct Keeper {
    /// Where they are.
    pub store: Store,
    /// Told of what is taken up.
    pub wakes: Arc<Wakes>,
    /// How long whoever acknowledges a command has for recording it.
    pub lease: Duration,
    /// `WATCH_TIMEOUT`: how long a task is watched.
    pub watch_timeout: Duration,
    /// `RETENTION`: how long finished rows are kept.
    pub retention: Duration,
    /// Told on each turn.
    pub pulse: Arc<Pulse>,
}

impl Keeper {
    /// Sweeps a lease after the start, and each minute from then on, until `shutdown`.
    pub async fn run(&self, shutdown: CancellationToken) {
        supervise("keeper", &shutdown, || self.turns(&shutdown)).await;
    }

    async fn turns(&self, shutdown: &CancellationToken) {
        // What a crash before this start left is old enough by then; what is younger
        // may be another process's, which is acknowledging it.
        self.pulse.beat();
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = tokio::time::sleep(self.lease) => {}
        }
        while !shutdown.is_cancelled() {
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = self.turn() => {}
            }
        }
    }

    async fn turn(&self) {
        self.pulse.beat();
        if let Err(error) = self.sweep().await {
            tracing::error!(%error, "keeper.store_failed");
        }
        tokio::time::sleep(INTERVAL).await;
    }

    /// Takes up what is unrecorded, removes and erases whatever is past its time now:
    /// a step for tests.
    ///
    /// # Errors
    /// [`StoreError`] if the database does not answer; the rest is for the next
    /// sweep.
    pub async fn sweep(&self) -> Result<(), StoreError> {
        self.take_up().await?;
        while self.store.erase_tokens(now(), BATCH).await? >= u64::from(BATCH) {
            tokio::time::sleep(BREATH).await;
        }
        let (mut watches, mut tasks) = (0, 0);
        loop {
            let before = now().minus(self.retention);
            let removed = self.store.remove_old(before, BATCH).await?;
            watches += removed.watches;
            tasks += removed.tasks;
            if removed.watches.max(removed.tasks) < u64::from(BATCH) {
                break;
            }
            // After a long time without it there may be much to remove.
            self.pulse.beat();
            tokio::time::sleep(BREATH).await;
        }
        if watches + tasks > 0 {
            tracing::info!(watches, tasks, "keeper.removed");
        }
        // If somebody is reading just now, the next sweep does it.
        self.store.flush().await?;
        Ok(())
    }

    /// Records what somebody asked for and did not record within the lease.
    async fn take_up(&self) -> Result<(), StoreError> {
        let before = now().minus(self.lease);
        loop {
            let taken_up = self
                .store
                .take_up(before, now(), self.watch_timeout, BATCH)
                .await?;
            if taken_up > 0 {
                tracing::info!(watches = taken_up, "keeper.taken_up");
                self.wakes.poller.wake();
                self.wakes.courier.wake();
            }
            if taken_up < u64::from(BATCH) {
                return Ok(());
            }
            self.pulse.beat();
        }
    }
}
