//! A copy of a SQLite database while the bot goes on.

use std::path::Path;

use sqlx::any::AnyPoolOptions;
use thiserror::Error;

use super::sqlite;
use crate::domain::secret::Secret;

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

/// Writes a copy of the database at `url` to `to`: all that was committed when
/// it began, compacted, in one file. The bot may run meanwhile. Nothing is
/// migrated, so a new version can copy what an old one left.
///
/// # Errors
/// [`BackupError`]; the copy is whole or must be thrown away.
pub async fn backup(url: &Secret, to: &Path) -> Result<(), BackupError> {
    let file = sqlite::file_of(url).ok_or(BackupError::NotSqlite)?;
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
    let pool = AnyPoolOptions::new()
        .max_connections(1)
        .connect(&format!("sqlite://{file}?mode=rw"))
        .await
        .map_err(failed)?;
    let copied = sqlx::query("VACUUM INTO $1")
        .bind(target)
        .execute(&pool)
        .await;
    pool.close().await;
    copied.map(|_| ()).map_err(failed)
}
