//! The store's watches, with the four verbs of a delivery.

use std::time::Duration;

use super::database::Store;
use super::error::StoreError;
use super::{postgres, row, sqlite};
use crate::domain::task::Task;
use crate::domain::time::Timestamp;
use crate::domain::watch::{Watch, WatchId, WatchState};
use crate::metrics;

/// Records the changes of a delivery. The watch is due again at `$13`; otherwise at once
/// if it was stopped, its task had news or a press replaced its token meanwhile; otherwise at
/// its farewell `$20`. A stop during the delivery is kept. So is a token other than the
/// delivery's `$22`, which says nothing about it: the message is then shown once more. The token
/// is erased if the watch has ended or the token is over.
const SETTLE: &str = "UPDATE watches SET claimed = 0, message_id = $3, shown_state = $5, \
         shown_revision = CASE WHEN token = $22 THEN $4 ELSE shown_revision END, \
         edited_at = $6, failures = $7, notifying_since = COALESCE(notifying_since, $8), notified_at = $9, \
         reach = CASE WHEN token = $22 THEN $10 ELSE reach END, \
         token_expires_at = CASE WHEN token = $22 THEN $11 ELSE token_expires_at END, attach_until = $15, ending_since = $16, private = $17, embeds = $18, untold = $19, \
         state = CASE WHEN $12 = 'ended' THEN 'ended' ELSE state END, outcome = $21, \
         token = CASE WHEN $12 = 'ended' OR token_expires_at <= $14 THEN '' ELSE token END, \
         next_delivery_at = CASE WHEN $12 = 'ended' THEN NULL \
             ELSE COALESCE($13, CASE WHEN state = 'stopped' OR wanted_revision > $4 OR token <> $22 THEN $14 END, $20) END \
     WHERE id = $1 AND attempt = $2 AND claimed = 1 \
     RETURNING next_delivery_at";

impl Store {
    /// Claims up to `limit` watches that are due at `now`, for the time of `lease`,
    /// and returns each with its task; a watch in state `asked` need not have one.
    pub async fn claim_watches(
        &self,
        now: Timestamp,
        lease: Duration,
        limit: u32,
    ) -> Result<Vec<(Watch, Option<Task>)>, StoreError> {
        let _timer = metrics::database("claim_watches");
        let claim = sqlx::query(self.statement(sqlite::CLAIM_WATCHES, postgres::CLAIM_WATCHES))
            .bind(now.0)
            .bind(now.plus(lease).0)
            .bind(i64::from(limit));
        let rows = claim.fetch_all(&mut **self.connection().await?).await?;
        self.with_tasks(row::readable(&rows, row::watch)).await
    }

    /// Moves the end of a claimed watch's lease to `until`.
    pub async fn renew_watch(&self, claimed: &Watch, until: Timestamp) -> Result<(), StoreError> {
        let renew = "UPDATE watches SET next_delivery_at = $1 WHERE id = $2 AND attempt = $3 AND claimed = 1";
        self.run_claimed(renew, claimed, until).await?;
        Ok(())
    }

    /// Makes a claimed watch due again at `now`, as if nobody had claimed it.
    pub async fn release_watch(&self, claimed: &Watch, now: Timestamp) -> Result<(), StoreError> {
        let release = "UPDATE watches SET next_delivery_at = $1, claimed = 0 \
             WHERE id = $2 AND attempt = $3 AND claimed = 1";
        self.run_claimed(release, claimed, now).await?;
        Ok(())
    }

    /// Settles a delivery: records the courier's changes of `watch` and that it is due
    /// again at `due_at`. With `None` it is due when its task has news, which may be now,
    /// or at its farewell. Returns the next due time, if it is known.
    ///
    /// Fails with [`StoreError::ClaimLost`] if the claim is over.
    pub async fn settle_watch(
        &self,
        watch: &Watch,
        due_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        let _timer = metrics::database("settle_watch");
        let farewell = watch.farewell_at().filter(|at| *at > now);
        let due_at: Option<Option<i64>> = sqlx::query_scalar(SETTLE)
            .bind(watch.id.0)
            .bind(watch.attempt)
            .bind(watch.message_id.map(u64::cast_signed))
            .bind(watch.shown_revision)
            .bind(row::text(&watch.shown_state)?)
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
            .bind(watch.ending_since.map(|at| at.0))
            .bind(i64::from(watch.asked.private))
            .bind(i64::from(watch.asked.embeds))
            .bind(i64::from(watch.untold))
            .bind(farewell.map(|at| at.0))
            .bind(row::text(&watch.ended_as)?)
            .bind(watch.asked.token.expose())
            .fetch_optional(&mut **self.connection().await?)
            .await?;
        Ok(due_at.ok_or(StoreError::ClaimLost)?.map(Timestamp))
    }

    /// Records durably that a notification is about to be sent. If this fails, for example
    /// with [`StoreError::ClaimLost`], the notification must not be sent: after a crash it
    /// could be sent twice.
    pub async fn mark_notifying(&self, claimed: &Watch, now: Timestamp) -> Result<(), StoreError> {
        let mark = "UPDATE watches SET notifying_since = COALESCE(notifying_since, $1) \
             WHERE id = $2 AND attempt = $3";
        match self.run_claimed(mark, claimed, now).await? {
            0 => Err(StoreError::ClaimLost),
            _ => Ok(()),
        }
    }

    /// Records durably that the bot is about to send its own message for a watch that has
    /// none. If this fails, the message must not be sent.
    pub async fn mark_posting(&self, claimed: &Watch, now: Timestamp) -> Result<(), StoreError> {
        let mark = "UPDATE watches SET posting_since = COALESCE(posting_since, $1) \
             WHERE id = $2 AND attempt = $3";
        match self.run_claimed(mark, claimed, now).await? {
            0 => Err(StoreError::ClaimLost),
            _ => Ok(()),
        }
    }

    /// Records durably that the end was announced, so that a delivery that is repeated
    /// for another reason does not announce it again.
    pub async fn mark_announced(&self, claimed: &Watch, now: Timestamp) -> Result<(), StoreError> {
        let mark = "UPDATE watches SET announced_at = $1 WHERE id = $2 AND attempt = $3";
        self.run_claimed(mark, claimed, now).await?;
        Ok(())
    }

    /// Returns when the next watch is due.
    pub async fn next_delivery_at(&self) -> Result<Option<Timestamp>, StoreError> {
        let next = "SELECT MIN(next_delivery_at) FROM watches WHERE next_delivery_at IS NOT NULL";
        let next: Option<i64> = sqlx::query_scalar(next)
            .fetch_one(&mut **self.connection().await?)
            .await?;
        Ok(next.map(Timestamp))
    }

    /// Returns a watch by its number.
    pub async fn watch(&self, id: WatchId) -> Result<Option<Watch>, StoreError> {
        let watch = sqlx::query("SELECT * FROM watches WHERE id = $1").bind(id.0);
        let row = watch
            .fetch_optional(&mut **self.connection().await?)
            .await?;
        row.as_ref().map(row::watch).transpose()
    }

    /// Returns the running watch on the message of a watch that has ended.
    pub async fn watch_on(&self, ended: &Watch) -> Result<Option<Watch>, StoreError> {
        let next =
            "SELECT * FROM watches WHERE task_id = $1 AND message_id = $2 AND state = 'live'";
        let next = sqlx::query(next)
            .bind(ended.asked.task_id.as_str())
            .bind(ended.message_id.map(u64::cast_signed));
        let row = next.fetch_optional(&mut **self.connection().await?).await?;
        row.as_ref().map(row::watch).transpose()
    }

    /// Runs a statement that writes the moment `$1` to a claimed watch, and returns the
    /// number of changed rows: 0 if the claim is over.
    async fn run_claimed(
        &self,
        statement: &'static str,
        Watch { id, attempt, .. }: &Watch,
        at: Timestamp,
    ) -> Result<u64, StoreError> {
        let statement = sqlx::query(statement).bind(at.0).bind(id.0).bind(attempt);
        self.run(statement).await
    }

    /// Returns each watch with its task. A watch is left out if its task has a row that
    /// this version cannot read, so that the others are still delivered, or if it needs a
    /// task and has none.
    pub(super) async fn with_tasks(
        &self,
        watches: Vec<Watch>,
    ) -> Result<Vec<(Watch, Option<Task>)>, StoreError> {
        let mut found: Vec<(Watch, Option<Task>)> = Vec::with_capacity(watches.len());
        for watch in watches {
            let id = &watch.asked.task_id;
            let mut known = found.iter().filter_map(|(_, task)| task.as_ref());
            let task = match known.find(|task| task.id == *id) {
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
