//! SQLite's journal (`-wal`): what is committed stands there first and is moved
//! into the database file later.
//!
//! By default whoever commits when it has grown to 4 MiB does that and waits for
//! two syncs meanwhile. Here a connection of its own does, so that nobody waits
//! but for the last few pages.

use std::time::Duration;

use sqlx::{AnyConnection, Connection as _, Row};

use super::{Store, StoreError};

/// How often it is moved at most.
const EACH: Duration = Duration::from_secs(5);

/// It is moved after so many statements: each writes at most some ten pages.
const STATEMENTS: u64 = 1000;

/// What is there is moved while others go on, and then, for which they wait, what
/// was added meanwhile, so that the journal begins anew in the same place. Where
/// somebody reads the old state (a backup), that is not waited for.
const MOVE: &str = "PRAGMA busy_timeout = 20; \
    PRAGMA wal_checkpoint(PASSIVE); PRAGMA wal_checkpoint(RESTART)";

/// Likewise, but it takes no place any more.
const EMPTY: &str = "PRAGMA busy_timeout = 20; \
    PRAGMA wal_checkpoint(PASSIVE); PRAGMA wal_checkpoint(TRUNCATE)";

impl Store {
    /// Keeps the journal small. Never returns; there is nothing to do on
    /// PostgreSQL.
    pub async fn tend_journal(&self) {
        if self.file.is_none() {
            return std::future::pending().await;
        }
        let mut moved_at = 0;
        loop {
            tokio::time::sleep(EACH).await;
            let uses = self.connections.uses();
            if uses - moved_at < STATEMENTS {
                continue;
            }
            match self.aside(MOVE).await {
                Ok(true) => moved_at = uses,
                Ok(false) => {}
                // SQLite does it itself once the journal is large.
                Err(error) => tracing::warn!(%error, "store.journal_not_moved"),
            }
        }
    }

    /// Sees to it that what was removed or erased is in no file of the database
    /// any more: SQLite's journal may hold it for days otherwise. Returns `false`
    /// if somebody reads from the journal right now; then it is to be tried again.
    ///
    /// # Errors
    /// [`StoreError`] if the database does not answer.
    pub async fn flush(&self) -> Result<bool, StoreError> {
        self.aside(EMPTY).await
    }

    /// Moves the journal on a connection beside the others'; whether it is done.
    async fn aside(&self, statements: &'static str) -> Result<bool, StoreError> {
        let Some(file) = &self.file else {
            return Ok(true);
        };
        let mut aside = AnyConnection::connect(&format!("sqlite://{file}?mode=rw")).await?;
        let rows = sqlx::raw_sql(statements).fetch_all(&mut aside).await;
        aside.close().await?;
        let last = rows?.pop().map(|row| row.try_get::<i64, _>("busy"));
        Ok(last.transpose()? == Some(0))
    }
}
