//! The parts that only SQLite needs: its file, its pragmas, its claims, and a copy while the bot
//! goes on.

use std::path::Path;

use sqlx::any::AnyPoolOptions;
use sqlx::{AnyConnection, AnyPool, Connection as _, Executor};
use thiserror::Error;

use super::connection::{BUSY_TIMEOUT, quiet};
use super::error::StoreError;
use crate::domain::secret::Secret;

/// A transaction that will write takes SQLite's one lock at once: a reader that
/// turns writer is refused if another process wrote meanwhile.
pub(super) const BEGIN: &str = "BEGIN IMMEDIATE";

/// SQLite has one writer at a time, so within a transaction reading is enough.
pub(super) const LOCK_TASK: &str = "SELECT * FROM tasks WHERE id = $1";

/// Claims up to `$3` tasks that are due at `$1` until `$2`.
pub(super) const CLAIM_TASKS: &str = "UPDATE tasks SET next_poll_at = $2, polled_at = $1, claimed = 1, attempt = attempt + 1 \
     WHERE id IN (SELECT id FROM tasks WHERE next_poll_at <= $1 ORDER BY next_poll_at LIMIT $3 + 0) \
     RETURNING *";

/// Claims up to `$3` watches that are due at `$1` until `$2`.
pub(super) const CLAIM_WATCHES: &str = "UPDATE watches SET next_delivery_at = $2, claimed = 1, attempt = attempt + 1 \
     WHERE id IN (SELECT id FROM watches WHERE next_delivery_at <= $1 ORDER BY next_delivery_at LIMIT $3 + 0) \
     RETURNING *";

/// Settings of each connection.
///
/// In WAL mode `synchronous = NORMAL` survives a killed process without a sync for
/// each commit; only a power cut can lose the last commits. A commit checkpoints the
/// WAL only where it has grown to 32,000 pages, because the bot does so before.
/// Small pages (of a new file) mean less to write for each index entry, and 4 MB of
/// them are cached. What is deleted (tokens, a person's rows) is overwritten.
const PRAGMAS: &str = "PRAGMA page_size = 2048; PRAGMA cache_size = -4000; \
     PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; \
     PRAGMA wal_autocheckpoint = 32000; PRAGMA busy_timeout = 5000; \
     PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON";

/// The file of a `sqlite://` URL; `None` for another database.
pub fn file_of(url: &Secret) -> Option<&str> {
    let path = url.expose().strip_prefix("sqlite://")?;
    path.split('?').next()
}

/// Opens the file, which is made with its folders where it is missing.
pub(super) async fn open(file: &str) -> Result<AnyPool, StoreError> {
    if let Some(folder) = Path::new(file).parent() {
        std::fs::create_dir_all(folder)
            .map_err(|error| StoreError::Open(format!("{file}: {error}")))?;
    }
    AnyPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(BUSY_TIMEOUT)
        .idle_timeout(None)
        .max_lifetime(None)
        // A file does not hang up, and each look would cost as much as a query.
        .test_before_acquire(false)
        .after_connect(|connection, _| {
            Box::pin(async move {
                connection.execute(PRAGMAS).await?;
                Ok(())
            })
        })
        .connect_with(quiet(&format!("sqlite://{file}?mode=rwc"))?)
        .await
        .map_err(|error| StoreError::Open(format!("{file}: {error}")))
}

/// A connection that only reads, opened when it is first needed.
pub(super) fn read(file: &str) -> Result<AnyPool, StoreError> {
    let options = quiet(&format!("sqlite://{file}?mode=ro"))?;
    let pool = AnyPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(BUSY_TIMEOUT)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .after_connect(|connection, _| {
            Box::pin(async move {
                connection.execute("PRAGMA busy_timeout = 5000").await?;
                Ok(())
            })
        });
    Ok(pool.connect_lazy_with(options))
}

/// Why there is no copy.
#[derive(Debug, Error)]
pub enum BackupError {
    /// PostgreSQL has its own, better tools.
    #[error("DATABASE_URL is PostgreSQL: back it up with pg_dump")]
    NotSqlite,
    #[error("the path of the copy is not valid UTF-8")]
    Path,
    /// It exists; nothing is overwritten.
    #[error("{0} exists already: choose another name, or remove it first")]
    Exists(String),
    /// The database cannot be read, or the copy not be written.
    #[error("{file} cannot be copied: {source}")]
    Failed { file: String, source: sqlx::Error },
}

/// Takes every token out of a copy: a backup is kept for longer than they should be. The
/// journal, which would hold them, stays in memory, and what they leave is overwritten.
const ERASE_TOKENS: &str = "PRAGMA journal_mode = MEMORY; PRAGMA secure_delete = ON; \
     UPDATE watches SET token = '', token_expires_at = 0 WHERE token <> ''";

/// Writes a copy of the database at `url` to `to`: all that was committed when
/// it began, but for interactions' tokens, compacted, in one file. The bot may run
/// meanwhile. Nothing is migrated, so a new version can copy what an old one left.
///
/// # Errors
/// [`BackupError`]; then there is no copy, unless something was there before.
pub async fn backup(url: &Secret, to: &Path) -> Result<(), BackupError> {
    let file = file_of(url).ok_or(BackupError::NotSqlite)?;
    let target = to.to_str().ok_or(BackupError::Path)?;
    if to.exists() {
        return Err(BackupError::Exists(target.to_owned()));
    }
    sqlx::any::install_default_drivers();
    let failed = |source| BackupError::Failed {
        file: file.to_owned(),
        source,
    };
    // Not "rwc": a database that is not there must not be made.
    let existing =
        async |file: &str| AnyConnection::connect(&format!("sqlite://{file}?mode=rw")).await;
    let copied = async {
        let mut database = existing(file).await?;
        let copy = sqlx::query("VACUUM INTO $1").bind(target);
        copy.execute(&mut database).await?;
        database.close().await?;
        let mut copy = existing(target).await?;
        copy.execute(ERASE_TOKENS).await?;
        copy.close().await
    };
    copied.await.map_err(|source| {
        // A part of a copy is of no use, and may hold tokens.
        let _ = std::fs::remove_file(to);
        failed(source)
    })
}
