//! Watches: recording them, claiming those whose message is behind, settling.

use std::time::Duration;

use sqlx::Row;
use sqlx::any::Any;
use sqlx::{Executor, Transaction};

use super::tasks::{Claim, insert_or_lock_task, save_task};
use super::{Signal, Store, StoreError, row};
use crate::domain::decide::poll;
use crate::domain::task::{Outcome, Task, TaskId};
use crate::domain::time::Timestamp;
use crate::domain::watch::{NewWatch, Watch, WatchId, WatchState};
use crate::metrics;

/// What came of recording a watch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// It is recorded now. `woke`: nobody was watching the task before.
    New {
        /// Whether this watch is to set off the task's first poll.
        woke: bool,
    },
    /// The interaction had been recorded before.
    Again,
    /// Another watch follows this very message already.
    Following,
}

impl Store {
    /// Records a watch and its task. Neither is due before `lease` is over:
    /// until then whoever recorded it acknowledges the interaction and says so
    /// with [`Store::activate`]; if it crashes, the two loops take over.
    /// `message_id` is the message, where there is one already.
    ///
    /// # Errors
    /// [`StoreError`] if the database does not answer; nothing is recorded then.
    pub async fn add_watch(
        &self,
        asked: &NewWatch,
        message_id: Option<u64>,
        now: Timestamp,
        lease: Duration,
        watch_timeout: Duration,
    ) -> Result<Added, StoreError> {
        let _timer = metrics::database("add_watch");
        let mut tx = self.begin().await?;
        let fresh = poll::asked(&asked.task_id, None, true, now, watch_timeout);
        let lease_ends = now.plus(lease);
        let lock_task = self.dialect.lock_task;
        let woke = match insert_or_lock_task(&mut tx, &fresh, lease_ends, lock_task).await? {
            None => true,
            Some((held, due)) => {
                if let Some(message_id) = message_id {
                    if due.is_some() && follows(&mut tx, &asked.task_id, message_id).await? {
                        // Dropped, it would hold the task's lock a moment longer,
                        // and a claim passes over what is locked.
                        tx.rollback().await?;
                        return Ok(Added::Following);
                    }
                    replace_on(&mut tx, &asked.task_id, message_id).await?;
                }
                // An end that others have yet to see is theirs, too: it stays.
                let undelivered =
                    matches!(held.outcome, Some(Outcome::Completed | Outcome::Failed))
                        && is_watched(&mut tx, &asked.task_id).await?;
                let dormant = due.is_none() && !undelivered;
                let task = poll::asked(&asked.task_id, Some(held), dormant, now, watch_timeout);
                let next_poll_at = due.or(dormant.then_some(lease_ends));
                save_task(&mut tx, &task, next_poll_at, Claim::Stays).await?;
                dormant
            }
        };
        let inserted = insert_watch(&mut tx, asked, now, lease_ends, message_id).await?;
        if inserted == 0 {
            return Ok(Added::Again);
        }
        tx.commit().await?;
        Ok(Added::New { woke })
    }

    /// The interaction is acknowledged: its message is due if the task has an
    /// answer to show, and the task is due if this watch `woke` it (otherwise its
    /// poll is under way or scheduled, and one stream of polls is enough).
    ///
    /// # Errors
    /// [`StoreError`] if the database does not answer; the lease runs out then.
    pub async fn activate(
        &self,
        id: WatchId,
        task_id: &TaskId,
        woke: bool,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        // Touches the task in any case: its lock comes first, as everywhere.
        sqlx::query(
            "UPDATE tasks SET next_poll_at = CASE WHEN $3 = 1 AND next_poll_at > $1 THEN $1 \
                 ELSE next_poll_at END \
             WHERE id = $2",
        )
        .bind(now.0)
        .bind(task_id.as_str())
        .bind(i64::from(woke))
        .execute(&mut *tx)
        .await?;
        // Due, too, where it was stopped before it was acknowledged.
        sqlx::query(
            "UPDATE watches SET claimed = 0, next_delivery_at = CASE WHEN state <> 'live' OR EXISTS \
                 (SELECT 1 FROM tasks WHERE id = $3 AND answered = 1) THEN $1 END \
             WHERE id = $2 AND attempt = 0",
        )
        .bind(now.0)
        .bind(id.0)
        .bind(task_id.as_str())
        .execute(&mut *tx)
        .await?;
        let signal = if woke { Signal::Poll } else { Signal::Delivery };
        self.signal(&mut tx, signal).await?;
        tx.commit().await?;
        Ok(())
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

    /// Claims up to `limit` watches whose message is due at `now`, each with its
    /// task, for the time of `lease`.
    ///
    /// # Errors
    /// [`StoreError`] if the database does not answer.
    pub async fn claim_watches(
        &self,
        now: Timestamp,
        lease: Duration,
        limit: u32,
    ) -> Result<Vec<(Watch, Task)>, StoreError> {
        let _timer = metrics::database("claim_watches");
        let rows = sqlx::query(self.dialect.claim_watches)
            .bind(now.0)
            .bind(now.plus(lease).0)
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
            .await?;
        self.with_tasks(&rows).await
    }

    /// Says durably that a notification is about to be sent. Returns `false` if
    /// the claim was lost meanwhile: then it must not be sent.
    ///
    /// # Errors
    /// [`StoreError`] if the database does not answer.
    pub async fn mark_notifying(
        &self,
        claimed: &Watch,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "UPDATE watches SET notifying_since = COALESCE(notifying_since, $1) WHERE id = $2 AND attempt = $3",
        )
        .bind(now.0)
        .bind(claimed.id.0)
        .bind(claimed.attempt)
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Settles a delivery: writes what the courier changed in `watch` and when it
    /// is due again (`None`: when its task has something new). A watch that ends
    /// lets its task rest if nobody else watches it. Returns `false` if the claim
    /// was lost meanwhile; then nothing is written.
    ///
    /// # Errors
    /// [`StoreError`] if the database does not answer; the lease runs out then.
    pub async fn settle_watch(
        &self,
        watch: &Watch,
        due_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let _timer = metrics::database("settle_watch");
        let mut tx = self.begin().await?;
        let task = self.lock_task(&mut tx, &watch.asked.task_id).await?;
        let behind = task.is_some_and(|task| task.answered && task.revision > watch.shown_revision);
        let ended = watch.state == WatchState::Ended;
        let due_at = due_at.or(behind.then_some(now)).filter(|_| !ended);
        let done = sqlx::query(
            "UPDATE watches SET claimed = 0, message_id = $3, shown_revision = $4, shown_face = $5, edited_at = $6, \
                 failures = $7, notifying_since = COALESCE(notifying_since, $8), notified_at = $9, reach = $10, token_expires_at = $11, \
                 state = CASE WHEN $12 = 1 THEN 'ended' ELSE state END, \
                 token = CASE WHEN $12 = 1 THEN '' ELSE token END, \
                 next_delivery_at = CASE WHEN $12 = 0 AND state = 'stopped' THEN $14 ELSE $13 END \
             WHERE id = $1 AND attempt = $2",
        )
        .bind(watch.id.0)
        .bind(watch.attempt)
        .bind(watch.message_id.map(u64::cast_signed))
        .bind(watch.shown_revision)
        .bind(row::optional_text(watch.shown_face.as_ref())?)
        .bind(watch.edited_at.map(|at| at.0))
        .bind(i64::from(watch.failures))
        .bind(watch.notifying_since.map(|at| at.0))
        .bind(watch.notified_at.map(|at| at.0))
        .bind(row::text(&watch.asked.reach)?)
        .bind(watch.asked.token_expires_at.0)
        .bind(i64::from(ended))
        .bind(due_at.map(|at| at.0))
        .bind(due_at.unwrap_or(now).0)
        .execute(&mut *tx)
        .await?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        if ended {
            rest_if_unwatched(&mut tx, &watch.asked.task_id).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Moves the end of a claimed watch's lease.
    ///
    /// # Errors
    /// [`StoreError`] if the database does not answer; the lease runs out then.
    pub async fn hold_watch(&self, claimed: &Watch, until: Timestamp) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE watches SET next_delivery_at = $1 \
             WHERE id = $2 AND attempt = $3 AND claimed = 1",
        )
        .bind(until.0)
        .bind(claimed.id.0)
        .bind(claimed.attempt)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// When the next watch is due.
    ///
    /// # Errors
    /// [`StoreError`] if the database does not answer.
    pub async fn next_delivery_at(&self) -> Result<Option<Timestamp>, StoreError> {
        let row = sqlx::query(
            "SELECT MIN(next_delivery_at) AS due FROM watches WHERE next_delivery_at IS NOT NULL",
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(row.try_get::<Option<i64>, _>("due")?.map(Timestamp))
    }

    /// A watch by its number.
    ///
    /// # Errors
    /// [`StoreError`] if the database does not answer.
    pub async fn watch(&self, id: WatchId) -> Result<Option<Watch>, StoreError> {
        let row = sqlx::query("SELECT * FROM watches WHERE id = $1")
            .bind(id.0)
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(row::watch).transpose()
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

async fn insert_watch(
    tx: &mut Transaction<'static, Any>,
    asked: &NewWatch,
    now: Timestamp,
    due_at: Timestamp,
    message_id: Option<u64>,
) -> Result<u64, StoreError> {
    let query = sqlx::query(
        "INSERT INTO watches (id, task_id, application_id, guild_id, channel_id, user_id, locale, private, \
             notify, reach, token, token_expires_at, upload_limit, created_at, next_delivery_at, \
             announce_channel_id, message_id, own_locale, \
             shown_revision, failures, state, attempt, claimed) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, 0, 0, 'live', 0, 1) \
         ON CONFLICT (id) DO NOTHING",
    )
    .bind(asked.interaction_id.cast_signed())
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
    .bind(now.0)
    .bind(due_at.0)
    .bind(asked.announce_channel_id.map(u64::cast_signed))
    .bind(message_id.map(u64::cast_signed))
    .bind(asked.own_locale.as_str());
    Ok(tx.execute(query).await?.rows_affected())
}

/// Whether anybody watches the task, or has yet to see its end.
pub(super) async fn is_watched(
    tx: &mut Transaction<'static, Any>,
    id: &TaskId,
) -> Result<bool, StoreError> {
    let row = sqlx::query("SELECT 1 FROM watches WHERE task_id = $1 AND state = 'live' LIMIT 1")
        .bind(id.as_str())
        .fetch_optional(&mut **tx)
        .await?;
    Ok(row.is_some())
}

/// Nobody watches the task any more: it is not polled.
pub(super) async fn rest_if_unwatched(
    tx: &mut Transaction<'static, Any>,
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
