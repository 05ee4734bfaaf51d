//! Recording a watch: durable before its interaction is acknowledged.

use std::time::Duration;

use sqlx::any::Any;
use sqlx::{AnyConnection, Row, Transaction};

use super::tasks::{Claim, insert_task, save_task};
use super::watches::rest_if_unwatched;
use super::{Store, StoreError, row};
use crate::domain::decide::poll::{self, Polled};
use crate::domain::task::{Outcome, Task, TaskId};
use crate::domain::time::Timestamp;
use crate::domain::watch::{NewWatch, Watch, WatchId};
use crate::metrics;

/// What came of recording a watch.
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
    /// Records a watch and its task, unless the requester has `most` running ones
    /// already. Neither is due before `lease` is over: until then whoever recorded
    /// them acknowledges the interaction and goes on; if it crashes, the two loops
    /// take over. `message_id` is the message, where there is one already.
    ///
    /// Of several processes on one database each may let one more watch through at
    /// the same moment.
    ///
    /// # Errors
    /// [`StoreError`] if the database does not answer.
    pub async fn add_watch(
        &self,
        asked: &NewWatch,
        message_id: Option<u64>,
        now: Timestamp,
        lease: Duration,
        watch_timeout: Duration,
        most: u32,
    ) -> Result<Added, StoreError> {
        let _timer = metrics::database("add_watch");
        let lease_ends = now.plus(lease);
        let watch = Watch {
            message_id,
            ..Watch::new(asked.clone(), now)
        };
        let fresh = poll::asked(&asked.task_id, None, true, now, watch_timeout);
        // Mostly nobody knows the task yet. That takes no transaction: a crash in
        // between leaves a task that is polled once and, watched by nobody, rests.
        if message_id.is_none() {
            let mut connection = self.pool.acquire().await?;
            let room = Some((asked.user_id, most));
            if let Some(task) = insert_task(&mut connection, &fresh, lease_ends, room).await? {
                return Ok(
                    if insert_watch(&mut connection, &watch, lease_ends).await? {
                        Added::new(watch, task, true)
                    } else {
                        Added::Again
                    },
                );
            }
        }
        let mut tx = self.begin().await?;
        let added = self
            .add_to_known(&mut tx, watch, fresh, lease_ends, most)
            .await?;
        // At once: what is only dropped keeps its locks for a while.
        match added {
            Added::New(_) => tx.commit().await?,
            Added::Again | Added::Following | Added::TooMany => tx.rollback().await?,
        }
        Ok(added)
    }

    async fn add_to_known(
        &self,
        tx: &mut Transaction<'static, Any>,
        watch: Watch,
        fresh: Task,
        lease_ends: Timestamp,
        most: u32,
    ) -> Result<Added, StoreError> {
        let id = &watch.asked.task_id;
        let (task, woke) = match self.insert_or_lock_task(tx, &fresh, lease_ends).await? {
            Ok(task) => (task, true),
            Err((held, due)) => {
                if let Some(message_id) = watch.message_id {
                    if due.is_some() && follows(tx, id, message_id).await? {
                        return Ok(Added::Following);
                    }
                    replace_on(tx, id, message_id).await?;
                }
                // An end that others have yet to see is theirs, too: it stays.
                let undelivered =
                    matches!(held.outcome, Some(Outcome::Completed | Outcome::Failed))
                        && is_watched(tx, id).await?;
                let dormant = due.is_none() && !undelivered;
                let (next_poll_at, claim) = if dormant {
                    (Some(lease_ends), Claim::Taken)
                } else {
                    (due, Claim::Stays)
                };
                let (now, timeout) = (watch.created_at, fresh.give_up_at.since(watch.created_at));
                let task = poll::asked(id, Some(held), dormant, now, timeout);
                let mut asked = Polled { task, next_poll_at };
                save_task(tx, &asked, claim).await?;
                asked.task.attempt += i64::from(dormant);
                (asked.task, dormant)
            }
        };
        if running(tx, watch.asked.user_id).await? >= i64::from(most) {
            return Ok(Added::TooMany);
        }
        if !insert_watch(tx, &watch, lease_ends).await? {
            return Ok(Added::Again);
        }
        Ok(Added::new(watch, task, woke))
    }

    /// Makes `fresh`'s row as [`insert_task`] does; or, where there is one already,
    /// locks it and returns what it holds and when it is due as the error. Of two
    /// processes that meet the same new task one makes it, and the other waits for
    /// that.
    async fn insert_or_lock_task(
        &self,
        tx: &mut Transaction<'static, Any>,
        fresh: &Task,
        lease_ends: Timestamp,
    ) -> Result<Result<Task, (Task, Option<Timestamp>)>, StoreError> {
        loop {
            if let Some(task) = insert_task(tx, fresh, lease_ends, None).await? {
                return Ok(Ok(task));
            }
            let row = sqlx::query(self.dialect.lock_task)
                .bind(fresh.id.as_str())
                .fetch_optional(&mut **tx)
                .await?;
            // Without a row it was removed for its age at this very moment.
            if let Some(row) = row {
                let due = row.try_get::<Option<i64>, _>("next_poll_at")?;
                return Ok(Err((row::task(&row)?, due.map(Timestamp))));
            }
        }
    }

    /// Removes a watch whose interaction could not be acknowledged: nobody sees
    /// a message of it.
    ///
    /// # Errors
    /// [`StoreError`] if the database does not answer.
    pub async fn drop_watch(&self, id: WatchId, task_id: &TaskId) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
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

/// Whether a running watch follows this message.
async fn follows(
    tx: &mut Transaction<'static, Any>,
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
    tx: &mut Transaction<'static, Any>,
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

/// Records a watch, claimed until `lease_ends`; whether its interaction was new.
async fn insert_watch(
    connection: &mut AnyConnection,
    watch: &Watch,
    lease_ends: Timestamp,
) -> Result<bool, StoreError> {
    let asked = &watch.asked;
    let done = sqlx::query(
        "INSERT INTO watches (id, task_id, application_id, guild_id, channel_id, user_id, locale, private, \
             notify, reach, token, token_expires_at, upload_limit, created_at, next_delivery_at, \
             announce_channel_id, message_id, \
             shown_revision, failures, state, attempt, claimed) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 0, 0, 'live', 0, 1) \
         ON CONFLICT (id) DO NOTHING",
    )
    .bind(watch.id.0)
    .bind(asked.task_id.as_str())
    .bind(asked.application_id.cast_signed())
    .bind(asked.guild_id.map(u64::cast_signed))
    .bind(asked.channel_id.cast_signed())
    .bind(asked.user_id.cast_signed())
    .bind(asked.locale.as_str())
    .bind(i64::from(asked.private))
    .bind(row::text(&asked.notify)?)
    .bind(row::text(&asked.reach)?)
    .bind(asked.token.expose())
    .bind(asked.token_expires_at.0)
    .bind(asked.upload_limit.cast_signed())
    .bind(watch.created_at.0)
    .bind(lease_ends.0)
    .bind(asked.announce_channel_id.map(u64::cast_signed))
    .bind(watch.message_id.map(u64::cast_signed))
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether anybody watches the task, or has yet to see its end.
async fn is_watched(tx: &mut Transaction<'static, Any>, id: &TaskId) -> Result<bool, StoreError> {
    let row = sqlx::query("SELECT 1 FROM watches WHERE task_id = $1 AND state = 'live' LIMIT 1")
        .bind(id.as_str())
        .fetch_optional(&mut **tx)
        .await?;
    Ok(row.is_some())
}
