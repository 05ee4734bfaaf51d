//! Tasks: claiming those that are due and settling their polls.

use std::time::Duration;

use sqlx::any::Any;
use sqlx::{Row, Transaction};

use super::{Signal, Store, StoreError, row};
use crate::domain::decide::delivery::EDIT_INTERVAL;
use crate::domain::decide::poll::Polled;
use crate::domain::task::{Task, TaskId};
use crate::domain::time::Timestamp;
use crate::metrics;

impl Store {
    /// Claims up to `limit` tasks that are due at `now`, for the time of `lease`.
    ///
    /// # Errors
    /// [`StoreError`] if the database does not answer; nothing is claimed then.
    pub async fn claim_tasks(
        &self,
        now: Timestamp,
        lease: Duration,
        limit: u32,
    ) -> Result<Vec<Task>, StoreError> {
        let _timer = metrics::database("claim_tasks");
        let rows = sqlx::query(self.dialect.claim_tasks)
            .bind(now.0)
            .bind(now.plus(lease).0)
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
            .await?;
        Ok(row::readable(&rows, row::task).collect())
    }

    /// Settles the poll of a claimed task: `decide` makes of the task as it is
    /// now what it becomes. Returns that, or `None` if the claim was lost to
    /// another process meanwhile. Watches whose message is now behind become due.
    ///
    /// # Errors
    /// [`StoreError`] if the database does not answer; nothing is recorded then.
    pub async fn settle_poll(
        &self,
        claimed: &Task,
        now: Timestamp,
        decide: impl FnOnce(&Task) -> Polled,
    ) -> Result<Option<Task>, StoreError> {
        let _timer = metrics::database("settle_poll");
        let mut tx = self.begin().await?;
        let current = match self.lock_task(&mut tx, &claimed.id).await? {
            Some(task) if task.attempt == claimed.attempt => task,
            _ => return Ok(None),
        };
        let Polled { task, next_poll_at } = decide(&current);
        let watched =
            sqlx::query("SELECT 1 FROM watches WHERE task_id = $1 AND state = 'live' LIMIT 1")
                .bind(task.id.as_str())
                .fetch_optional(&mut *tx)
                .await?;
        save_task(&mut tx, &task, next_poll_at.filter(|_| watched.is_some())).await?;
        if task.revision > current.revision {
            sqlx::query(
                "UPDATE watches SET next_delivery_at = $1 \
                 WHERE task_id = $2 AND state = 'live' AND (next_delivery_at IS NULL \
                     OR (claimed = 0 AND failures = 0 AND edited_at > $3))",
            )
            .bind(now.0)
            .bind(task.id.as_str())
            // Put off because it was just edited: whether that still holds is
            // for the courier to say, who shows a change of state at once.
            .bind(now.minus(EDIT_INTERVAL).0)
            .execute(&mut *tx)
            .await?;
            self.signal(&mut tx, Signal::Delivery).await?;
        }
        tx.commit().await?;
        Ok(Some(task))
    }

    /// Moves the end of a claimed task's lease.
    ///
    /// # Errors
    /// [`StoreError`] if the database does not answer; the lease runs out then.
    pub async fn hold_task(&self, claimed: &Task, until: Timestamp) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE tasks SET next_poll_at = $1 \
             WHERE id = $2 AND attempt = $3 AND next_poll_at IS NOT NULL",
        )
        .bind(until.0)
        .bind(claimed.id.as_str())
        .bind(claimed.attempt)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// When the next task is due.
    ///
    /// # Errors
    /// [`StoreError`] if the database does not answer.
    pub async fn next_poll_at(&self) -> Result<Option<Timestamp>, StoreError> {
        let row = sqlx::query(
            "SELECT MIN(next_poll_at) AS due FROM tasks WHERE next_poll_at IS NOT NULL",
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(row.try_get::<Option<i64>, _>("due")?.map(Timestamp))
    }

    /// A task by its id.
    ///
    /// # Errors
    /// [`StoreError`] if the database does not answer.
    pub async fn task(&self, id: &TaskId) -> Result<Option<Task>, StoreError> {
        let row = sqlx::query("SELECT * FROM tasks WHERE id = $1")
            .bind(id.as_str())
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(row::task).transpose()
    }
}

/// Locks the row of `fresh`'s id, and makes it from `fresh` if there is none;
/// returns what the row holds and when it is due. One statement, so that two
/// processes that meet the same new task agree on one of them as the first.
pub(super) async fn lock_or_insert_task(
    tx: &mut Transaction<'static, Any>,
    fresh: &Task,
) -> Result<(Task, Option<Timestamp>), StoreError> {
    let row = sqlx::query(
        "INSERT INTO tasks (id, revision, snapshot, answered, known, failures, troubled, watched_since, \
             give_up_at, attempt, family) \
         VALUES ($1, $2, $3, 0, 0, 0, 0, $4, $5, $6, $7) \
         ON CONFLICT (id) DO UPDATE SET id = excluded.id RETURNING *",
    )
    .bind(fresh.id.as_str())
    .bind(fresh.revision)
    .bind(snapshot(fresh)?)
    .bind(fresh.watched_since.0)
    .bind(fresh.give_up_at.0)
    .bind(fresh.attempt)
    .bind(fresh.id.family())
    .fetch_one(&mut **tx)
    .await?;
    let due = row.try_get::<Option<i64>, _>("next_poll_at")?;
    Ok((row::task(&row)?, due.map(Timestamp)))
}

fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

/// Writes a whole locked task, except for its attempt.
pub(super) async fn save_task(
    tx: &mut Transaction<'static, Any>,
    task: &Task,
    next_poll_at: Option<Timestamp>,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE tasks SET revision = $2, snapshot = $3, outcome = $4, answered = $5, known = $6, setback = $7, \
             failures = $8, troubled = $9, watched_since = $10, give_up_at = $11, unfinished_at = $12, \
             next_poll_at = $13, took_ms = $14 \
         WHERE id = $1",
    )
    .bind(task.id.as_str())
    .bind(task.revision)
    .bind(snapshot(task)?)
    .bind(row::optional_text(task.outcome.as_ref())?)
    .bind(i64::from(task.answered))
    .bind(i64::from(task.known))
    .bind(row::optional_text(task.setback.as_ref())?)
    .bind(i64::from(task.failures))
    .bind(i64::from(task.troubled))
    .bind(task.watched_since.0)
    .bind(task.give_up_at.0)
    .bind(task.unfinished_at.map(|at| at.0))
    .bind(next_poll_at.map(|at| at.0))
    .bind(task.took.map(millis))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

fn snapshot(task: &Task) -> Result<String, StoreError> {
    serde_json::to_string(&task.snapshot).map_err(|_| StoreError::Row("snapshot"))
}
