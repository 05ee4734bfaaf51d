//! The parts that only PostgreSQL needs: its pool, its locks and its claims.

use sqlx::any::AnyPoolOptions;
use sqlx::{AnyPool, Executor};

use super::connection::{BUSY_TIMEOUT, connect_options};
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

pub(super) async fn open(url: &Secret) -> Result<AnyPool, StoreError> {
    let failed = |error| StoreError::Open(cause(&error));
    AnyPoolOptions::new()
        .max_connections(8)
        .acquire_timeout(BUSY_TIMEOUT)
        .after_connect(|connection, _| {
            Box::pin(async move {
                connection.execute(SETTINGS).await?;
                Ok(())
            })
        })
        .connect_with(connect_options(url.expose()).map_err(failed)?)
        .await
        .map_err(failed)
}
