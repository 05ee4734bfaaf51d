//! The database: how it is opened, and the helpers that every other file here uses.

use std::sync::Arc;

use sqlx::any::{Any, AnyArguments, AnyRow};
use sqlx::migrate::MigrateError;
use sqlx::query::Query;
use sqlx::{AnyPool, Connection as _, Transaction};
use tokio::sync::Mutex;

use super::connection::{Connection, KeptConnection};
use super::error::StoreError;
use super::{file, postgres, sqlite};
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;

/// The database. Clones share its connections.
#[derive(Clone, Debug)]
pub struct Store {
    pool: AnyPool,
    pub(super) backend: Backend,
}

#[derive(Clone, Debug)]
pub(super) enum Backend {
    Sqlite(Sqlite),
    /// PostgreSQL, with its URL, which may hold a password.
    Postgres(Secret),
}

/// SQLite's file and its connections.
#[derive(Clone, Debug)]
pub(super) struct Sqlite {
    pub(super) file: String,
    /// The connection that writes.
    pub(super) writing: Arc<Mutex<KeptConnection>>,
    /// The pool of one connection that only reads, so that the lists that people look
    /// at wait for no write.
    reader: AnyPool,
    reading: Arc<Mutex<KeptConnection>>,
}

impl Store {
    /// Opens and migrates the database at `url`: `sqlite://path` (missing folders and a
    /// missing file are created) or `postgres://…`.
    ///
    /// # Errors
    /// [`StoreError::Open`], [`StoreError::Newer`] or [`StoreError::Migrate`], which only
    /// the operator can repair. Their texts never hold the URL.
    pub async fn open(url: &Secret) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let (pool, backend) = match file::file_of(url) {
            Some(file) => {
                let pool = sqlite::open(&file).await?;
                let sqlite = Sqlite {
                    writing: Arc::default(),
                    reader: sqlite::read(&file)?,
                    reading: Arc::default(),
                    file,
                };
                (pool, Backend::Sqlite(sqlite))
            }
            None => (postgres::open(url).await?, Backend::Postgres(url.clone())),
        };
        // On PostgreSQL sqlx holds an advisory lock meanwhile: if several processes
        // start at once, one migrates and the others wait.
        let migrations = sqlx::migrate!("src/store/migrations");
        match migrations.run(&pool).await {
            Ok(()) => Ok(Self { pool, backend }),
            Err(MigrateError::VersionMissing(version)) => Err(StoreError::Newer(version)),
            Err(error) => Err(StoreError::Migrate(error)),
        }
    }

    /// Writes the time to check that the database takes writes. A read would not notice
    /// a full disk.
    pub async fn probe(&self, now: Timestamp) -> Result<(), StoreError> {
        let write =
            "INSERT INTO probes (id, at) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET at = $1";
        self.run(sqlx::query(write).bind(now.0)).await?;
        Ok(())
    }

    /// Waits until every connection is returned, and closes them.
    pub async fn close(&self) {
        if let Backend::Sqlite(sqlite) = &self.backend {
            for kept in [&sqlite.reading, &sqlite.writing] {
                *kept.lock().await = KeptConnection::default();
            }
            // The reader closes first: the last connection to close checkpoints the WAL,
            // which only one that may write can do.
            sqlite.reader.close().await;
        }
        self.pool.close().await;
    }

    /// Returns a connection for one statement or transaction.
    pub(super) async fn connection(&self) -> Result<Connection<'_>, StoreError> {
        Ok(match &self.backend {
            Backend::Sqlite(sqlite) => KeptConnection::get(&sqlite.writing, &self.pool).await?,
            Backend::Postgres(_) => Box::new(self.pool.acquire().await?),
        })
    }

    /// Returns a connection for one statement that only reads. On SQLite it waits for
    /// other such statements, but for no write.
    pub(super) async fn reading(&self) -> Result<Connection<'_>, StoreError> {
        Ok(match &self.backend {
            Backend::Sqlite(sqlite) => KeptConnection::get(&sqlite.reading, &sqlite.reader).await?,
            Backend::Postgres(_) => Box::new(self.pool.acquire().await?),
        })
    }

    /// Runs one statement outside of a transaction and returns the number of changed rows.
    pub(super) async fn run(
        &self,
        statement: Query<'_, Any, AnyArguments>,
    ) -> Result<u64, StoreError> {
        let done = statement.execute(&mut **self.connection().await?).await?;
        Ok(done.rows_affected())
    }

    /// Begins a transaction that will write.
    pub(super) async fn begin<'c>(
        &self,
        connection: &'c mut Connection<'_>,
    ) -> Result<Transaction<'c, Any>, StoreError> {
        let begin = self.statement(sqlite::BEGIN, postgres::BEGIN);
        Ok(connection.begin_with(begin).await?)
    }

    /// Locks and returns a task's row for the rest of the transaction. Every transaction
    /// that depends on a task and its watches together takes this lock first. Otherwise
    /// a task could be parked as unwatched while a new watch starts.
    pub(super) async fn lock_task(
        &self,
        tx: &mut Transaction<'_, Any>,
        id: &str,
    ) -> Result<Option<AnyRow>, StoreError> {
        let lock = sqlx::query(self.statement(sqlite::LOCK_TASK, postgres::LOCK_TASK));
        Ok(lock.bind(id).fetch_optional(&mut **tx).await?)
    }

    /// Returns the one of two statements that is for this database.
    pub(super) fn statement(&self, sqlite: &'static str, postgres: &'static str) -> &'static str {
        match self.backend {
            Backend::Sqlite(..) => sqlite,
            Backend::Postgres(_) => postgres,
        }
    }
}
