//! How much there is to do, for the metrics. Every query here reads an index of
//! the rows that it counts, and none of those that rest.

use sqlx::Row;

use super::{Store, StoreError};
use crate::domain::time::Timestamp;
use crate::metrics;

/// What waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// Watches that follow their task.
    pub live: u64,
    /// Watches that a person stopped and whose message is yet to say so.
    pub stopped: u64,
    /// Tasks that are due to be polled.
    pub tasks: Due,
    /// Watches whose message is due to be delivered.
    pub watches: Due,
}

/// Rows that are due and that nobody has claimed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Due {
    /// How many.
    pub rows: u64,
    /// Since when the oldest is due.
    pub since: Option<Timestamp>,
}

impl Store {
    /// What waits at `now`.
    ///
    /// # Errors
    /// [`StoreError`] if the database does not answer.
    pub async fn load(&self, now: Timestamp) -> Result<Load, StoreError> {
        let _timer = metrics::database("load");
        let rows = sqlx::query(
            "SELECT state, COUNT(*) AS n FROM watches WHERE state <> 'ended' GROUP BY state",
        )
        .fetch_all(&self.pool)
        .await?;
        let mut load = Load::default();
        for row in rows {
            let count = row.try_get::<i64, _>("n")?.unsigned_abs();
            match row.try_get("state")? {
                "live" => load.live = count,
                _ => load.stopped = count,
            }
        }
        load.tasks = self
            .due(
                "SELECT COUNT(*) AS n, MIN(next_poll_at) AS since FROM tasks WHERE next_poll_at <= $1",
                now,
            )
            .await?;
        load.watches = self
            .due(
                "SELECT COUNT(*) AS n, MIN(next_delivery_at) AS since FROM watches WHERE next_delivery_at <= $1",
                now,
            )
            .await?;
        Ok(load)
    }

    async fn due(&self, query: &'static str, now: Timestamp) -> Result<Due, StoreError> {
        let row = sqlx::query(query).bind(now.0).fetch_one(&self.pool).await?;
        Ok(Due {
            rows: row.try_get::<i64, _>("n")?.unsigned_abs(),
            since: row.try_get::<Option<i64>, _>("since")?.map(Timestamp),
        })
    }
}
