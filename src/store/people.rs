//! People and their watches: they find theirs, stop them, subscribe, ask now.

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

/// Whose watches are meant; running ones but for [`Whose::Past`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    Person(u64),
    /// A person's that are over, of each task the newest.
    Past(u64),
    /// Everybody's in a guild whose message is shown, but for private ones.
    Guild(u64),
}

/// The result of pressing "Notify me".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subscribed {
    /// The person will be notified.
    Added,
    /// The watch has as many subscribers as one message can mention.
    Full,
    /// The watch has ended meanwhile.
    Over,
}

/// The result of asking the provider now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refreshed {
    /// The task is due, or is being asked at this moment.
    Now,
    /// It was asked a moment ago, or the provider wants to be left alone; wait
    /// so long.
    TooSoon(Duration),
    /// It is not polled any more.
    Unpolled,
}

impl Store {
    /// The watches of a person or guild, newest first, each with its task: `limit` of
    /// them after the first `skip`, and how many there are; none beyond the last.
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

    /// Stops a running watch; its message is due to say so, and whoever waits for
    /// its end is told, but for the person it was stopped `by`. Returns whether it
    /// was running: once its task has ended, the end is what it shows.
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

    /// Makes a polled task due now, unless it was asked within `gap` or a setback
    /// (an error, a video that is yet to come) has its own waits.
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

    /// Adds a person to those who are notified of a watch's end, at most `room` of them
    /// besides the requester.
    pub async fn subscribe(
        &self,
        id: WatchId,
        task_id: &TaskId,
        user_id: u64,
        room: usize,
    ) -> Result<Subscribed, StoreError> {
        let mut connection = self.connection().await?;
        let mut tx = self.begin(&mut connection).await?;
        // Under the lock that records an end: whoever is added is told of it.
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

    /// Takes a person off those who are notified of a watch's end.
    pub async fn unsubscribe(&self, id: WatchId, user_id: u64) -> Result<(), StoreError> {
        let remove = "DELETE FROM subscribers WHERE watch_id = $1 AND user_id = $2";
        let remove = sqlx::query(remove).bind(id.0).bind(user_id.cast_signed());
        self.run(remove).await?;
        Ok(())
    }

    /// Returns the people who are told of a watch's end besides its requester.
    pub async fn subscribers(&self, id: WatchId) -> Result<Vec<u64>, StoreError> {
        let ids = "SELECT user_id FROM subscribers WHERE watch_id = $1 ORDER BY user_id";
        let ids = sqlx::query_scalar(ids).bind(id.0);
        let ids: Vec<i64> = ids.fetch_all(&mut **self.connection().await?).await?;
        Ok(ids.into_iter().map(i64::cast_unsigned).collect())
    }

    /// Replaces a watch's token by that of a press below its message, with which the
    /// message can be edited until `expires_at`.
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

    /// Changes whether the requester is told.
    pub async fn set_notify(&self, id: WatchId, notify: Notify) -> Result<(), StoreError> {
        let set = sqlx::query("UPDATE watches SET notify = $1 WHERE id = $2");
        self.run(set.bind(row::text(&notify)?).bind(id.0)).await?;
        Ok(())
    }
}

/// Returns the result of asking for a task at `now`; its row is locked.
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
