//! The cleaner: removes what is not to be kept any longer, a little at a time, so
//! that nobody waits for the database because of it.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::clock::Clock;
use super::pulse::Pulse;
use super::supervise::supervise;
use crate::metrics::Loop;
use crate::store::{Removed, Store, StoreError};

/// How often the cleaner sweeps. A token is over a minute before Discord forgets it.
const INTERVAL: Duration = Duration::from_secs(60);

/// Most rows that one statement touches: a few milliseconds of the one writer
/// that SQLite has.
const BATCH: u32 = 200;

/// The pause between two batches.
const BREATH: Duration = Duration::from_millis(100);

/// How long a task is kept that the provider does not know, with its watches.
const UNKNOWN_KEPT: Duration = Duration::from_secs(24 * 3600);

/// The most ended watches that are kept of one person.
const KEPT_PER_PERSON: u32 = 500;

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
        let ago = |age| self.clock.now().minus(age);
        let old = || self.store.remove_old(ago(self.retention), BATCH);
        let unknown = self.retention.min(UNKNOWN_KEPT);
        let unknown = || self.store.remove_unknown(ago(unknown), BATCH);
        let beyond = || self.store.remove_beyond(KEPT_PER_PERSON, BATCH);
        let removed = [
            self.remove(BATCH, old).await?,
            self.remove(BATCH, unknown).await?,
            // One person at a time.
            self.remove(1, beyond).await?,
        ];
        let watches: u64 = removed.iter().map(|removed| removed.watches).sum();
        let tasks: u64 = removed.iter().map(|removed| removed.tasks).sum();
        if watches + tasks > 0 {
            tracing::info!(watches, tasks, "cleaner.removed");
        }
        // If somebody is reading just now, the next sweep does it.
        self.store.checkpoint().await?;
        Ok(())
    }

    /// Repeats a step until it removes less than `enough`.
    async fn remove<F: Future<Output = Result<Removed, StoreError>>>(
        &self,
        enough: u32,
        step: impl Fn() -> F,
    ) -> Result<Removed, StoreError> {
        let mut all = Removed::default();
        loop {
            let removed = step().await?;
            all.watches += removed.watches;
            all.tasks += removed.tasks;
            if removed.watches.max(removed.tasks) < u64::from(enough) {
                return Ok(all);
            }
            // After a long time without it there may be much to remove.
            self.pulse.beat();
            tokio::time::sleep(BREATH).await;
        }
    }
}
