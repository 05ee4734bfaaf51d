//! The database: opening it, and what every other file of this room stands on.

use std::sync::Arc;

use sqlx::any::{Any, AnyArguments, AnyRow};
use sqlx::migrate::MigrateError;
use sqlx::query::Query;
use sqlx::{AnyPool, Connection as _, Transaction};
use tokio::sync::Mutex;

use super::connection::{Connection, Kept};
use super::error::StoreError;
use super::{postgres, sqlite};
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
    /// With its URL, which may carry a password.
    Postgres(Secret),
}

/// SQLite's file and its connections.
#[derive(Clone, Debug)]
pub(super) struct Sqlite {
    pub(super) file: String,
    /// The one that writes.
    pub(super) writing: Arc<Mutex<Kept>>,
    /// One that only reads, so that what people look at waits for no write.
    reader: AnyPool,
    reading: Arc<Mutex<Kept>>,
}

impl Store {
    /// Opens and migrates the database at `url`: `sqlite://path` (folders and
    /// file are made) or `postgres://…`.
    ///
    /// # Errors
    /// [`StoreError::Open`], [`StoreError::Newer`] and [`StoreError::Migrate`], which
    /// only the operator can mend; their texts never hold the URL.
    pub async fn open(url: &Secret) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let (pool, backend) = match sqlite::file_of(url) {
            Some(file) => {
                let pool = sqlite::open(file).await?;
                let sqlite = Sqlite {
                    file: file.to_owned(),
                    writing: Arc::default(),
                    reader: sqlite::read(file)?,
                    reading: Arc::default(),
                };
                (pool, Backend::Sqlite(sqlite))
            }
            None => (postgres::open(url).await?, Backend::Postgres(url.clone())),
        };
        // On PostgreSQL under an advisory lock: of several processes that start
        // at once, one migrates and the others wait.
        let migrations = sqlx::migrate!("src/store/migrations");
        match migrations.run(&pool).await {
            Ok(()) => Ok(Self { pool, backend }),
            Err(MigrateError::VersionMissing(version)) => Err(StoreError::Newer(version)),
            Err(error) => Err(StoreError::Migrate(error)),
        }
    }

    /// Writes the time, as a look whether the database takes writes: a full disk is read
    /// from as ever.
    pub async fn probe(&self, now: Timestamp) -> Result<(), StoreError> {
        let write =
            "INSERT INTO probes (id, at) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET at = $1";
        self.run(sqlx::query(write).bind(now.0)).await?;
        Ok(())
    }

    /// Closes the connections, once every one is returned.
    pub async fn close(&self) {
        if let Backend::Sqlite(sqlite) = &self.backend {
            for kept in [&sqlite.reading, &sqlite.writing] {
                *kept.lock().await = Kept::default();
            }
            // Whoever is the last to close moves the journal into the file.
            sqlite.reader.close().await;
        }
        self.pool.close().await;
    }

    /// A connection for one statement or transaction.
    pub(super) async fn connection(&self) -> Result<Connection<'_>, StoreError> {
        Ok(match &self.backend {
            Backend::Sqlite(sqlite) => Kept::get(&sqlite.writing, &self.pool).await?,
            Backend::Postgres(_) => Box::new(self.pool.acquire().await?),
        })
    }

    /// A connection for one statement that only reads, and that may wait for others like
    /// it.
    pub(super) async fn reading(&self) -> Result<Connection<'_>, StoreError> {
        Ok(match &self.backend {
            Backend::Sqlite(sqlite) => Kept::get(&sqlite.reading, &sqlite.reader).await?,
            Backend::Postgres(_) => Box::new(self.pool.acquire().await?),
        })
    }

    /// Runs one statement by itself and returns how many rows it changed.
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

    /// Locks a task's row for the rest of the transaction. Whatever touches a
    /// task and its watches together takes this lock first, so that "nobody
    /// watches any more" and "somebody new watches" cannot pass each other.
    pub(super) async fn lock_task(
        &self,
        tx: &mut Transaction<'_, Any>,
        id: &str,
    ) -> Result<Option<AnyRow>, StoreError> {
        let lock = sqlx::query(self.statement(sqlite::LOCK_TASK, postgres::LOCK_TASK));
        Ok(lock.bind(id).fetch_optional(&mut **tx).await?)
    }

    /// The statement for this database.
    pub(super) fn statement(&self, sqlite: &'static str, postgres: &'static str) -> &'static str {
        match self.backend {
            Backend::Sqlite(..) => sqlite,
            Backend::Postgres(_) => postgres,
        }
    }
}
