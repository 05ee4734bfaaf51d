//! The number of rows that wait, for the metrics. Every query here reads an index of the
//! rows that it counts, and no other rows.

use super::database::Store;
use super::error::StoreError;
use crate::domain::time::Timestamp;
use crate::metrics;

const LIVE: &str = "SELECT COUNT(*) FROM watches WHERE state IN ('asked', 'live')";
const STOPPED: &str = "SELECT COUNT(*) FROM watches WHERE state = 'stopped'";
const TASKS_DUE: &str = "SELECT COUNT(*), MIN(next_poll_at) FROM tasks WHERE next_poll_at <= $1";
const WATCHES_DUE: &str =
    "SELECT COUNT(*), MIN(next_delivery_at) FROM watches WHERE next_delivery_at <= $1";

/// The numbers of rows that wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// Watches in state `asked` or `live`.
    pub live: u64,
    /// Watches that a person stopped and whose message does not yet show it.
    pub stopped: u64,
    /// Tasks that are due to be polled.
    pub tasks: Due,
    /// Watches whose message is due to be delivered.
    pub watches: Due,
}

/// Rows that are due: unclaimed, or claimed with a lease that is over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Due {
    pub rows: u64,
    /// When the oldest became due.
    pub since: Option<Timestamp>,
}

impl Store {
    /// Counts the rows that wait at `now`.
    pub async fn load(&self, now: Timestamp) -> Result<Load, StoreError> {
        let _timer = metrics::database("load");
        Ok(Load {
            live: self.count(LIVE).await?,
            stopped: self.count(STOPPED).await?,
            tasks: self.due(TASKS_DUE, now).await?,
            watches: self.due(WATCHES_DUE, now).await?,
        })
    }

    async fn count(&self, query: &'static str) -> Result<u64, StoreError> {
        let mut connection = self.connection().await?;
        let rows: i64 = sqlx::query_scalar(query)
            .fetch_one(&mut **connection)
            .await?;
        Ok(rows.unsigned_abs())
    }

    async fn due(&self, query: &'static str, now: Timestamp) -> Result<Due, StoreError> {
        let mut connection = self.connection().await?;
        let due = sqlx::query_as(query).bind(now.0);
        let (rows, since): (i64, Option<i64>) = due.fetch_one(&mut **connection).await?;
        Ok(Due {
            rows: rows.unsigned_abs(),
            since: since.map(Timestamp),
        })
    }
}

#[cfg(test)]
mod tests {
    use sqlx::Row;

    use super::*;
    use crate::domain::secret::Secret;

    #[tokio::test]
    async fn each_query_reads_its_index_and_no_other_row() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("bot.db").display());
        let store = Store::open(&Secret::new(url)).await.unwrap();
        let queries = [
            (LIVE, "watches_running_of_user"),
            (STOPPED, "watches_stopped"),
            (TASKS_DUE, "tasks_due"),
            (WATCHES_DUE, "watches_due"),
        ];
        for (query, index) in queries {
            let explain = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {query}"));
            let explain = sqlx::query(explain);
            let explain = if query.contains("$1") {
                explain.bind(1_i64)
            } else {
                explain
            };
            let rows = explain
                .fetch_all(&mut **store.connection().await.unwrap())
                .await
                .unwrap();
            let plan: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
            assert_eq!(plan.len(), 1, "{plan:?}");
            assert!(
                plan[0].contains(&format!("COVERING INDEX {index}")),
                "{plan:?}"
            );
        }
    }
}
