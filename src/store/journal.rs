//! SQLite's journal (`-wal`): what is committed stands there first and is moved
//! into the database file later.
//!
//! By default whoever commits when it has grown to 4 MiB does that and waits for
//! two syncs meanwhile. Here a connection of its own does, so that nobody waits
//! but for the last few pages.

use std::path::PathBuf;
use std::time::Duration;

use sqlx::{AnyConnection, Connection as _, Executor};

use super::{Store, StoreError};

/// How often the journal's size is looked at.
const LOOK: Duration = Duration::from_secs(1);

/// From this size on it is moved, in bytes.
const LARGE: u64 = 4 * 1024 * 1024;

impl Store {
    /// Keeps the journal small. Never returns; there is nothing to do on
    /// PostgreSQL.
    pub async fn tend_journal(&self) {
        let Some(file) = &self.file else {
            return std::future::pending().await;
        };
        let journal = PathBuf::from(format!("{file}-wal"));
        loop {
            tokio::time::sleep(LOOK).await;
            let size = tokio::fs::metadata(&journal)
                .await
                .map_or(0, |held| held.len());
            if size < LARGE {
                continue;
            }
            if let Err(error) = self.flush().await {
                // SQLite does it itself once the journal is several times as large.
                tracing::warn!(%error, "store.journal_not_moved");
            }
        }
    }

    /// Sees to it that what was removed or erased is in no file of the database
    /// any more: SQLite's journal may hold it for days otherwise.
    ///
    /// # Errors
    /// [`StoreError`] if the database does not answer.
    pub async fn flush(&self) -> Result<(), StoreError> {
        let Some(file) = &self.file else {
            return Ok(());
        };
        let mut aside = AnyConnection::connect(&format!("sqlite://{file}?mode=rw")).await?;
        // The first moves what is there while others go on; the second, for which
        // they wait, only what was added meanwhile.
        let moved = aside
            .execute("PRAGMA wal_checkpoint(PASSIVE); PRAGMA wal_checkpoint(TRUNCATE)")
            .await;
        aside.close().await?;
        moved?;
        Ok(())
    }
}
