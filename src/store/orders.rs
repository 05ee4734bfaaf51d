//! The orders of API callers. Each caller sees its own watches and nobody else's.

use sqlx::any::AnyRow;

use super::database::Store;
use super::error::StoreError;
use super::row;
use crate::domain::caller::Caller;
use crate::domain::task::{Task, TaskId};
use crate::domain::watch::{Watch, WatchId};
use crate::metrics;

pub(super) const BY_KEY: &str = "SELECT * FROM watches WHERE caller = $1 AND request_key = $2";
const BY_ID: &str = "SELECT * FROM watches WHERE id = $2 AND caller = $1";
pub(super) const OF_TASK: &str =
    "SELECT * FROM watches WHERE task_id = $2 AND caller = $1 ORDER BY id DESC LIMIT $3 + 0";

/// A watch and its task; a watch in state `asked` need not have one.
pub type Ordered = (Watch, Option<Task>);

impl Store {
    /// Returns the watch of a caller's order with this Idempotency-Key.
    pub async fn order_with_key(
        &self,
        caller: Caller,
        key: &str,
    ) -> Result<Option<Ordered>, StoreError> {
        let _timer = metrics::database("orders");
        let order = sqlx::query(BY_KEY).bind(caller.to_string()).bind(key);
        let row = order
            .fetch_optional(&mut **self.connection().await?)
            .await?;
        self.ordered(row.into_iter().collect()).await.map(first)
    }

    /// Returns a caller's watch by its number.
    pub async fn order(&self, caller: Caller, id: WatchId) -> Result<Option<Ordered>, StoreError> {
        let _timer = metrics::database("orders");
        let order = sqlx::query(BY_ID).bind(caller.to_string()).bind(id.0);
        let row = order
            .fetch_optional(&mut **self.connection().await?)
            .await?;
        self.ordered(row.into_iter().collect()).await.map(first)
    }

    /// Returns up to `limit` of a caller's watches of a task, newest first.
    pub async fn orders(
        &self,
        caller: Caller,
        task_id: &TaskId,
        limit: u32,
    ) -> Result<Vec<Ordered>, StoreError> {
        let _timer = metrics::database("orders");
        let orders = sqlx::query(OF_TASK)
            .bind(caller.to_string())
            .bind(task_id.as_str())
            .bind(i64::from(limit));
        let rows = orders.fetch_all(&mut **self.connection().await?).await?;
        self.ordered(rows).await
    }

    async fn ordered(&self, rows: Vec<AnyRow>) -> Result<Vec<Ordered>, StoreError> {
        self.with_tasks(row::readable(&rows, row::watch)).await
    }
}

fn first(orders: Vec<Ordered>) -> Option<Ordered> {
    orders.into_iter().next()
}
