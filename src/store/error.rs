//! Why the database did not do its part.

use sqlx::migrate::MigrateError;
use thiserror::Error;

/// Why the database did not do its part, by what the caller does about it.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The database cannot be opened; only the operator can mend that.
    #[error("the database cannot be opened: {0}")]
    Open(String),
    /// A newer version of this program has changed the tables.
    #[error(
        "the database was changed by a newer version of videostatus (migration {0}): \
         run that version, or restore the backup made before it"
    )]
    Newer(i64),
    /// The tables cannot be made or changed.
    #[error("the database cannot be migrated: {0}")]
    Migrate(MigrateError),
    /// The database did not answer, or not in time: worth another try.
    #[error("the database does not answer: {0}")]
    Unavailable(#[from] sqlx::Error),
    /// Another process has the row now, or this claim is settled: nothing was recorded,
    /// and the caller stops at once.
    #[error("the claim is over")]
    ClaimLost,
    /// A row holds what this version does not understand.
    #[error("the database holds a row with an unknown {0}")]
    Row(&'static str),
}
