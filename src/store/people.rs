//! People's actions on watches: they list them, stop them, subscribe and refresh.

use std::time::Duration;

use sqlx::Row;
use sqlx::any::AnyRow;

use super::database::Store;
use super::error::StoreError;
use super::signal::Signal;
use super::{row, tasks};
use crate::domain::secret::Secret;
use crate::domain::task::{Task, TaskId};
use crate::domain::time::Timestamp;
use crate::domain::watch::{Notify, Watch, WatchId};

/// The selection of a list's watches; running ones, except for [`Whose::Past`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    Person(u64),
    /// A person's watches that are over, only the newest of each task.
    Past(u64),
    /// The watches in a guild whose message is shown, except for private ones.
    Guild(u64),
}

/// The result of pressing "Notify me".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subscribed {
    /// The person will be notified.
    Added,
    /// The watch has as many subscribers as the caller allows.
    Full,
    /// The watch's task has ended meanwhile.
    Over,
}

/// The result of a request to poll a task now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refreshed {
    /// The task is due, or is being polled at this moment.
    Now,
    /// The task was polled a moment ago, or waits because of a setback. Its next poll is
    /// possible after this time.
    TooSoon(Duration),
    /// The task is not polled any more.
    Unpolled,
}

impl Store {
    /// Returns up to `limit` watches of a person or guild after the first `skip`, newest
    /// first and each with its task, and the total number of watches. Beyond the last one
    /// the list is empty and the total is 0.
    pub async fn watches_of(
        &self,
        whose: Whose,
        skip: u32,
        limit: u32,
    ) -> Result<(Vec<(Watch, Task)>, u32), StoreError> {
        let (list, id) = match whose {
            Whose::Person(id) => (
                "SELECT *, COUNT(*) OVER () AS total FROM watches \
                 WHERE user_id = $1 AND state IN ('asked', 'live') ORDER BY id DESC LIMIT $2 + 0 OFFSET $3 + 0",
                id,
            ),
            Whose::Past(id) => (
                "SELECT *, COUNT(*) OVER () AS total FROM watches WHERE id IN (SELECT MAX(id) FROM watches \
                     WHERE user_id = $1 AND state IN ('stopped', 'ended') GROUP BY task_id) \
                 ORDER BY id DESC LIMIT $2 + 0 OFFSET $3 + 0",
                id,
            ),
            Whose::Guild(id) => (
                "SELECT *, COUNT(*) OVER () AS total FROM watches \
                 WHERE guild_id = $1 AND state = 'live' AND private = 0 AND edited_at IS NOT NULL \
                 ORDER BY id DESC LIMIT $2 + 0 OFFSET $3 + 0",
                id,
            ),
        };
        let list = sqlx::query(list)
            .bind(id.cast_signed())
            .bind(i64::from(limit))
            .bind(i64::from(skip));
        let rows = list.fetch_all(&mut **self.connection().await?).await?;
        let total: i64 = rows.first().map_or(Ok(0), |row| row.try_get("total"))?;
        let watches = self.with_tasks(row::readable(&rows, row::watch));
        let known = watches.await?.into_iter();
        let known = known.filter_map(|(watch, task)| Some((watch, task?)));
        Ok((known.collect(), u32::try_from(total).unwrap_or(u32::MAX)))
    }

    /// Stops a running watch and makes its delivery due, which shows the stop and notifies
    /// the people who wait, except for the person who stopped it (`by`). Returns `false` if
    /// the watch was not running or its task has ended; its message shows that end then.
    pub async fn stop_watch(
        &self,
        id: WatchId,
        task_id: &TaskId,
        by: u64,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut connection = self.connection().await?;
        let mut tx = self.begin(&mut connection).await?;
        let task = self.lock_task(&mut tx, task_id.as_str()).await?;
        let Some(Task { outcome: None, .. }) = task.as_ref().map(row::task).transpose()? else {
            return Ok(false);
        };
        let stopped = sqlx::query(
            "UPDATE watches SET state = 'stopped', stopped_by = $3, \
                 next_delivery_at = CASE WHEN claimed = 1 THEN COALESCE(next_delivery_at, $1) ELSE $1 END \
             WHERE id = $2 AND state = 'live'",
        )
        .bind(now.0)
        .bind(id.0)
        .bind(by.cast_signed())
        .execute(&mut *tx)
        .await?;
        tasks::park_if_unwatched(&mut tx, task_id).await?;
        self.signal(&mut tx, Signal::Delivery).await?;
        tx.commit().await?;
        Ok(stopped.rows_affected() == 1)
    }

    /// Makes a polled task due now, unless it was polled within `gap` or waits because of
    /// a setback (an error, or a video that is still missing).
    pub async fn refresh(
        &self,
        id: &TaskId,
        now: Timestamp,
        gap: Duration,
    ) -> Result<Refreshed, StoreError> {
        let mut connection = self.connection().await?;
        let mut tx = self.begin(&mut connection).await?;
        let row = self.lock_task(&mut tx, id.as_str()).await?;
        let refreshed = match &row {
            Some(row) => refreshed(row, now, gap)?,
            None => Refreshed::Unpolled,
        };
        if refreshed == Refreshed::Now {
            let refresh =
                "UPDATE tasks SET next_poll_at = $1, polled_at = $1 WHERE id = $2 AND claimed = 0";
            let refresh = sqlx::query(refresh).bind(now.0).bind(id.as_str());
            if refresh.execute(&mut *tx).await?.rows_affected() == 1 {
                self.signal(&mut tx, Signal::Poll).await?;
            }
        }
        tx.commit().await?;
        Ok(refreshed)
    }

    /// Subscribes a person to a watch's end. A watch takes at most `room` subscribers.
    pub async fn subscribe(
        &self,
        id: WatchId,
        task_id: &TaskId,
        user_id: u64,
        room: usize,
    ) -> Result<Subscribed, StoreError> {
        let mut connection = self.connection().await?;
        let mut tx = self.begin(&mut connection).await?;
        // The lock keeps the end from being recorded meanwhile without this subscriber.
        let task = self.lock_task(&mut tx, task_id.as_str()).await?;
        let Some(Task { outcome: None, .. }) = task.as_ref().map(row::task).transpose()? else {
            return Ok(Subscribed::Over);
        };
        let user = user_id.cast_signed();
        let others = "SELECT COUNT(*) FROM subscribers WHERE watch_id = $1 AND user_id <> $2";
        let others = sqlx::query_scalar(others).bind(id.0).bind(user);
        let others: i64 = others.fetch_one(&mut *tx).await?;
        if usize::try_from(others).unwrap_or(usize::MAX) >= room {
            return Ok(Subscribed::Full);
        }
        let add =
            "INSERT INTO subscribers (watch_id, user_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        let add = sqlx::query(add).bind(id.0).bind(user);
        add.execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(Subscribed::Added)
    }

    /// Removes a person from the subscribers of a watch.
    pub async fn unsubscribe(&self, id: WatchId, user_id: u64) -> Result<(), StoreError> {
        let remove = "DELETE FROM subscribers WHERE watch_id = $1 AND user_id = $2";
        let remove = sqlx::query(remove).bind(id.0).bind(user_id.cast_signed());
        self.run(remove).await?;
        Ok(())
    }

    /// Returns the people besides the requester who are notified of a watch's end.
    pub async fn subscribers(&self, id: WatchId) -> Result<Vec<u64>, StoreError> {
        let ids = "SELECT user_id FROM subscribers WHERE watch_id = $1 ORDER BY user_id";
        let ids = sqlx::query_scalar(ids).bind(id.0);
        let ids: Vec<i64> = ids.fetch_all(&mut **self.connection().await?).await?;
        Ok(ids.into_iter().map(i64::cast_unsigned).collect())
    }

    /// Replaces a watch's token with that of a button press below its message. The bot can
    /// edit the message with it until `expires_at`.
    pub async fn replace_token(
        &self,
        id: WatchId,
        token: &Secret,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let replace = "UPDATE watches SET token = $1, token_expires_at = $2 WHERE id = $3 AND state <> 'ended'";
        let replace = sqlx::query(replace).bind(token.expose()).bind(expires_at.0);
        self.run(replace.bind(id.0)).await?;
        Ok(())
    }

    /// Changes how the requester is notified.
    pub async fn set_notify(&self, id: WatchId, notify: Notify) -> Result<(), StoreError> {
        let set = sqlx::query("UPDATE watches SET notify = $1 WHERE id = $2");
        self.run(set.bind(row::text(&notify)?).bind(id.0)).await?;
        Ok(())
    }
}

/// Returns the result of a request to poll a task at `now`. The caller holds the lock of
/// its row.
fn refreshed(row: &AnyRow, now: Timestamp, gap: Duration) -> Result<Refreshed, StoreError> {
    let Some(due_at) = row.try_get::<Option<i64>, _>("next_poll_at")? else {
        return Ok(Refreshed::Unpolled);
    };
    if row.try_get::<i64, _>("claimed")? == 1 {
        return Ok(Refreshed::Now);
    }
    if row.try_get::<Option<&str>, _>("setback")?.is_some() {
        return Ok(Refreshed::TooSoon(Timestamp(due_at).since(now)));
    }
    let polled_at: Option<i64> = row.try_get("polled_at")?;
    let free_at = polled_at.map_or(now, |at| Timestamp(at).plus(gap));
    Ok(if free_at > now {
        Refreshed::TooSoon(free_at.since(now))
    } else {
        Refreshed::Now
    })
}
