//! How statements get at the database: a pool for PostgreSQL, and for SQLite one
//! connection that waits here for the next statement.
//!
//! SQLite has one writer at a time, so statements queue, fairly, instead of
//! sleeping and retrying on the file's lock. And a pool asks a connection whether
//! it is well whenever it takes it back, which costs as much as a statement: here
//! that happens now and then.

use std::ops::DerefMut;
use std::str::FromStr as _;
use std::time::{Duration, Instant};

use sqlx::any::{Any, AnyConnectOptions};
use sqlx::pool::PoolConnection;
use sqlx::{AnyConnection, AnyPool, ConnectOptions, Error};
use tokio::sync::{Mutex, MutexGuard};

use super::error::StoreError;

/// How long a statement waits for a connection or, in SQLite, for another process.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// A kept connection goes back to its pool, which replaces it if it is broken,
/// after this time.
const CHECKED_EACH: Duration = Duration::from_secs(10);

/// How to connect to `url`, without a look at each statement for the log.
pub(super) fn quiet(url: &str) -> Result<AnyConnectOptions, StoreError> {
    AnyConnectOptions::from_str(url)
        .map(ConnectOptions::disable_statement_logging)
        .map_err(|error| StoreError::Open(error.to_string()))
}

/// A connection for one statement or transaction: the pool's, or the kept one.
pub(super) type Connection<'c> = Box<dyn DerefMut<Target = AnyConnection> + Send + 'c>;

/// A connection to SQLite: the one that writes, or the one that only reads.
#[derive(Debug, Default)]
pub(super) struct Kept {
    connection: Option<PoolConnection<Any>>,
    checked_at: Option<Instant>,
    /// How often it was got, for a statement or transaction.
    pub(super) uses: u64,
}

impl Kept {
    /// The one connection of `pool`, once it is one's turn.
    pub(super) async fn get<'k>(
        kept: &'k Mutex<Self>,
        pool: &AnyPool,
    ) -> Result<Connection<'k>, Error> {
        let mut kept = tokio::time::timeout(BUSY_TIMEOUT, kept.lock())
            .await
            .map_err(|_| Error::PoolTimedOut)?;
        kept.uses += 1;
        let unchecked_for = kept.checked_at.map(|at| at.elapsed());
        if unchecked_for >= Some(CHECKED_EACH) {
            kept.connection = None;
        }
        if kept.connection.is_none() {
            kept.connection = Some(pool.acquire().await?);
            kept.checked_at = Some(Instant::now());
        }
        match MutexGuard::try_map(kept, |kept| kept.connection.as_deref_mut()) {
            Ok(connection) => Ok(Box::new(connection)),
            Err(_) => Err(Error::PoolTimedOut),
        }
    }
}
