//! The parts that only PostgreSQL needs: its pool, its locks and its claims.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{AnyConnection, AnyPool, Connection as _, Error, Executor};

use super::connection::{BUSY_TIMEOUT, connect, connect_options};
use super::error::{StoreError, cause};
use crate::domain::secret::Secret;

pub(super) const BEGIN: &str = "BEGIN";

pub(super) const LOCK_TASK: &str = "SELECT * FROM tasks WHERE id = $1 FOR UPDATE";

// The claims use an ARRAY sub-query because it is evaluated once and its rows are found
// by their key. A sub-query in `IN` may run again and then claim more than the limit; with
// a joined CTE, the generic plan of a prepared statement reads the whole table.

/// Claims, until `$2`, up to `$3` tasks that are due at `$1`.
pub(super) const CLAIM_TASKS: &str = "UPDATE tasks SET next_poll_at = $2, polled_at = $1, claimed = 1, attempt = attempt + 1 \
     WHERE id = ANY(ARRAY(SELECT id FROM tasks WHERE next_poll_at <= $1 \
         ORDER BY next_poll_at LIMIT $3 + 0 FOR UPDATE SKIP LOCKED)) \
     RETURNING *";

/// Claims, until `$2`, up to `$3` watches that are due at `$1`.
pub(super) const CLAIM_WATCHES: &str = "UPDATE watches SET next_delivery_at = $2, claimed = 1, attempt = attempt + 1 \
     WHERE id = ANY(ARRAY(SELECT id FROM watches WHERE next_delivery_at <= $1 \
         ORDER BY next_delivery_at LIMIT $3 + 0 FOR UPDATE SKIP LOCKED)) \
     RETURNING *";

/// The settings of each connection. Without the timeout, a machine that is lost in the
/// middle of a transaction would keep its rows locked until TCP gives it up, which takes
/// hours. The bot's own transactions wait for nothing but the database.
const SETTINGS: &str = "SET idle_in_transaction_session_timeout = '10s'";

// Source: <https://www.postgresql.org/docs/current/errcodes-appendix.html>
const CANNOT_CONNECT_NOW: &str = "57P03";
const TOO_MANY_CONNECTIONS: &str = "53300";

/// The pause before the next try to connect to a server that is starting.
const RETRY: Duration = Duration::from_secs(1);

/// Connects to the server, which has [`BUSY_TIMEOUT`] to start.
pub(super) async fn open(url: &Secret) -> Result<AnyPool, StoreError> {
    let pool = AnyPoolOptions::new()
        .max_connections(8)
        .acquire_timeout(BUSY_TIMEOUT)
        .after_connect(|connection, _| {
            Box::pin(async move {
                connection.execute(SETTINGS).await?;
                Ok(())
            })
        });
    let opened = async {
        let options = connect_options(url.expose())?;
        let mut first = wait_for_server(&options).await?;
        first.execute(SETTINGS).await?;
        first.close().await?;
        pool.connect_with(options).await
    };
    opened.await.map_err(|error| StoreError::open(None, &error))
}

/// Connects, and tries again while the server may be starting.
async fn wait_for_server(options: &AnyConnectOptions) -> Result<AnyConnection, Error> {
    let begin = Instant::now();
    loop {
        match connect(options).await {
            Err(error) if is_starting(&error) && begin.elapsed() < BUSY_TIMEOUT => {
                tracing::warn!(cause = cause(&error), "store.out_of_reach");
                tokio::time::sleep(RETRY).await;
            }
            connected => return connected,
        }
    }
}

/// Returns whether a server that starts or stops may refuse a connection with this error.
fn is_starting(error: &Error) -> bool {
    match error {
        Error::Io(error) => error.kind() == ErrorKind::ConnectionRefused,
        Error::Database(error) => {
            let code = error.code();
            code.is_some_and(|code| [CANNOT_CONNECT_NOW, TOO_MANY_CONNECTIONS].contains(&&*code))
        }
        _ => false,
    }
}
