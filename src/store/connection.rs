//! The connections that statements run on: a pool for PostgreSQL, and kept
//! connections for SQLite.
//!
//! SQLite has one writer at a time, so statements queue fairly on a mutex instead of
//! sleeping and retrying on the file's lock. A pool checks each connection that is
//! returned to it, which costs as much as a statement; a kept connection is returned
//! only every [`CHECKED_EACH`].

use std::io;
use std::ops::DerefMut;
use std::str::FromStr as _;
use std::time::{Duration, Instant};

use sqlx::any::{Any, AnyConnectOptions};
use sqlx::pool::PoolConnection;
use sqlx::{AnyConnection, AnyPool, ConnectOptions, Error};
use tokio::sync::{Mutex, MutexGuard};

/// The longest wait of a statement for a connection or, in SQLite, for another process.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The time after which a kept connection goes back to its pool, which replaces it if
/// it is broken.
const CHECKED_EACH: Duration = Duration::from_secs(10);

/// Returns the options to connect to `url`, with the log of statements turned off.
pub(super) fn connect_options(url: &str) -> Result<AnyConnectOptions, Error> {
    AnyConnectOptions::from_str(url).map(ConnectOptions::disable_statement_logging)
}

/// Connects directly: a pool tries again after some errors, and does not tell them.
pub(super) async fn connect(options: &AnyConnectOptions) -> Result<AnyConnection, Error> {
    tokio::time::timeout(BUSY_TIMEOUT, options.connect())
        .await
        .unwrap_or_else(|_| Err(Error::Io(io::ErrorKind::TimedOut.into())))
}

/// A connection for one statement or transaction: one of a pool, or a kept one.
pub(super) type Connection<'c> = Box<dyn DerefMut<Target = AnyConnection> + Send + 'c>;

/// A slot for a connection to SQLite: the one that writes, or the one that only reads.
#[derive(Debug, Default)]
pub(super) struct KeptConnection {
    connection: Option<PoolConnection<Any>>,
    checked_at: Option<Instant>,
    /// The number of statements and transactions that it was used for.
    pub(super) uses: u64,
}

impl KeptConnection {
    /// Waits for the caller's turn and returns the one connection of `pool`. Fails with
    /// [`Error::PoolTimedOut`] after [`BUSY_TIMEOUT`].
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
