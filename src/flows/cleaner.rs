//! The cleaner. It removes expired rows in small batches, so that nobody waits long for the
//! database because of it.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::clock::Clock;
use super::pulse::Pulse;
use super::supervise::supervise;
use crate::metrics::Loop;
use crate::store::{Removed, Store, StoreError};

/// The time between two sweeps. The bot stops using a token a minute before Discord ends it,
/// so that a sweep can erase the token in time.
const INTERVAL: Duration = Duration::from_secs(60);

/// The most rows that one statement touches. A batch of this size blocks SQLite's only writer
/// for a few milliseconds.
const BATCH: u32 = 200;

/// The pause between two batches.
const BREATH: Duration = Duration::from_millis(100);

/// How long a task that the provider does not know is kept, together with its watches.
const UNKNOWN_KEPT: Duration = Duration::from_secs(24 * 3600);

/// The most ended watches that are kept for one person.
const KEPT_PER_PERSON: u32 = 500;

/// Removes expired rows and erases expired tokens.
pub struct Cleaner {
    pub clock: Clock,
    pub store: Store,
    /// `RETENTION`: how long finished rows are kept.
    pub retention: Duration,
    /// The time of the last turn, for the health check.
    pub pulse: Arc<Pulse>,
}

impl Cleaner {
    /// Sweeps at the start and every minute from then on, until `shutdown`.
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

    /// Removes and erases everything that has expired. Public for tests, which run one sweep.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails. The next sweep does the rest.
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
            // Each call removes watches of one person.
            self.remove(1, beyond).await?,
        ];
        let watches: u64 = removed.iter().map(|removed| removed.watches).sum();
        let tasks: u64 = removed.iter().map(|removed| removed.tasks).sum();
        if watches + tasks > 0 {
            tracing::info!(watches, tasks, "cleaner.removed");
        }
        // If a reader blocks the checkpoint, the next sweep does it.
        self.store.checkpoint().await?;
        Ok(())
    }

    /// Repeats a step until it removes fewer than `enough` rows.
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
            // A sweep with much to remove takes many batches; the loop is not stuck.
            self.pulse.beat();
            tokio::time::sleep(BREATH).await;
        }
    }
}
