//! Floor 2: everything that outlives the process, in SQLite or PostgreSQL.
//!
//! One [`Store`] for both (sqlx's `Any` driver); what they must be told
//! differently is in `dialect`. No transaction is ever open across a network
//! call: a row is claimed by moving its due time to the end of a lease, and
//! settled under the attempt number that claimed it, so a process that lost its
//! lease can record nothing.

mod adding;
mod asking;
mod backup;
mod connection;
mod dialect;
mod durations;
mod journal;
mod keep;
mod load;
mod people;
#[cfg(test)]
mod plans;
mod row;
mod signal;
mod tasks;
mod watches;

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use sqlx::any::{Any, AnyConnectOptions, AnyPoolOptions};
use sqlx::migrate::MigrateError;
use sqlx::{ConnectOptions, Connection as _, Executor, Transaction};
use thiserror::Error;

pub use adding::{Added, Recorded};
pub use backup::{BackupError, backup};
pub use keep::Removed;
pub use load::{Due, Load};
pub use people::{Refreshed, Subscribed, Whose};
pub use signal::Signal;
pub use tasks::Settled;
pub use watches::Rest;

use crate::domain::secret::Secret;
use crate::domain::task::{Task, TaskId};
use connection::{Connection, Connections};
use dialect::Dialect;
use durations::Remembered;

/// How long a query waits for a connection or, in SQLite, for another process.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Why the database did not do its part.
#[derive(Debug, Error)]
pub enum StoreError {
    /// It cannot be opened; only the operator can mend it.
    #[error("the database cannot be opened: {0}")]
    Open(String),
    /// A newer version of this program has changed its tables.
    #[error(
        "the database was changed by a newer version of videostatus (migration {0}): \
         run that version, or restore the backup made before it"
    )]
    Newer(i64),
    /// Its tables cannot be made or changed.
    #[error("the database cannot be migrated: {0}")]
    Migrate(MigrateError),
    /// It did not answer, or not in time: worth another try.
    #[error("the database does not answer: {0}")]
    Unavailable(#[from] sqlx::Error),
    /// A row holds what this version does not understand.
    #[error("the database holds a row with an unknown {0}")]
    Row(&'static str),
}

/// The database. Clones share one pool.
#[derive(Clone, Debug)]
pub struct Store {
    connections: Connections,
    dialect: &'static Dialect,
    remembered: Remembered,
    /// SQLite's file; `None` for PostgreSQL.
    file: Option<String>,
    /// Where other processes' signals are heard; `None` where there are none.
    signals_from: Option<Secret>,
}

impl Store {
    /// Opens and migrates the database at `url`: `sqlite://path` (folders and
    /// file are made) or `postgres://…`.
    ///
    /// # Errors
    /// [`StoreError::Open`] and [`StoreError::Migrate`]; their texts never hold
    /// the URL, which may carry a password.
    pub async fn open(url: &Secret) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let store = match sqlite_file(url) {
            Some(file) => Self::open_sqlite(file).await?,
            None => Self::open_postgres(url).await?,
        };
        // On PostgreSQL under an advisory lock: of several processes that start
        // at once, one migrates and the others wait.
        let migrated = sqlx::migrate!("src/store/migrations")
            .run(store.connections.pool())
            .await;
        match migrated {
            Ok(()) => Ok(store),
            Err(MigrateError::VersionMissing(version)) => Err(StoreError::Newer(version)),
            Err(error) => Err(StoreError::Migrate(error)),
        }
    }

    async fn open_sqlite(file: &str) -> Result<Self, StoreError> {
        if let Some(folder) = Path::new(file).parent() {
            std::fs::create_dir_all(folder)
                .map_err(|error| StoreError::Open(format!("{file}: {error}")))?;
        }
        let pool = AnyPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(BUSY_TIMEOUT)
            .idle_timeout(None)
            .max_lifetime(None)
            // A file does not hang up, and each look would cost as much as a query.
            .test_before_acquire(false)
            .after_connect(|connection, _| {
                Box::pin(async move {
                    // In WAL mode NORMAL survives a killed process without a
                    // sync for each commit; only a power cut can lose the last ones.
                    // Whoever commits moves the journal into the file only where
                    // it has grown to 32,000 pages, because nobody else did.
                    // Most of what is committed are index entries: smaller pages
                    // (of a new file) are less to write for each. 4 MB of them are
                    // kept in memory.
                    // What is deleted (tokens, a person's rows) is overwritten.
                    connection
                        .execute(
                            "PRAGMA page_size = 2048; PRAGMA cache_size = -4000; \
                             PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; \
                             PRAGMA wal_autocheckpoint = 32000; \
                             PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON; \
                             PRAGMA secure_delete = ON",
                        )
                        .await?;
                    connection.execute(dialect::SQLITE_RECORDED).await?;
                    Ok(())
                })
            })
            .connect_with(quiet(&format!("sqlite://{file}?mode=rwc"))?)
            .await
            .map_err(|error| StoreError::Open(format!("{file}: {error}")))?;
        Ok(Self {
            connections: Connections::one(pool),
            dialect: &dialect::SQLITE,
            remembered: Remembered::default(),
            file: Some(file.to_owned()),
            signals_from: None,
        })
    }

    async fn open_postgres(url: &Secret) -> Result<Self, StoreError> {
        let pool = AnyPoolOptions::new()
            .max_connections(8)
            .acquire_timeout(BUSY_TIMEOUT)
            .after_connect(|connection, _| {
                Box::pin(async move {
                    // A machine that is lost in the middle of a transaction must
                    // not keep its rows locked until the network gives it up,
                    // which takes hours. Ours never wait for anything but the
                    // database.
                    connection
                        .execute("SET idle_in_transaction_session_timeout = '10s'")
                        .await?;
                    Ok(())
                })
            })
            .connect_with(quiet(url.expose())?)
            .await
            .map_err(|error| StoreError::Open(error.to_string()))?;
        Ok(Self {
            connections: Connections::many(pool),
            dialect: &dialect::POSTGRES,
            remembered: Remembered::default(),
            file: None,
            signals_from: Some(url.clone()),
        })
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1")
            .execute(&mut *self.connection().await?)
            .await?;
        Ok(())
    }

    /// Whether the database takes writes; nothing is changed.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if it does not, with its reason.
    pub async fn check_writable(&self) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        let mut tx = self.begin(&mut connection).await?;
        sqlx::query("UPDATE tasks SET attempt = attempt WHERE id = ''")
            .execute(&mut *tx)
            .await?;
        tx.rollback().await?;
        Ok(())
    }

    /// Closes the connections, once every one is handed back.
    pub async fn close(&self) {
        self.connections.close().await;
    }

    async fn connection(&self) -> Result<Connection<'_>, StoreError> {
        Ok(self.connections.get().await?)
    }

    async fn begin<'c>(
        &self,
        connection: &'c mut Connection<'_>,
    ) -> Result<Transaction<'c, Any>, StoreError> {
        Ok(connection.begin_with(self.dialect.begin).await?)
    }

    /// Locks a task's row for the rest of the transaction. Whatever touches a
    /// task and its watches together takes this lock first, so that "nobody
    /// watches any more" and "somebody new watches" cannot pass each other.
    async fn lock_task(
        &self,
        tx: &mut Transaction<'_, Any>,
        id: &TaskId,
    ) -> Result<Option<Task>, StoreError> {
        let row = sqlx::query(self.dialect.lock_task)
            .bind(id.as_str())
            .fetch_optional(&mut **tx)
            .await?;
        row.as_ref().map(row::task).transpose()
    }
}

/// How to connect to `url`, without a look at each statement for the log.
fn quiet(url: &str) -> Result<AnyConnectOptions, StoreError> {
    AnyConnectOptions::from_str(url)
        .map(ConnectOptions::disable_statement_logging)
        .map_err(|error| StoreError::Open(error.to_string()))
}

/// The file of a `sqlite://` URL; `None` for another database.
fn sqlite_file(url: &Secret) -> Option<&str> {
    let path = url.expose().strip_prefix("sqlite://")?;
    path.split('?').next()
}
