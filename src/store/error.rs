//! The errors of the store.

use sqlx::migrate::MigrateError;
use thiserror::Error;

/// An error of the store: one variant for each reaction of the caller.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The database cannot be opened. Only the operator can repair that.
    #[error("the database cannot be opened: {0}")]
    Open(String),
    /// A newer version of this program has changed the tables. The operator must run that
    /// version or restore a backup.
    #[error(
        "the database was changed by a newer version of videostatus (migration {0}): \
         run that version, or restore the backup made before it"
    )]
    Newer(i64),
    /// Another program has made a table where this one needs its own. The operator must
    /// choose another database.
    #[error("the database belongs to another program, which has made a table {0}")]
    Foreign(String),
    /// The tables cannot be created or changed. Only the operator can repair that.
    #[error("the database cannot be migrated: {0}")]
    Migrate(MigrateError),
    /// The database did not answer, or not in time. The caller may try again.
    #[error("the database does not answer: {0}")]
    Unavailable(#[from] sqlx::Error),
    /// Another process has claimed the row, or this claim is settled. Nothing was
    /// recorded, and the caller must stop its work on the row.
    #[error("the claim is over")]
    ClaimLost,
    /// A column of a row holds a value that this version cannot read.
    #[error("the database holds a row with an unknown {0}")]
    Row(&'static str),
}

impl StoreError {
    /// Returns the error for a database, or the `file` of one, that cannot be opened.
    pub(super) fn open(file: Option<&str>, error: &sqlx::Error) -> Self {
        let cause = cause(error);
        Self::Open(match file {
            Some(file) => format!("{file}: {cause}"),
            None => cause,
        })
    }
}

/// Returns the cause of an error in the words of the database or of the system alone.
pub(super) fn cause(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(error) => error.message().to_owned(),
        sqlx::Error::Io(error) => error.to_string(),
        other => other.to_string(),
    }
}
