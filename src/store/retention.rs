//! The removal of old rows, of tokens that are over, and of a person's data.

use sqlx::Transaction;
use sqlx::any::Any;

use super::database::Store;
use super::error::StoreError;
use crate::domain::time::Timestamp;
use crate::metrics;

/// Selects up to `$2` ended watches of tasks that were asked for before `$1` and that the
/// provider did not know. SQLite keeps the order of a CROSS JOIN: first the few tasks, then
/// their watches.
pub(super) const UNKNOWN: &str = "SELECT watches.id FROM tasks CROSS JOIN watches \
     WHERE watches.task_id = tasks.id AND tasks.next_poll_at IS NULL AND tasks.outcome = 'not_found' AND tasks.watched_since < $1 \
         AND watches.state = 'ended' \
     LIMIT $2 + 0";

/// Removes up to `$2` tasks without any watch that were asked for before `$1` and that the
/// provider did not know.
pub(super) const REMOVE_UNKNOWN: &str = "DELETE FROM tasks WHERE id IN (SELECT id FROM tasks \
     WHERE next_poll_at IS NULL AND outcome = 'not_found' AND watched_since < $1 \
         AND NOT EXISTS (SELECT 1 FROM watches WHERE task_id = tasks.id) \
     LIMIT $2 + 0)";

/// Selects up to `$3` ended watches of a person after the newest `$2` that are over, in
/// the order in which every transaction locks their tasks.
pub(super) const BEYOND: &str = "SELECT id, task_id FROM \
         (SELECT id, task_id, state FROM watches WHERE user_id = $1 AND state IN ('stopped', 'ended') \
          ORDER BY id DESC LIMIT $3 + 0 OFFSET $2 + 0) AS beyond \
     WHERE state = 'ended' ORDER BY task_id";

/// The numbers of removed rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    /// Watches, each removed with its subscriptions.
    pub watches: u64,
    /// Subscriptions to other people's watches.
    pub subscriptions: u64,
    /// Tasks without any watch, removed with their prompts.
    pub tasks: u64,
}

impl Store {
    /// Removes up to `limit` ended watches that were created before `before`, and up to
    /// `limit` tasks without any watch that were last asked for before then.
    pub async fn remove_old(&self, before: Timestamp, limit: u32) -> Result<Removed, StoreError> {
        let _timer = metrics::database("remove_old");
        let mut connection = self.connection().await?;
        let mut tx = self.begin(&mut connection).await?;
        let old: Vec<i64> = sqlx::query_scalar(
            "SELECT id FROM watches WHERE state = 'ended' AND created_at < $1 ORDER BY created_at LIMIT $2 + 0",
        )
        .bind(before.0)
        .bind(i64::from(limit))
        .fetch_all(&mut *tx)
        .await?;
        let mut removed = Removed::default();
        for id in old {
            removed.watches += remove_watch(&mut tx, id).await?;
        }
        let unwatched = "DELETE FROM tasks WHERE id IN (SELECT id FROM tasks \
             WHERE next_poll_at IS NULL AND watched_since < $1 \
                 AND NOT EXISTS (SELECT 1 FROM watches WHERE task_id = tasks.id) \
             ORDER BY watched_since LIMIT $2 + 0)";
        let unwatched = sqlx::query(unwatched).bind(before.0).bind(i64::from(limit));
        removed.tasks = unwatched.execute(&mut *tx).await?.rows_affected();
        tx.commit().await?;
        Ok(removed)
    }

    /// Removes up to `limit` ended watches of tasks that the provider did not know and that
    /// were asked for before `before`, and up to `limit` such tasks without any watch.
    /// Anybody can fill the database with invented ids otherwise.
    pub async fn remove_unknown(
        &self,
        before: Timestamp,
        limit: u32,
    ) -> Result<Removed, StoreError> {
        let _timer = metrics::database("remove_unknown");
        let mut connection = self.connection().await?;
        let mut tx = self.begin(&mut connection).await?;
        let unknown: Vec<i64> = sqlx::query_scalar(UNKNOWN)
            .bind(before.0)
            .bind(i64::from(limit))
            .fetch_all(&mut *tx)
            .await?;
        let mut removed = Removed::default();
        for id in unknown {
            removed.watches += remove_watch(&mut tx, id).await?;
        }
        let tasks = sqlx::query(REMOVE_UNKNOWN).bind(before.0);
        let tasks = tasks.bind(i64::from(limit)).execute(&mut *tx).await?;
        removed.tasks = tasks.rows_affected();
        tx.commit().await?;
        Ok(removed)
    }

    /// Finds one person with more than `most` watches that are over, and removes up to
    /// `limit` ended ones beyond the newest `most`, with tasks that have no other watch.
    pub async fn remove_beyond(&self, most: u32, limit: u32) -> Result<Removed, StoreError> {
        let _timer = metrics::database("remove_beyond");
        let too_many = "SELECT user_id FROM watches WHERE state IN ('stopped', 'ended') \
             GROUP BY user_id HAVING COUNT(*) > $1 LIMIT 1";
        let too_many = sqlx::query_scalar(too_many).bind(i64::from(most));
        let person: Option<i64> = too_many
            .fetch_optional(&mut **self.reading().await?)
            .await?;
        let mut removed = Removed::default();
        let Some(person) = person else {
            return Ok(removed);
        };
        let mut connection = self.connection().await?;
        let mut tx = self.begin(&mut connection).await?;
        let beyond: Vec<(i64, String)> = sqlx::query_as(BEYOND)
            .bind(person)
            .bind(i64::from(most))
            .bind(i64::from(limit))
            .fetch_all(&mut *tx)
            .await?;
        for (id, task) in beyond {
            self.lock_task(&mut tx, &task).await?;
            removed.watches += remove_watch(&mut tx, id).await?;
            removed.tasks += remove_task(&mut tx, &task).await?;
        }
        tx.commit().await?;
        Ok(removed)
    }

    /// Erases up to `limit` interaction tokens that are over at `now`, also of watches
    /// that still run, and returns the number of erased tokens.
    pub async fn erase_tokens(&self, now: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let _timer = metrics::database("erase_tokens");
        let erase = "UPDATE watches SET token = '' WHERE id IN (SELECT id FROM watches \
             WHERE token <> '' AND token_expires_at <= $1 ORDER BY token_expires_at LIMIT $2 + 0)";
        self.run(sqlx::query(erase).bind(now.0).bind(i64::from(limit)))
            .await
    }

    /// Removes everything that is stored about a person: their watches, running ones
    /// included, their subscriptions, and the tasks that have no other watch.
    pub async fn forget(&self, user_id: u64) -> Result<Removed, StoreError> {
        let user = user_id.cast_signed();
        let mut connection = self.connection().await?;
        let mut tx = self.begin(&mut connection).await?;
        let mut removed = Removed::default();
        let unsubscribe = sqlx::query("DELETE FROM subscribers WHERE user_id = $1").bind(user);
        removed.subscriptions = unsubscribe.execute(&mut *tx).await?.rows_affected();
        // Tasks are locked in the order of their ids, so that no deadlock arises.
        let mine: Vec<(i64, String)> = sqlx::query_as(
            "SELECT id, task_id FROM watches WHERE user_id = $1 AND state IN ('asked', 'live') \
             UNION ALL SELECT id, task_id FROM watches WHERE user_id = $1 AND state IN ('stopped', 'ended') \
             ORDER BY task_id",
        )
        .bind(user)
        .fetch_all(&mut *tx)
        .await?;
        for (id, task) in mine {
            self.lock_task(&mut tx, &task).await?;
            removed.watches += remove_watch(&mut tx, id).await?;
            removed.tasks += remove_task(&mut tx, &task).await?;
        }
        tx.commit().await?;
        Ok(removed)
    }
}

/// Removes a task if it has no watch, and returns the number of removed rows.
async fn remove_task(tx: &mut Transaction<'_, Any>, id: &str) -> Result<u64, StoreError> {
    let remove = "DELETE FROM tasks WHERE id = $1 \
         AND NOT EXISTS (SELECT 1 FROM watches WHERE task_id = $1)";
    let remove = sqlx::query(remove).bind(id);
    Ok(remove.execute(&mut **tx).await?.rows_affected())
}

/// Removes a watch and its subscriptions, and returns the number of removed watches.
async fn remove_watch(tx: &mut Transaction<'_, Any>, id: i64) -> Result<u64, StoreError> {
    let unsubscribe = sqlx::query("DELETE FROM subscribers WHERE watch_id = $1").bind(id);
    unsubscribe.execute(&mut **tx).await?;
    let remove = sqlx::query("DELETE FROM watches WHERE id = $1").bind(id);
    Ok(remove.execute(&mut **tx).await?.rows_affected())
}
