//! Checkpoints of SQLite's WAL, on a connection of their own.
//!
//! By default SQLite checkpoints within the commit that grows the WAL past 1,000 pages,
//! and that commit waits for two syncs. On a connection of their own, checkpoints delay
//! other statements only for the last few pages.

use std::time::Duration;

use sqlx::{AnyConnection, Connection as _, Row};

use super::database::{Backend, Sqlite, Store};
use super::error::StoreError;
use super::file;

/// The shortest time between two checkpoints.
const INTERVAL: Duration = Duration::from_secs(5);

/// The number of statements after which the WAL is checkpointed. Each writes about ten
/// pages at most.
const STATEMENTS: u64 = 1000;

/// PASSIVE checkpoints most of the WAL without blocking anybody; RESTART then
/// checkpoints the rest while writers wait, so that the next write starts at the WAL's
/// beginning. It waits 20 ms at most for a reader of an old state, such as a backup.
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
                // SQLite checkpoints by itself at 32,000 pages.
                Err(error) => tracing::warn!(%error, "store.checkpoint_failed"),
            }
        }
    }

    /// Checkpoints the whole WAL, so that removed and erased data is in no file of the
    /// database any more; otherwise the WAL may hold it for days. Returns `false` if a
    /// reader of the WAL was in the way; the caller has to try again then.
    pub async fn checkpoint(&self) -> Result<bool, StoreError> {
        self.run_checkpoint(TRUNCATE).await
    }

    /// Runs a checkpoint and returns whether it checkpointed the whole WAL.
    async fn run_checkpoint(&self, statements: &'static str) -> Result<bool, StoreError> {
        let Backend::Sqlite(Sqlite { file, .. }) = &self.backend else {
            return Ok(true);
        };
        let mut connection = AnyConnection::connect_with(&file::options(file, "mode=rw")?).await?;
        let rows = sqlx::raw_sql(statements).fetch_all(&mut connection).await;
        connection.close().await?;
        let last = rows?.pop().map(|row| row.try_get::<i64, _>("busy"));
        Ok(last.transpose()? == Some(0))
    }
}
