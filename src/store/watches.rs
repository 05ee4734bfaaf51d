//! Watches: claiming those whose message is behind and settling their deliveries.

use std::time::Duration;

use sqlx::any::{Any, AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Row, Transaction};

use super::{Store, StoreError, row};
use crate::domain::task::{Task, TaskId};
use crate::domain::time::Timestamp;
use crate::domain::watch::{Watch, WatchId, WatchState};
use crate::metrics;

/// A watch whose delivery is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rest {
    /// When it is due again; `None`: once its task has something new.
    pub due_at: Option<Timestamp>,
}

impl Store {
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
            .fetch_all(&mut *self.connection().await?)
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
        .execute(&mut *self.connection().await?)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Says durably that the end was announced, so that a try that follows for
    /// another reason does not do it again.
    ///
    /// # Errors
    /// [`StoreError`] if the database does not answer.
    pub async fn mark_announced(&self, claimed: &Watch, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query("UPDATE watches SET announced_at = $1 WHERE id = $2 AND attempt = $3")
            .bind(now.0)
            .bind(claimed.id.0)
            .bind(claimed.attempt)
            .execute(&mut *self.connection().await?)
            .await?;
        Ok(())
    }

    /// Settles a delivery: writes what the courier changed in `watch` and when it
    /// is due again (`None`: once its task has something new, which may be now).
    /// Returns `None` if the claim is over, settled or lost; then nothing is written.
    ///
    /// # Errors
    /// [`StoreError`] if the database does not answer; the lease runs out then.
    pub async fn settle_watch(
        &self,
        watch: &Watch,
        due_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Option<Rest>, StoreError> {
        let _timer = metrics::database("settle_watch");
        let mut connection = self.connection().await?;
        if let Some(as_told) = self.dialect.settle_as_told {
            let settle = bound(as_told, watch, due_at, now)?;
            if connection.run(settle, 1).await?.changed == 1 {
                let ended = watch.state == WatchState::Ended;
                return Ok(Some(Rest {
                    due_at: due_at.filter(|_| !ended),
                }));
            }
        }
        let settle = bound(self.dialect.settle_watch, watch, due_at, now)?;
        let done = connection.run(settle, 1).await?;
        let rest = |row: &AnyRow| {
            Ok(Rest {
                due_at: row
                    .try_get::<Option<i64>, _>("next_delivery_at")?
                    .map(Timestamp),
            })
        };
        done.rows.first().map(rest).transpose()
    }

    /// Lets a task rest if nobody watches it: one of its watches has ended before
    /// it did. A crash before this leaves a task that is polled once more.
    ///
    /// # Errors
    /// [`StoreError`] if the database does not answer.
    pub async fn rest_task(&self, id: &TaskId) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        let mut tx = self.begin(&mut connection).await?;
        self.lock_task(&mut tx, id).await?;
        rest_if_unwatched(&mut tx, id).await?;
        tx.commit().await?;
        Ok(())
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
        .execute(&mut *self.connection().await?)
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
        .fetch_one(&mut *self.connection().await?)
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
            .fetch_optional(&mut *self.connection().await?)
            .await?;
        row.as_ref().map(row::watch).transpose()
    }
}

/// A statement that settles a delivery: `$1` to `$14`.
fn bound<'q>(
    statement: &'static str,
    watch: &'q Watch,
    due_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<Query<'q, Any, AnyArguments>, StoreError> {
    Ok(sqlx::query(statement)
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
        .bind(i64::from(watch.state == WatchState::Ended))
        .bind(due_at.map(|at| at.0))
        .bind(now.0))
}

/// Nobody watches the task any more: it is not polled.
pub(super) async fn rest_if_unwatched(
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
