//! The parts that only SQLite needs: its file, its pragmas, its claims, and a backup
//! while the bot runs.

use std::path::Path;

use sqlx::any::AnyPoolOptions;
use sqlx::{AnyConnection, AnyPool, Connection as _, Executor};
use thiserror::Error;

use super::connection::{BUSY_TIMEOUT, connect};
use super::error::{StoreError, cause};
use super::file;
use crate::domain::secret::Secret;

/// The statement that begins a transaction that will write. It takes SQLite's write lock
/// at once: SQLite refuses a transaction that began with a read to write if another
/// process wrote meanwhile.
pub(super) const BEGIN: &str = "BEGIN IMMEDIATE";

/// The statement that locks a task's row. SQLite has one writer at a time, so a read
/// within a transaction is enough.
pub(super) const LOCK_TASK: &str = "SELECT * FROM tasks WHERE id = $1";

/// Claims, until `$2`, up to `$3` tasks that are due at `$1`.
pub(super) const CLAIM_TASKS: &str = "UPDATE tasks SET next_poll_at = $2, polled_at = $1, claimed = 1, attempt = attempt + 1 \
     WHERE id IN (SELECT id FROM tasks WHERE next_poll_at <= $1 ORDER BY next_poll_at LIMIT $3 + 0) \
     RETURNING *";

/// Claims, until `$2`, up to `$3` watches that are due at `$1`.
pub(super) const CLAIM_WATCHES: &str = "UPDATE watches SET next_delivery_at = $2, claimed = 1, attempt = attempt + 1 \
     WHERE id IN (SELECT id FROM watches WHERE next_delivery_at <= $1 ORDER BY next_delivery_at LIMIT $3 + 0) \
     RETURNING *";

/// The settings of the connection that writes.
///
/// In WAL mode with `synchronous = NORMAL` commits survive a killed process without a
/// sync each; only a power cut can lose the last ones. A commit checkpoints the WAL only
/// if it has grown to 32,000 pages: the bot itself does so earlier, see
/// [`Store::keep_wal_small`](super::Store::keep_wal_small). Pages of 2 KiB (in a new
/// file) leave less to write for each index entry, and 4 MB of them are cached.
/// `secure_delete` overwrites deleted data, such as tokens and a person's rows.
const PRAGMAS: &str = "PRAGMA page_size = 2048; PRAGMA cache_size = -4000; \
     PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; \
     PRAGMA wal_autocheckpoint = 32000; PRAGMA busy_timeout = 5000; \
     PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON";

/// Fails if the file cannot be written, or if another program does not let go of it. A
/// start that has nothing to migrate would not notice.
const TAKE_LOCK: &str = "BEGIN IMMEDIATE; ROLLBACK";

/// Opens the file for writing. A missing file is created with its folders.
pub(super) async fn open(file: &str) -> Result<AnyPool, StoreError> {
    if let Some(folder) = Path::new(file).parent() {
        let failed = |error| {
            let folder = folder.display();
            StoreError::Open(format!("{file}: {folder} cannot be created: {error}"))
        };
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let pool = AnyPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(BUSY_TIMEOUT)
        .idle_timeout(None)
        .max_lifetime(None)
        // A file does not disconnect, and each test would cost as much as a query.
        .test_before_acquire(false)
        .after_connect(|connection, _| {
            Box::pin(async move {
                connection.execute(PRAGMAS).await?;
                Ok(())
            })
        });
    let opened = async {
        let options = file::options(file, "mode=rwc")?;
        let mut first = connect(&options).await?;
        first.execute(PRAGMAS).await?;
        first.execute(TAKE_LOCK).await?;
        let pool = pool.connect_with(options).await?;
        first.close().await?;
        Ok(pool)
    };
    opened
        .await
        .map_err(|error| StoreError::open(Some(file), &error))
}

/// Returns a pool of one connection that only reads, opened at its first use.
pub(super) fn read(file: &str) -> Result<AnyPool, StoreError> {
    let options = file::options(file, "mode=ro")?;
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

/// The reason why no backup was made.
#[derive(Debug, Error)]
pub enum BackupError {
    /// The database is PostgreSQL, which has its own backup tools.
    #[error("DATABASE_URL is PostgreSQL: back it up with pg_dump")]
    NotSqlite,
    #[error("the path of the copy is not valid UTF-8")]
    Path,
    /// The target exists. Nothing is overwritten.
    #[error("{0} exists already: choose another name, or remove it first")]
    Exists(String),
    /// The database cannot be read, or the copy cannot be written.
    #[error("{file} cannot be copied to {target}: {cause}")]
    Failed {
        file: String,
        target: String,
        cause: String,
    },
}

/// Erases every token in a copy, because a backup is kept for longer than a token should
/// be. The rollback journal, which would hold them, stays in memory, and `secure_delete`
/// overwrites their old bytes.
const ERASE_TOKENS: &str = "PRAGMA journal_mode = MEMORY; PRAGMA secure_delete = ON; \
     UPDATE watches SET token = '', token_expires_at = 0 WHERE token <> ''";

/// Writes a copy of the database at `url` to `to`: one compacted file with everything that
/// was committed at the start, without interaction tokens. The bot may run meanwhile. Nothing
/// is migrated, so a new version can back up an old version's database before an update.
///
/// # Errors
/// [`BackupError`]. No copy is left then; a file that was there before is not touched.
pub async fn backup(url: &Secret, to: &Path) -> Result<(), BackupError> {
    let file = file::file_of(url).ok_or(BackupError::NotSqlite)?;
    let target = to.to_str().ok_or(BackupError::Path)?;
    if to.exists() {
        return Err(BackupError::Exists(target.to_owned()));
    }
    sqlx::any::install_default_drivers();
    // "rw" instead of "rwc", so that a missing database is an error and not created.
    let existing = async |file: &str| {
        let options = file::options(file, "mode=rw")?;
        AnyConnection::connect_with(&options).await
    };
    let copied = async {
        let mut database = existing(&file).await?;
        let copy = sqlx::query("VACUUM INTO $1").bind(file::plain(target));
        copy.execute(&mut database).await?;
        database.close().await?;
        let mut copy = existing(target).await?;
        copy.execute(ERASE_TOKENS).await?;
        copy.close().await
    };
    copied.await.map_err(|error| {
        // An incomplete copy is useless, and may hold tokens.
        let _ = std::fs::remove_file(to);
        BackupError::Failed {
            target: target.to_owned(),
            cause: cause(&error),
            file,
        }
    })
}
