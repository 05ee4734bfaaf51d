//! Tasks: claiming those that are due and settling their polls.

use std::time::Duration;

use sqlx::any::{Any, AnyArguments};
use sqlx::query::Query;
use sqlx::{AnyConnection, Row};

use super::{Signal, Store, StoreError, dialect, row};
use crate::domain::decide::delivery::EDIT_INTERVAL;
use crate::domain::decide::poll::Polled;
use crate::domain::task::{Task, TaskId};
use crate::domain::time::Timestamp;
use crate::metrics;

/// A poll that is settled.
#[derive(Clone, Debug, PartialEq)]
pub struct Settled {
    /// The task as it is now.
    pub task: Task,
    /// When it is due again, if somebody still watches it then.
    pub next_poll_at: Option<Timestamp>,
    /// How many watches have become due by it.
    pub behind: u64,
}

impl Settled {
    fn new(polled: Polled, behind: u64) -> Self {
        let Polled { task, next_poll_at } = polled;
        Self {
            task,
            next_poll_at,
            behind,
        }
    }
}

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
            .fetch_all(&mut *self.connection().await?)
            .await?;
        Ok(row::readable(&rows, row::task).collect())
    }

    /// Settles the poll of a claimed task: `decide` makes of the task as it is
    /// now what it becomes. Returns that, or `None` if the claim is over, settled or
    /// lost to another process meanwhile. Watches whose message is now behind become due,
    /// but for those that are claimed: whoever has them sees the news at the end.
    ///
    /// # Errors
    /// [`StoreError`] if the database does not answer; nothing is recorded then.
    pub async fn settle_poll(
        &self,
        claimed: &Task,
        now: Timestamp,
        decide: impl Fn(&Task) -> Polled,
    ) -> Result<Option<Settled>, StoreError> {
        let _timer = metrics::database("settle_poll");
        let settled = self.settle(claimed, now, decide).await?;
        if settled
            .as_ref()
            .is_some_and(|settled| settled.task.took.is_some())
        {
            self.remembered.forget();
        }
        Ok(settled)
    }

    async fn settle(
        &self,
        claimed: &Task,
        now: Timestamp,
        decide: impl Fn(&Task) -> Polled,
    ) -> Result<Option<Settled>, StoreError> {
        let mut connection = self.connection().await?;
        // Mostly nobody has touched the row since it was claimed, so that it need
        // not be read again.
        let polled = decide(claimed);
        let unchanged = Claim::OverIfUnchanged;
        // Whoever made the task has its first claim, and that of its watch: unless
        // somebody asked for it meanwhile, nobody else waits for news.
        if polled.task.revision == claimed.revision || claimed.attempt == 1 {
            let save = bound(dialect::SAVE_TASK, &polled, unchanged)?;
            if connection.run(save, 1).await?.changed == 1 {
                return Ok(Some(Settled::new(polled, 0)));
            }
        } else if let Some(settle_news) = self.dialect.settle_news {
            let settle = bound(settle_news, &polled, unchanged)?
                .bind(now.0)
                .bind(now.minus(EDIT_INTERVAL).0);
            let done = connection.run(settle, 2).await?;
            if let Some(behind) = done.changed.checked_sub(1) {
                return Ok(Some(Settled::new(polled, behind)));
            }
        }
        let mut tx = self.begin(&mut connection).await?;
        let current = match self.lock_task(&mut tx, &claimed.id).await? {
            Some(task) if task.attempt == claimed.attempt => task,
            _ => return Ok(None),
        };
        let polled = decide(&current);
        if !save_task(&mut tx, &polled, Claim::Over).await? {
            return Ok(None);
        }
        let mut behind = 0;
        if polled.task.revision > current.revision {
            let due = sqlx::query(dialect::WATCHES_BEHIND)
                .bind(claimed.id.as_str())
                .bind(now.0)
                .bind(now.minus(EDIT_INTERVAL).0)
                .execute(&mut *tx)
                .await?;
            behind = due.rows_affected();
            self.signal(&mut tx, Signal::Delivery).await?;
        }
        tx.commit().await?;
        Ok(Some(Settled::new(polled, behind)))
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
        .execute(&mut *self.connection().await?)
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
        .fetch_one(&mut *self.connection().await?)
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
            .fetch_optional(&mut *self.connection().await?)
            .await?;
        row.as_ref().map(row::task).transpose()
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
    /// The task starts afresh, and whoever writes it takes it over.
    Taken,
    /// Its poll is settled: it is due again only while somebody watches.
    Over,
    /// Likewise, unless somebody asked for the task meanwhile, which moves the
    /// time to give up.
    OverIfUnchanged,
}

/// Writes a whole task that was read under its attempt; returns whether its row
/// is still the one that was read, and its claim not yet settled.
pub(super) async fn save_task(
    connection: &mut AnyConnection,
    polled: &Polled,
    claim: Claim,
) -> Result<bool, StoreError> {
    let saved = bound(dialect::SAVE_TASK, polled, claim)?
        .execute(connection)
        .await?;
    Ok(saved.rows_affected() == 1)
}

/// A statement that writes a whole task: `$1` to `$19`.
fn bound<'q>(
    statement: &'static str,
    Polled { task, next_poll_at }: &'q Polled,
    claim: Claim,
) -> Result<Query<'q, Any, AnyArguments>, StoreError> {
    Ok(sqlx::query(statement)
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
        .bind(i64::from(claim == Claim::Taken))
        .bind(task.snapshot.model.as_deref().unwrap_or_default()))
}

pub(super) fn snapshot(task: &Task) -> Result<String, StoreError> {
    serde_json::to_string(&task.snapshot).map_err(|_| StoreError::Row("snapshot"))
}
