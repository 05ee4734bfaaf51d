//! The store's tasks, with the four verbs of a poll.

use std::time::Duration;

use sqlx::any::Any;
use sqlx::{AnyConnection, Transaction};

use super::database::Store;
use super::error::StoreError;
use super::signal::Signal;
use super::{postgres, row, sqlite};
use crate::domain::decide::poll::Polled;
use crate::domain::recent::RecentTask;
use crate::domain::task::{Task, TaskId};
use crate::domain::time::{Timestamp, millis};
use crate::domain::usual::LOOKED_AT;
use crate::metrics;

/// Records the result of a poll, unless the claim was lost or, as the number of `requests`
/// shows, somebody asked for the task meanwhile. The task is due again only if somebody
/// watches it.
const SETTLE: &str = "UPDATE tasks SET revision = $4, snapshot = $5, outcome = $6, answered = 1, known = $7, \
         setback = $8, failures = $9, troubled = $10, unfinished_at = $11, took_ms = $12, model = $13, \
         setback_since = $15, state = $16, title = $17, gateway = $18, claimed = 0, next_poll_at = CASE WHEN EXISTS \
             (SELECT 1 FROM watches WHERE task_id = $1 AND state = 'live') THEN $14 END \
     WHERE id = $1 AND attempt = $2 AND requests = $3 AND claimed = 1";

/// Records a task's revision `$2` in its live watches, and makes unclaimed ones due at
/// `$3`. A watch that waits after a failed delivery goes on waiting.
const TELL_NEWS: &str = "UPDATE watches SET wanted_revision = $2, \
         next_delivery_at = CASE WHEN claimed = 0 AND (next_delivery_at IS NULL OR failures = 0) \
             THEN $3 ELSE next_delivery_at END \
     WHERE task_id = $1 AND state = 'live'";

const TOOK_OF_FAMILY: &str = "SELECT took_ms FROM tasks WHERE family = $1 AND took_ms IS NOT NULL \
     ORDER BY watched_since DESC LIMIT $2 + 0";

const TOOK_OF_MODEL: &str = "SELECT took_ms FROM tasks WHERE family = $1 AND took_ms IS NOT NULL AND model = $3 \
     ORDER BY watched_since DESC LIMIT $2 + 0";

/// The result of a settled poll.
#[derive(Clone, Debug, PartialEq)]
pub struct SettledTask {
    pub task: Task,
    /// When the task is due again, provided that somebody still watches it.
    pub next_poll_at: Option<Timestamp>,
    /// The number of watches that were told of news.
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
        let claim = sqlx::query(self.statement(sqlite::CLAIM_TASKS, postgres::CLAIM_TASKS))
            .bind(now.0)
            .bind(now.plus(lease).0)
            .bind(i64::from(limit));
        let rows = claim.fetch_all(&mut **self.connection().await?).await?;
        Ok(row::readable(&rows, row::task))
    }

    /// Moves the end of a claimed task's lease to `until`.
    pub async fn renew_task(&self, claimed: &Task, until: Timestamp) -> Result<(), StoreError> {
        let renew = "UPDATE tasks SET next_poll_at = $1 \
             WHERE id = $2 AND attempt = $3 AND claimed = 1 AND next_poll_at IS NOT NULL";
        let renew = sqlx::query(renew).bind(until.0).bind(claimed.id.as_str());
        self.run(renew.bind(claimed.attempt)).await?;
        Ok(())
    }

    /// Makes a claimed task due again at `now`, as if nobody had claimed it.
    pub async fn release_task(&self, claimed: &Task, now: Timestamp) -> Result<(), StoreError> {
        let release = "UPDATE tasks SET next_poll_at = $1, claimed = 0 \
             WHERE id = $2 AND attempt = $3 AND claimed = 1 AND next_poll_at IS NOT NULL";
        let release = sqlx::query(release).bind(now.0).bind(claimed.id.as_str());
        self.run(release.bind(claimed.attempt)).await?;
        Ok(())
    }

    /// Settles the poll of a claimed task with the changes that `decide` makes to its
    /// present row; `decide` runs again if somebody asks for the task meanwhile. Live
    /// watches are told of news; a delivery in progress notices them when it is settled.
    ///
    /// Fails with [`StoreError::ClaimLost`] if the claim is over.
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
            let Polled { task, next_poll_at } = decide(&current);
            let told = if task.revision == current.revision {
                let settled = settle(&mut connection, &task, next_poll_at).await?;
                settled.then_some(0)
            } else {
                let mut tx = self.begin(&mut connection).await?;
                if settle(&mut tx, &task, next_poll_at).await? {
                    let tell = sqlx::query(TELL_NEWS)
                        .bind(task.id.as_str())
                        .bind(task.revision)
                        .bind(now.0);
                    let told = tell.execute(&mut *tx).await?.rows_affected();
                    self.signal(&mut tx, Signal::Delivery).await?;
                    tx.commit().await?;
                    Some(told)
                } else {
                    tx.rollback().await?;
                    None
                }
            };
            if let Some(told) = told {
                return Ok(SettledTask {
                    task,
                    next_poll_at,
                    told,
                });
            }
            // Somebody joined meanwhile, or the claim is over.
            let still = "SELECT * FROM tasks WHERE id = $1 AND attempt = $2 AND claimed = 1";
            let still = sqlx::query(still).bind(claimed.id.as_str());
            let still = still.bind(claimed.attempt);
            let row = still.fetch_optional(&mut **connection).await?;
            current = row::task(&row.ok_or(StoreError::ClaimLost)?)?;
        }
    }

    /// Stops the polls of a task if nobody watches it any more. Called after a watch
    /// ended before its task; after a crash before this call the task is polled once more.
    pub async fn park_task(&self, id: &TaskId) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        let mut tx = self.begin(&mut connection).await?;
        self.lock_task(&mut tx, id.as_str()).await?;
        park_if_unwatched(&mut tx, id).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Makes tasks that wait because of a setback due at `now`, once `gateway` answers
    /// again, and returns their number. Only tasks that this gateway or none has shown
    /// are meant, because this gateway may know the latter.
    pub async fn resume_tasks(&self, now: Timestamp, gateway: &str) -> Result<u64, StoreError> {
        let _timer = metrics::database("resume_tasks");
        let resume = "UPDATE tasks SET next_poll_at = $1 WHERE next_poll_at > $1 AND claimed = 0 \
             AND setback IN ('not_answering', 'not_found', 'denied') \
             AND (gateway = $2 OR gateway IS NULL)";
        self.run(sqlx::query(resume).bind(now.0).bind(gateway))
            .await
    }

    /// Returns when the next task is due.
    pub async fn next_poll_at(&self) -> Result<Option<Timestamp>, StoreError> {
        let next = "SELECT MIN(next_poll_at) FROM tasks WHERE next_poll_at IS NOT NULL";
        let next: Option<i64> = sqlx::query_scalar(next)
            .fetch_one(&mut **self.connection().await?)
            .await?;
        Ok(next.map(Timestamp))
    }

    pub async fn task(&self, id: &TaskId) -> Result<Option<Task>, StoreError> {
        let task = sqlx::query("SELECT * FROM tasks WHERE id = $1").bind(id.as_str());
        let row = task.fetch_optional(&mut **self.connection().await?).await?;
        row.as_ref().map(row::task).transpose()
    }

    /// Returns how long the last [`LOOKED_AT`] tasks of `task`'s model took, newest first,
    /// or those of its family if the provider has not named the model.
    pub async fn durations(&self, task: &Task) -> Result<Vec<Duration>, StoreError> {
        let (family, limit) = (task.id.family(), i64::from(LOOKED_AT));
        let took = match &task.snapshot.model {
            Some(model) => sqlx::query_scalar(TOOK_OF_MODEL)
                .bind(family)
                .bind(limit)
                .bind(model),
            None => sqlx::query_scalar(TOOK_OF_FAMILY).bind(family).bind(limit),
        };
        let took: Vec<i64> = took.fetch_all(&mut **self.connection().await?).await?;
        let took = took.into_iter().map(i64::unsigned_abs);
        Ok(took.map(Duration::from_millis).collect())
    }
}

/// Records a poll. Returns `false`, and records nothing, if the claim is over or somebody
/// asked for the task meanwhile.
async fn settle(
    connection: &mut AnyConnection,
    task: &Task,
    next_poll_at: Option<Timestamp>,
) -> Result<bool, StoreError> {
    let recent = RecentTask::of(task);
    let settle = sqlx::query(SETTLE)
        .bind(task.id.as_str())
        .bind(task.attempt)
        .bind(task.requests)
        .bind(task.revision)
        .bind(row::snapshot(task)?)
        .bind(row::text(&task.outcome)?)
        .bind(i64::from(task.known))
        .bind(row::text(&task.setback)?)
        .bind(i64::from(task.failures))
        .bind(i64::from(task.troubled))
        .bind(task.unfinished_at.map(|at| at.0))
        .bind(task.took.map(millis))
        .bind(task.snapshot.model.as_deref().unwrap_or_default())
        .bind(next_poll_at.map(|at| at.0))
        .bind(task.setback_since.map(|at| at.0))
        .bind(row::text(&recent.state)?)
        .bind(recent.title)
        .bind(task.gateway.as_deref());
    Ok(settle.execute(connection).await?.rows_affected() == 1)
}

/// Stops the polls of a task if nobody watches it. The caller holds the lock of its row.
pub(super) async fn park_if_unwatched(
    tx: &mut Transaction<'_, Any>,
    id: &TaskId,
) -> Result<(), StoreError> {
    let park = "UPDATE tasks SET next_poll_at = NULL WHERE id = $1 \
         AND NOT EXISTS (SELECT 1 FROM watches WHERE task_id = $1 AND state = 'live')";
    let park = sqlx::query(park).bind(id.as_str());
    park.execute(&mut **tx).await?;
    Ok(())
}
