//! The cleaner: removes what is not to be kept any longer, a little at a time, so
//! that nobody waits for the database because of it.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::clock::Clock;
use super::pulse::Pulse;
use super::supervise::supervise;
use crate::metrics::Loop;
use crate::store::{Store, StoreError};

/// How often the cleaner sweeps. A token is over a minute before Discord forgets it.
const INTERVAL: Duration = Duration::from_secs(60);

/// Most rows that one statement touches: a few milliseconds of the one writer
/// that SQLite has.
const BATCH: u32 = 200;

/// The pause between two batches.
const BREATH: Duration = Duration::from_millis(100);

/// Removes finished rows and erases tokens.
pub struct Cleaner {
    pub clock: Clock,
    pub store: Store,
    /// `RETENTION`: how long finished rows are kept.
    pub retention: Duration,
    /// Beaten on each turn.
    pub pulse: Arc<Pulse>,
}

impl Cleaner {
    /// Sweeps at the start and each minute from then on, until `shutdown`.
    pub async fn run(&self, shutdown: CancellationToken) {
        supervise(Loop::Cleaner, &shutdown, || self.turns(&shutdown)).await;
    }

    async fn turns(&self, shutdown: &CancellationToken) {
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
            tracing::error!(%error, "cleaner.store_failed");
        }
        tokio::time::sleep(INTERVAL).await;
    }

    /// Removes and erases whatever is past its time now: a step for tests.
    ///
    /// # Errors
    /// [`StoreError`] if the database does not answer; the rest is for the next
    /// sweep.
    pub async fn sweep(&self) -> Result<(), StoreError> {
        while self.store.erase_tokens(self.clock.now(), BATCH).await? >= u64::from(BATCH) {
            tokio::time::sleep(BREATH).await;
        }
        let (mut watches, mut tasks) = (0, 0);
        loop {
            let before = self.clock.now().minus(self.retention);
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
            tracing::info!(watches, tasks, "cleaner.removed");
        }
        // If somebody is reading just now, the next sweep does it.
        self.store.checkpoint().await?;
        Ok(())
    }
}
