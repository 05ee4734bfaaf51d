//! SQLite's journal (`-wal`): what is committed stands there first and is moved
//! into the database file later.
//!
//! By default whoever commits when it has grown to 4 MiB does that and waits for
//! two syncs meanwhile. Here a connection of its own does, so that nobody waits
//! but for the last few pages.

use std::time::Duration;

use sqlx::{AnyConnection, Connection as _, Executor};

use super::{Store, StoreError};

/// How often it is moved at most.
const EACH: Duration = Duration::from_secs(5);

/// It is moved after so many statements: each writes at most some ten pages.
const STATEMENTS: u64 = 1000;

/// The first moves what is there while others go on; the second, for which they
/// wait, only what was added meanwhile, so that it begins anew in the same place.
const MOVE: &str = "PRAGMA wal_checkpoint(PASSIVE); PRAGMA wal_checkpoint(RESTART)";

/// Likewise, but it takes no place any more.
const EMPTY: &str = "PRAGMA wal_checkpoint(PASSIVE); PRAGMA wal_checkpoint(TRUNCATE)";

impl Store {
    /// Keeps the journal small. Never returns; there is nothing to do on
    /// PostgreSQL.
    pub async fn tend_journal(&self) {
        let mut moved_at = 0;
        loop {
            tokio::time::sleep(EACH).await;
            let uses = self.connections.uses();
            if uses - moved_at < STATEMENTS {
                continue;
            }
            match self.aside(MOVE).await {
                Ok(()) => moved_at = uses,
                // SQLite does it itself once the journal is large.
                Err(error) => tracing::warn!(%error, "store.journal_not_moved"),
            }
        }
    }

    /// Sees to it that what was removed or erased is in no file of the database
    /// any more: SQLite's journal may hold it for days otherwise.
    ///
    /// # Errors
    /// [`StoreError`] if the database does not answer.
    pub async fn flush(&self) -> Result<(), StoreError> {
        self.aside(EMPTY).await
    }

    /// Performs a statement beside the others.
    async fn aside(&self, statement: &'static str) -> Result<(), StoreError> {
        let Some(file) = &self.file else {
            return Ok(());
        };
        let mut aside = AnyConnection::connect(&format!("sqlite://{file}?mode=rw")).await?;
        let done = aside.execute(statement).await;
        aside.close().await?;
        done?;
        Ok(())
    }
}
