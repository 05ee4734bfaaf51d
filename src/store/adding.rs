//! Recording a watch and its task.

use std::time::Duration;

use sqlx::any::{Any, AnyArguments};
use sqlx::query::Query;
use sqlx::{AnyConnection, Row, Transaction};

use super::asking::{self, withdraw};
use super::tasks::{Claim, save_task, snapshot};
use super::watches::rest_if_unwatched;
use super::{Store, StoreError, dialect, row};
use crate::domain::decide::poll::{self, Polled};
use crate::domain::task::{Outcome, Task, TaskId};
use crate::domain::time::Timestamp;
use crate::domain::watch::{NewWatch, Watch, WatchId};
use crate::metrics;

/// What came of recording a watch; the last two only of one on a message.
#[derive(Clone, Debug)]
pub enum Added {
    /// It is recorded now.
    New(Box<Recorded>),
    /// The interaction had been recorded before.
    Again,
    /// Another watch follows this very message already.
    Following,
    /// The requester has as many running watches as allowed.
    TooMany,
}

/// A watch that was just recorded. It is claimed, and so is its task if nobody
/// else was watching that: whoever recorded them goes on with both, or gives
/// them back.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The watch.
    pub watch: Watch,
    /// Its task.
    pub task: Task,
    /// Whether nobody was watching the task before: then its first poll is
    /// claimed as well.
    pub woke: bool,
}

impl Added {
    fn new(watch: Watch, task: Task, woke: bool) -> Self {
        Self::New(Box::new(Recorded { watch, task, woke }))
    }
}

impl Store {
    /// Records a watch that was asked for, and its task. Neither is due before `lease`
    /// is over: until then whoever recorded them goes on; if it crashes, the two
    /// loops take over.
    ///
    /// # Errors
    /// [`StoreError`] if the database does not answer.
    pub async fn add_watch(
        &self,
        asked: &NewWatch,
        now: Timestamp,
        lease: Duration,
        watch_timeout: Duration,
    ) -> Result<Added, StoreError> {
        let _timer = metrics::database("add_watch");
        let lease_ends = now.plus(lease);
        let watch = Watch::new(asked.clone(), now);
        let fresh = fresh(asked, now, watch_timeout);
        let mut connection = self.connection().await?;
        // Mostly nobody knows the task yet: one statement.
        let both = self.both(&watch, &fresh, lease_ends)?;
        let done = connection.run(both, 1).await;
        if self.are_recorded(done.map(|done| done.changed))? {
            return Ok(Added::new(watch, fresh, true));
        }
        let mut tx = self.begin(&mut connection).await?;
        let added = self.add_to_known(&mut tx, watch, fresh, lease_ends).await?;
        if let Added::New(_) = added {
            withdraw(&mut tx, asked.id()).await?;
            tx.commit().await?;
        } else {
            tx.rollback().await?;
            withdraw(&mut connection, asked.id()).await?;
        }
        Ok(added)
    }

    /// Records a watch whose message is there already, likewise, unless the
    /// requester has `most` running ones already.
    ///
    /// On PostgreSQL, presses of one person that are recorded at the very same
    /// moment do not see each other: as many may pass.
    ///
    /// # Errors
    /// [`StoreError`] if the database does not answer.
    pub async fn add_watch_on(
        &self,
        message_id: u64,
        asked: &NewWatch,
        now: Timestamp,
        lease: Duration,
        watch_timeout: Duration,
        most: u32,
    ) -> Result<Added, StoreError> {
        let _timer = metrics::database("add_watch_on");
        let watch = Watch {
            message_id: Some(message_id),
            ..Watch::new(asked.clone(), now)
        };
        let mut connection = self.connection().await?;
        let mut tx = self.begin(&mut connection).await?;
        let added = if running(&mut tx, asked.user_id).await? >= i64::from(most) {
            Added::TooMany
        } else {
            let fresh = fresh(asked, now, watch_timeout);
            self.add_to_known(&mut tx, watch, fresh, now.plus(lease))
                .await?
        };
        // At once: what is only dropped keeps its locks for a while.
        match added {
            Added::New(_) => tx.commit().await?,
            Added::Again | Added::Following | Added::TooMany => tx.rollback().await?,
        }
        Ok(added)
    }

    async fn add_to_known(
        &self,
        tx: &mut Transaction<'_, Any>,
        watch: Watch,
        fresh: Task,
        lease_ends: Timestamp,
    ) -> Result<Added, StoreError> {
        let id = &watch.asked.task_id;
        let mut found = self.lock_task_and_due(tx, id).await?;
        if found.is_none() {
            // It was removed for its age.
            let both = self.both(&watch, &fresh, lease_ends)?;
            let done = both.execute(&mut **tx).await;
            if self.are_recorded(done.map(|done| done.rows_affected()))? {
                return Ok(Added::new(watch, fresh, true));
            }
            // Of two processes that meet the same new task one makes it, and the
            // other waited for that.
            found = self.lock_task_and_due(tx, id).await?;
        }
        let Some((held, due)) = found else {
            return Ok(Added::Again);
        };
        if let Some(message_id) = watch.message_id {
            if due.is_some() && follows(tx, id, message_id).await? {
                return Ok(Added::Following);
            }
            replace_on(tx, id, message_id).await?;
        }
        // An end that others have yet to see is theirs, too: it stays.
        let undelivered = matches!(held.outcome, Some(Outcome::Completed | Outcome::Failed))
            && is_watched(tx, id).await?;
        let dormant = due.is_none() && !undelivered;
        let (next_poll_at, claim) = if dormant {
            (Some(lease_ends), Claim::Taken)
        } else {
            (due, Claim::Stays)
        };
        let (now, timeout) = (watch.created_at, fresh.give_up_at.since(watch.created_at));
        let mut asked = Polled {
            task: poll::asked(id, Some(held), dormant, now, timeout),
            next_poll_at,
        };
        save_task(tx, &asked, claim).await?;
        asked.task.attempt += i64::from(dormant);
        let recorded = bound(dialect::ADD_TO_KNOWN, &watch, lease_ends)?
            .execute(&mut **tx)
            .await?;
        Ok(if recorded.rows_affected() == 1 {
            Added::new(watch, asked.task, dormant)
        } else {
            Added::Again
        })
    }

    /// The query that records a watch and its task, if nobody knows that yet.
    fn both<'q>(
        &self,
        watch: &'q Watch,
        fresh: &'q Task,
        lease_ends: Timestamp,
    ) -> Result<Query<'q, Any, AnyArguments>, StoreError> {
        Ok(bound(self.dialect.add_watch, watch, lease_ends)?
            .bind(fresh.revision)
            .bind(snapshot(fresh)?)
            .bind(fresh.give_up_at.0)
            .bind(fresh.attempt)
            .bind(fresh.id.family()))
    }

    /// Whether it did.
    fn are_recorded(&self, changed: Result<u64, sqlx::Error>) -> Result<bool, StoreError> {
        match changed {
            Ok(changed) => Ok(changed == self.dialect.added),
            Err(error) if was_raised(&error) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    async fn lock_task_and_due(
        &self,
        tx: &mut Transaction<'_, Any>,
        id: &TaskId,
    ) -> Result<Option<(Task, Option<Timestamp>)>, StoreError> {
        let row = sqlx::query(self.dialect.lock_task)
            .bind(id.as_str())
            .fetch_optional(&mut **tx)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let due = row.try_get::<Option<i64>, _>("next_poll_at")?;
        Ok(Some((row::task(&row)?, due.map(Timestamp))))
    }

    /// Removes a watch whose interaction could not be acknowledged: nobody sees
    /// a message of it.
    ///
    /// # Errors
    /// [`StoreError`] if the database does not answer.
    pub async fn drop_watch(&self, id: WatchId, task_id: &TaskId) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        let mut tx = self.begin(&mut connection).await?;
        self.lock_task(&mut tx, task_id).await?;
        sqlx::query("DELETE FROM watches WHERE id = $1")
            .bind(id.0)
            .execute(&mut *tx)
            .await?;
        rest_if_unwatched(&mut tx, task_id).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// A task that nobody knows yet, claimed for its first poll.
fn fresh(asked: &NewWatch, now: Timestamp, watch_timeout: Duration) -> Task {
    Task {
        attempt: 1,
        ..poll::asked(&asked.task_id, None, true, now, watch_timeout)
    }
}

/// Whether a SQLite trigger of ours did not record what it was asked to.
fn was_raised(error: &sqlx::Error) -> bool {
    let error = error.as_database_error();
    error.and_then(|error| error.code()).as_deref() == Some(dialect::SQLITE_RAISED)
}

/// Whether a running watch follows this message.
async fn follows(
    tx: &mut Transaction<'_, Any>,
    task_id: &TaskId,
    message_id: u64,
) -> Result<bool, StoreError> {
    let row = sqlx::query(
        "SELECT 1 FROM watches WHERE task_id = $1 AND state = 'live' AND message_id = $2 LIMIT 1",
    )
    .bind(task_id.as_str())
    .bind(message_id.cast_signed())
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.is_some())
}

/// A message has one watch: what is left of earlier ones on it ends, and the
/// raised attempt keeps a delivery that is under way from recording anything.
async fn replace_on(
    tx: &mut Transaction<'_, Any>,
    task_id: &TaskId,
    message_id: u64,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE watches SET state = 'ended', token = '', next_delivery_at = NULL, claimed = 0, \
             attempt = attempt + 1 \
         WHERE task_id = $1 AND state <> 'ended' AND message_id = $2",
    )
    .bind(task_id.as_str())
    .bind(message_id.cast_signed())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// How many running watches a person has.
async fn running(connection: &mut AnyConnection, user_id: u64) -> Result<i64, StoreError> {
    let row =
        sqlx::query("SELECT COUNT(*) AS n FROM watches WHERE user_id = $1 AND state = 'live'")
            .bind(user_id.cast_signed())
            .fetch_one(connection)
            .await?;
    Ok(row.try_get("n")?)
}

/// A statement that records `watch`, claimed until `lease_ends`: `$1` to `$18`.
fn bound<'q>(
    statement: &'static str,
    watch: &'q Watch,
    lease_ends: Timestamp,
) -> Result<Query<'q, Any, AnyArguments>, StoreError> {
    Ok(asking::bound(statement, &watch.asked, watch.created_at)?
        .bind(lease_ends.0)
        .bind(watch.message_id.map(u64::cast_signed)))
}

/// Whether anybody watches the task, or has yet to see its end.
async fn is_watched(tx: &mut Transaction<'_, Any>, id: &TaskId) -> Result<bool, StoreError> {
    let row = sqlx::query("SELECT 1 FROM watches WHERE task_id = $1 AND state = 'live' LIMIT 1")
        .bind(id.as_str())
        .fetch_optional(&mut **tx)
        .await?;
    Ok(row.is_some())
}
