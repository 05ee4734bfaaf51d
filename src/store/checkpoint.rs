//! Checkpoints of SQLite's WAL, on a connection of their own.
//!
//! By default whoever commits when the WAL has grown to 4 MiB moves it into the
//! database file and waits for two syncs meanwhile. With a connection of their own
//! checkpoints delay nobody but for the last few pages.

use std::time::Duration;

use sqlx::{AnyConnection, Connection as _, Row};

use super::database::{Backend, Sqlite, Store};
use super::error::StoreError;

/// How often the WAL is checkpointed at most.
const INTERVAL: Duration = Duration::from_secs(5);

/// The WAL is checkpointed after so many statements: each writes at most some ten
/// pages.
const STATEMENTS: u64 = 1000;

/// PASSIVE checkpoints most of the WAL without blocking anybody; RESTART then
/// checkpoints the rest while writers wait, so that the WAL begins anew in the same
/// place. A reader of an old state (a backup) is not waited for.
const RESTART: &str = "PRAGMA busy_timeout = 20; \
    PRAGMA wal_checkpoint(PASSIVE); PRAGMA wal_checkpoint(RESTART)";

/// TRUNCATE does what RESTART does, and shrinks the WAL file to zero bytes.
const TRUNCATE: &str = "PRAGMA busy_timeout = 20; \
    PRAGMA wal_checkpoint(PASSIVE); PRAGMA wal_checkpoint(TRUNCATE)";

impl Store {
    /// Keeps SQLite's WAL small. Never returns; on PostgreSQL there is nothing to do.
    pub async fn keep_wal_small(&self) {
        let Backend::Sqlite(sqlite) = &self.backend else {
            return std::future::pending().await;
        };
        let mut checkpointed_at = 0;
        loop {
            tokio::time::sleep(INTERVAL).await;
            let uses = sqlite.writing.lock().await.uses;
            if uses - checkpointed_at < STATEMENTS {
                continue;
            }
            match self.run_checkpoint(RESTART).await {
                Ok(true) => checkpointed_at = uses,
                Ok(false) => {}
                // SQLite does it itself once the WAL is large.
                Err(error) => tracing::warn!(%error, "store.checkpoint_failed"),
            }
        }
    }

    /// Checkpoints the whole WAL, so that what was removed or erased is in no file of
    /// the database any more: the WAL may hold it for days otherwise. Returns `false`
    /// if somebody reads from the WAL right now; then it is to be tried again.
    pub async fn checkpoint(&self) -> Result<bool, StoreError> {
        self.run_checkpoint(TRUNCATE).await
    }

    /// Runs a checkpoint and returns whether it is complete.
    async fn run_checkpoint(&self, statements: &'static str) -> Result<bool, StoreError> {
        let Backend::Sqlite(Sqlite { file, .. }) = &self.backend else {
            return Ok(true);
        };
        let mut connection = AnyConnection::connect(&format!("sqlite://{file}?mode=rw")).await?;
        let rows = sqlx::raw_sql(statements).fetch_all(&mut connection).await;
        connection.close().await?;
        let last = rows?.pop().map(|row| row.try_get::<i64, _>("busy"));
        Ok(last.transpose()? == Some(0))
    }
}
