//! Tasks: the four verbs of a poll.

use std::time::Duration;

use sqlx::any::Any;
use sqlx::{AnyConnection, Row, Transaction};

use super::database::{Backend, Store};
use super::error::StoreError;
use super::signal::Signal;
use super::{postgres, row, sqlite};
use crate::domain::decide::delivery::EDIT_INTERVAL;
use crate::domain::decide::poll::Polled;
use crate::domain::task::{Task, TaskId};
use crate::domain::time::{Timestamp, millis};
use crate::metrics;

/// Records what a poll came to, unless the claim was lost or, as `requests` tells,
/// somebody asked for the task meanwhile. The task is due again only while somebody
/// watches it.
const SETTLE: &str = "UPDATE tasks SET revision = $4, snapshot = $5, outcome = $6, answered = 1, known = $7, \
         setback = $8, failures = $9, troubled = $10, unfinished_at = $11, took_ms = $12, model = $13, \
         setback_since = $15, claimed = 0, next_poll_at = CASE WHEN EXISTS \
             (SELECT 1 FROM watches WHERE task_id = $1 AND state = 'live') THEN $14 END \
     WHERE id = $1 AND attempt = $2 AND requests = $3 AND claimed = 1";

/// Tells the live watches of a task of its revision `$2`, and makes those due at `$3`
/// that nobody has claimed. A watch that waits because its message was edited after
/// `$4` is due as well, because a change of state is shown at once; one that waits
/// because Discord refused it goes on waiting.
const TELL_NEWS: &str = "UPDATE watches SET wanted_revision = $2, \
         next_delivery_at = CASE WHEN claimed = 0 AND (next_delivery_at IS NULL \
             OR (failures = 0 AND edited_at > $4)) THEN $3 ELSE next_delivery_at END \
     WHERE task_id = $1 AND state = 'live'";

/// A poll that is settled.
#[derive(Clone, Debug, PartialEq)]
pub struct SettledTask {
    pub task: Task,
    /// When the task is due again, if somebody still watches it then.
    pub next_poll_at: Option<Timestamp>,
    /// How many watches were told of news.
    pub told: u64,
}

impl Store {
    /// Claims up to `limit` tasks that are due at `now`, for the time of `lease`.
    pub async fn claim_tasks(
        &self,
        now: Timestamp,
        lease: Duration,
        limit: u32,
    ) -> Result<Vec<Task>, StoreError> {
        let _timer = metrics::database("claim_tasks");
        let claim = match self.backend {
            Backend::Sqlite(_) => sqlite::CLAIM_TASKS,
            Backend::Postgres(_) => postgres::CLAIM_TASKS,
        };
        let rows = sqlx::query(claim)
            .bind(now.0)
            .bind(now.plus(lease).0)
            .bind(i64::from(limit))
            .fetch_all(&mut *self.connection().await?)
            .await?;
        Ok(row::readable(&rows, row::task).collect())
    }

    /// Moves the end of a claimed task's lease to `until`.
    pub async fn renew_task(&self, claimed: &Task, until: Timestamp) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE tasks SET next_poll_at = $1 \
             WHERE id = $2 AND attempt = $3 AND claimed = 1 AND next_poll_at IS NOT NULL",
        )
        .bind(until.0)
        .bind(claimed.id.as_str())
        .bind(claimed.attempt)
        .execute(&mut *self.connection().await?)
        .await?;
        Ok(())
    }

    /// Makes a claimed task due again at `now`, as if nobody had claimed it.
    pub async fn release_task(&self, claimed: &Task, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE tasks SET next_poll_at = $1, claimed = 0 \
             WHERE id = $2 AND attempt = $3 AND claimed = 1 AND next_poll_at IS NOT NULL",
        )
        .bind(now.0)
        .bind(claimed.id.as_str())
        .bind(claimed.attempt)
        .execute(&mut *self.connection().await?)
        .await?;
        Ok(())
    }

    /// Settles the poll of a claimed task: `decide` makes of the task as it is now what
    /// it becomes. Live watches are told of news; a watch that is being delivered sees
    /// them when it is settled. Fails with [`StoreError::ClaimLost`].
    pub async fn settle_task(
        &self,
        claimed: &Task,
        now: Timestamp,
        decide: impl Fn(&Task) -> Polled,
    ) -> Result<SettledTask, StoreError> {
        let _timer = metrics::database("settle_task");
        let mut connection = self.connection().await?;
        let mut current = claimed.clone();
        loop {
            let polled = decide(&current);
            let told = if polled.task.revision == current.revision {
                let settled = settle(&mut connection, &polled).await?;
                settled.then_some(0)
            } else {
                let mut tx = self.begin(&mut connection).await?;
                if settle(&mut tx, &polled).await? {
                    let told = tell_news(&mut tx, &polled.task, now).await?;
                    self.signal(&mut tx, Signal::Delivery).await?;
                    tx.commit().await?;
                    Some(told)
                } else {
                    tx.rollback().await?;
                    None
                }
            };
            if let Some(told) = told {
                let Polled { task, next_poll_at } = polled;
                return Ok(SettledTask {
                    task,
                    next_poll_at,
                    told,
                });
            }
            // Somebody joined meanwhile, or the claim is over.
            let row =
                sqlx::query("SELECT * FROM tasks WHERE id = $1 AND attempt = $2 AND claimed = 1")
                    .bind(claimed.id.as_str())
                    .bind(claimed.attempt)
                    .fetch_optional(&mut *connection)
                    .await?;
            current = row::task(&row.ok_or(StoreError::ClaimLost)?)?;
        }
    }

    /// Stops the polls of a task that nobody watches any more: one of its watches has
    /// ended before the task did. A crash before this leaves a task that is polled
    /// once more.
    pub async fn park_task(&self, id: &TaskId) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        let mut tx = self.begin(&mut connection).await?;
        self.lock_task(&mut tx, id).await?;
        park_if_unwatched(&mut tx, id).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Makes the tasks that were put off because of a setback due at `now`, once the
    /// provider answers again; returns how many there were.
    pub async fn resume_tasks(&self, now: Timestamp) -> Result<u64, StoreError> {
        let _timer = metrics::database("resume_tasks");
        let done = sqlx::query(
            "UPDATE tasks SET next_poll_at = $1 WHERE next_poll_at > $1 AND claimed = 0 \
                 AND setback IN ('not_answering', 'not_found', 'denied')",
        )
        .bind(now.0)
        .execute(&mut *self.connection().await?)
        .await?;
        Ok(done.rows_affected())
    }

    /// When the next task is due.
    pub async fn next_poll_at(&self) -> Result<Option<Timestamp>, StoreError> {
        let row = sqlx::query(
            "SELECT MIN(next_poll_at) AS due FROM tasks WHERE next_poll_at IS NOT NULL",
        )
        .fetch_one(&mut *self.connection().await?)
        .await?;
        Ok(row.try_get::<Option<i64>, _>("due")?.map(Timestamp))
    }

    /// A task by its id.
    pub async fn task(&self, id: &TaskId) -> Result<Option<Task>, StoreError> {
        let row = sqlx::query("SELECT * FROM tasks WHERE id = $1")
            .bind(id.as_str())
            .fetch_optional(&mut *self.connection().await?)
            .await?;
        row.as_ref().map(row::task).transpose()
    }
}

/// Records a poll and returns whether its claim was still good.
async fn settle(
    connection: &mut AnyConnection,
    Polled { task, next_poll_at }: &Polled,
) -> Result<bool, StoreError> {
    let done = sqlx::query(SETTLE)
        .bind(task.id.as_str())
        .bind(task.attempt)
        .bind(task.requests)
        .bind(task.revision)
        .bind(row::snapshot(task)?)
        .bind(row::optional_text(task.outcome.as_ref())?)
        .bind(i64::from(task.known))
        .bind(row::optional_text(task.setback.as_ref())?)
        .bind(i64::from(task.failures))
        .bind(i64::from(task.troubled))
        .bind(task.unfinished_at.map(|at| at.0))
        .bind(task.took.map(millis))
        .bind(task.snapshot.model.as_deref().unwrap_or_default())
        .bind(next_poll_at.map(|at| at.0))
        .bind(task.setback_since.map(|at| at.0))
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Tells the live watches of news and returns how many there are.
async fn tell_news(
    tx: &mut Transaction<'_, Any>,
    task: &Task,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let done = sqlx::query(TELL_NEWS)
        .bind(task.id.as_str())
        .bind(task.revision)
        .bind(now.0)
        .bind(now.minus(EDIT_INTERVAL).0)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected())
}

/// Stops the polls of a task that nobody watches; the task's row is locked.
pub(super) async fn park_if_unwatched(
    tx: &mut Transaction<'_, Any>,
    id: &TaskId,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE tasks SET next_poll_at = NULL WHERE id = $1 \
         AND NOT EXISTS (SELECT 1 FROM watches WHERE task_id = $1 AND state = 'live')",
    )
    .bind(id.as_str())
    .execute(&mut **tx)
    .await?;
    Ok(())
}
