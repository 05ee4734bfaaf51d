//! Watches: asking for one, and the four verbs of a delivery.

use std::time::Duration;

use sqlx::{AnyConnection, Row};

use super::database::{Backend, Store};
use super::error::StoreError;
use super::{postgres, row, sqlite};
use crate::domain::task::Task;
use crate::domain::time::Timestamp;
use crate::domain::watch::{Watch, WatchId, WatchState};
use crate::metrics;

/// Records a watch, claimed until `$18`, unless the interaction was recorded before,
/// the requester has `$19` running watches, or a running one follows the message.
const ASK: &str = "INSERT INTO watches (id, task_id, application_id, guild_id, channel_id, user_id, locale, private, \
         notify, reach, token, token_expires_at, upload_limit, created_at, announce_channel_id, own_locale, \
         message_id, next_delivery_at, state, claimed, attempt, shown_revision, wanted_revision, failures) \
     SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, 'asked', 1, 0, 0, 0, 0 \
     WHERE (SELECT COUNT(*) FROM watches WHERE user_id = $6 AND state IN ('asked', 'live')) < $19 \
         AND NOT EXISTS (SELECT 1 FROM watches AS other LEFT JOIN tasks ON tasks.id = other.task_id \
             WHERE other.task_id = $2 AND other.message_id = $17 AND other.state IN ('asked', 'live') \
                 AND tasks.outcome IS NULL) \
     ON CONFLICT (id) DO NOTHING";

/// Records what a delivery changed. The watch is due again at `$13`, or at once if it
/// was stopped or its task had news meanwhile. A stop during the delivery stays, and
/// the token of an ended watch, or one that is over, is erased.
const SETTLE: &str = "UPDATE watches SET claimed = 0, message_id = $3, shown_revision = $4, shown_state = $5, \
         edited_at = $6, failures = $7, notifying_since = COALESCE(notifying_since, $8), notified_at = $9, \
         reach = $10, token_expires_at = $11, attach_until = $15, \
         state = CASE WHEN $12 = 'ended' THEN 'ended' ELSE state END, \
         token = CASE WHEN $12 = 'ended' OR token_expires_at <= $14 THEN '' ELSE token END, \
         next_delivery_at = CASE WHEN $12 = 'ended' THEN NULL \
             ELSE COALESCE($13, CASE WHEN state = 'stopped' OR wanted_revision > $4 THEN $14 END) END \
     WHERE id = $1 AND attempt = $2 AND claimed = 1 \
     RETURNING next_delivery_at";

/// What came of asking for a watch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The watch is recorded and claimed.
    Recorded,
    /// The interaction had been recorded before.
    Again,
    /// Another running watch follows this very message.
    Following,
    /// The requester has as many running watches as allowed.
    TooMany,
}

/// A watch whose delivery is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SettledWatch {
    /// When the watch is due again; `None`: once its task has news, or never.
    pub due_at: Option<Timestamp>,
}

impl Store {
    /// Records a watch that somebody asks for, if they have fewer than `most` running
    /// ones and nothing follows its message yet. Until `lease` is over the caller
    /// goes on with it; then it is due.
    ///
    /// On PostgreSQL what one person asks for at the very same moment does not see
    /// each other: as many may pass.
    ///
    /// # Errors
    /// [`StoreError`] if the database does not answer.
    pub async fn ask(
        &self,
        watch: &Watch,
        lease: Duration,
        most: u32,
    ) -> Result<Asked, StoreError> {
        let _timer = metrics::database("ask");
        let asked = &watch.asked;
        let mut connection = self.connection().await?;
        let done = sqlx::query(ASK)
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
            .bind(asked.announce_channel_id.map(u64::cast_signed))
            .bind(asked.own_locale.as_str())
            .bind(watch.message_id.map(u64::cast_signed))
            .bind(watch.created_at.plus(lease).0)
            .bind(i64::from(most))
            .execute(&mut *connection)
            .await?;
        if done.rows_affected() == 1 {
            return Ok(Asked::Recorded);
        }
        why_refused(&mut connection, watch, most).await
    }

    /// Removes a watch whose interaction could not be acknowledged: nobody sees
    /// a message of it. One that is live already stays.
    ///
    /// # Errors
    /// [`StoreError`] if the database does not answer.
    pub async fn drop(&self, id: WatchId) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM watches WHERE id = $1 AND state = 'asked'")
            .bind(id.0)
            .execute(&mut *self.connection().await?)
            .await?;
        Ok(())
    }

    /// Claims up to `limit` watches that are due at `now`, for the time of `lease`,
    /// each with its task; a watch that is still asked need not have one.
    ///
    /// # Errors
    /// [`StoreError`] if the database does not answer.
    pub async fn claim_watches(
        &self,
        now: Timestamp,
        lease: Duration,
        limit: u32,
    ) -> Result<Vec<(Watch, Option<Task>)>, StoreError> {
        let _timer = metrics::database("claim_watches");
        let claim = match self.backend {
            Backend::Sqlite(_) => sqlite::CLAIM_WATCHES,
            Backend::Postgres(_) => postgres::CLAIM_WATCHES,
        };
        let rows = sqlx::query(claim)
            .bind(now.0)
            .bind(now.plus(lease).0)
            .bind(i64::from(limit))
            .fetch_all(&mut *self.connection().await?)
            .await?;
        self.with_tasks(row::readable(&rows, row::watch).collect())
            .await
    }

    /// Moves the end of a claimed watch's lease to `until`.
    ///
    /// # Errors
    /// [`StoreError`] if the database does not answer; the lease runs out then.
    pub async fn renew_watch(&self, claimed: &Watch, until: Timestamp) -> Result<(), StoreError> {
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

    /// Makes a claimed watch due again at `now`, as if nobody had claimed it.
    ///
    /// # Errors
    /// [`StoreError`] if the database does not answer; the lease runs out then.
    pub async fn release_watch(&self, claimed: &Watch, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE watches SET next_delivery_at = $1, claimed = 0 \
             WHERE id = $2 AND attempt = $3 AND claimed = 1",
        )
        .bind(now.0)
        .bind(claimed.id.0)
        .bind(claimed.attempt)
        .execute(&mut *self.connection().await?)
        .await?;
        Ok(())
    }

    /// Settles a delivery: records what the courier changed in `watch` and when it
    /// is due again (`None`: once its task has something new, which may be now).
    /// Returns `None` if the claim is settled already or lost; then nothing is
    /// recorded.
    ///
    /// # Errors
    /// [`StoreError`] if the database does not answer; the lease runs out then.
    pub async fn settle_watch(
        &self,
        watch: &Watch,
        due_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Option<SettledWatch>, StoreError> {
        let _timer = metrics::database("settle_watch");
        let row = sqlx::query(SETTLE)
            .bind(watch.id.0)
            .bind(watch.attempt)
            .bind(watch.message_id.map(u64::cast_signed))
            .bind(watch.shown_revision)
            .bind(row::optional_text(watch.shown_state.as_ref())?)
            .bind(watch.edited_at.map(|at| at.0))
            .bind(i64::from(watch.failures))
            .bind(watch.notifying_since.map(|at| at.0))
            .bind(watch.notified_at.map(|at| at.0))
            .bind(row::text(&watch.asked.reach)?)
            .bind(watch.asked.token_expires_at.0)
            .bind(row::text(&watch.state)?)
            .bind(due_at.map(|at| at.0))
            .bind(now.0)
            .bind(watch.attach_until.map(|at| at.0))
            .fetch_optional(&mut *self.connection().await?)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let due_at = row.try_get::<Option<i64>, _>("next_delivery_at")?;
        Ok(Some(SettledWatch {
            due_at: due_at.map(Timestamp),
        }))
    }

    /// Records durably that a notification is about to be sent. Returns `false` if
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

    /// Records durably that the end was announced, so that a try that follows for
    /// another reason does not announce it again.
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

    /// Each watch with its task. A row that this version cannot read must not keep the
    /// others from their delivery: it is left out.
    pub(super) async fn with_tasks(
        &self,
        watches: Vec<Watch>,
    ) -> Result<Vec<(Watch, Option<Task>)>, StoreError> {
        let mut found: Vec<(Watch, Option<Task>)> = Vec::with_capacity(watches.len());
        for watch in watches {
            let id = &watch.asked.task_id;
            let known = found
                .iter()
                .find_map(|(_, task)| task.as_ref().filter(|task| task.id == *id));
            let task = match known {
                Some(task) => Some(task.clone()),
                None => match self.task(id).await {
                    Err(StoreError::Row(what)) => {
                        tracing::error!(task_id = %id, what, "store.unreadable_row");
                        continue;
                    }
                    task => task?,
                },
            };
            if task.is_some() || watch.state == WatchState::Asked {
                found.push((watch, task));
            }
        }
        Ok(found)
    }
}

/// Why a watch was not recorded.
async fn why_refused(
    connection: &mut AnyConnection,
    watch: &Watch,
    most: u32,
) -> Result<Asked, StoreError> {
    let known = sqlx::query("SELECT 1 FROM watches WHERE id = $1")
        .bind(watch.id.0)
        .fetch_optional(&mut *connection)
        .await?;
    if known.is_some() {
        return Ok(Asked::Again);
    }
    let running = sqlx::query(
        "SELECT COUNT(*) AS n FROM watches WHERE user_id = $1 AND state IN ('asked', 'live')",
    )
    .bind(watch.asked.user_id.cast_signed())
    .fetch_one(connection)
    .await?;
    Ok(if running.try_get::<i64, _>("n")? >= i64::from(most) {
        Asked::TooMany
    } else {
        Asked::Following
    })
}
