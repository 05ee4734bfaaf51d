//! Tasks: claiming those that are due and settling their polls.

use std::time::Duration;

use sqlx::any::Any;
use sqlx::{AnyConnection, Row, Transaction};

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
        decide: impl Fn(&Task) -> Polled,
    ) -> Result<Option<Task>, StoreError> {
        let _timer = metrics::database("settle_poll");
        // Mostly nothing has changed, here or at the provider: one statement.
        let Polled { task, next_poll_at } = decide(claimed);
        if task.revision == claimed.revision && task.outcome.is_none() {
            let mut connection = self.pool.acquire().await?;
            let unchanged = Claim::OverIfUnchanged;
            if save_task(&mut connection, &task, next_poll_at, unchanged).await? {
                return Ok(Some(task));
            }
        }
        let mut tx = self.begin().await?;
        let current = match self.lock_task(&mut tx, &claimed.id).await? {
            Some(task) if task.attempt == claimed.attempt => task,
            _ => return Ok(None),
        };
        let Polled { task, next_poll_at } = decide(&current);
        save_task(&mut tx, &task, next_poll_at, Claim::Over).await?;
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
             WHERE id = $2 AND attempt = $3 AND claimed = 1 AND next_poll_at IS NOT NULL",
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

/// Makes `fresh`'s row, due at `due_at`; or, where there is one already, locks it
/// and returns what it holds and when it is due. Of two processes that meet the
/// same new task one makes it, and the other waits for that.
pub(super) async fn insert_or_lock_task(
    tx: &mut Transaction<'static, Any>,
    fresh: &Task,
    due_at: Timestamp,
    lock_task: &'static str,
) -> Result<Option<(Task, Option<Timestamp>)>, StoreError> {
    let insert = "INSERT INTO tasks (id, revision, snapshot, answered, known, failures, troubled, \
             watched_since, give_up_at, attempt, family, next_poll_at) \
         VALUES ($1, $2, $3, 0, 0, 0, 0, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING";
    loop {
        let made = sqlx::query(insert)
            .bind(fresh.id.as_str())
            .bind(fresh.revision)
            .bind(snapshot(fresh)?)
            .bind(fresh.watched_since.0)
            .bind(fresh.give_up_at.0)
            .bind(fresh.attempt)
            .bind(fresh.id.family())
            .bind(due_at.0)
            .execute(&mut **tx)
            .await?;
        if made.rows_affected() == 1 {
            return Ok(None);
        }
        let row = sqlx::query(lock_task)
            .bind(fresh.id.as_str())
            .fetch_optional(&mut **tx)
            .await?;
        // Without a row it was removed for its age at this very moment.
        if let Some(row) = row {
            let due = row.try_get::<Option<i64>, _>("next_poll_at")?;
            return Ok(Some((row::task(&row)?, due.map(Timestamp))));
        }
    }
}

fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

/// What becomes of a claim on a task that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Claim {
    /// Whoever has it keeps it.
    Stays,
    /// Its poll is settled: it is due again only while somebody watches.
    Over,
    /// Likewise, unless somebody asked for the task meanwhile, which moves the
    /// time to give up.
    OverIfUnchanged,
}

/// Writes a whole task, except for its attempt; returns whether its row is the
/// one that was read.
pub(super) async fn save_task(
    connection: &mut AnyConnection,
    task: &Task,
    next_poll_at: Option<Timestamp>,
    claim: Claim,
) -> Result<bool, StoreError> {
    let saved = sqlx::query(
        "UPDATE tasks SET revision = $2, snapshot = $3, outcome = $4, answered = $5, known = $6, setback = $7, \
             failures = $8, troubled = $9, watched_since = $10, give_up_at = $11, unfinished_at = $12, \
             took_ms = $14, model = $18, claimed = claimed * $15, \
             next_poll_at = CASE WHEN $15 = 1 OR EXISTS \
                 (SELECT 1 FROM watches WHERE task_id = $1 AND state = 'live') THEN $13 END \
         WHERE id = $1 AND attempt = $16 AND ($17 = 0 OR give_up_at = $11)",
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
    .bind(i64::from(claim == Claim::Stays))
    .bind(task.attempt)
    .bind(i64::from(claim == Claim::OverIfUnchanged))
    .bind(task.snapshot.model.as_deref().unwrap_or_default())
    .execute(connection)
    .await?;
    Ok(saved.rows_affected() == 1)
}

fn snapshot(task: &Task) -> Result<String, StoreError> {
    serde_json::to_string(&task.snapshot).map_err(|_| StoreError::Row("snapshot"))
}
