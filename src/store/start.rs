//! The start of a watch: it becomes live, and from then on its task exists and is polled.

use std::time::Duration;

use sqlx::any::Any;
use sqlx::{Row, Transaction};

use super::database::Store;
use super::error::StoreError;
use super::row;
use crate::domain::decide::request::{self, Requested};
use crate::domain::recent::RecentTask;
use crate::domain::task::{Task, TaskId};
use crate::domain::time::Timestamp;
use crate::domain::watch::{Watch, WatchState};
use crate::metrics;
use crate::render::ping::PEOPLE_MAX;

/// Creates a task, claimed until `$6` for its first poll, unless it exists.
const MAKE_TASK: &str = "INSERT INTO tasks (id, family, snapshot, watched_since, polled_at, give_up_at, next_poll_at, \
         state, model, title, revision, answered, known, failures, troubled, claimed, attempt, requests) \
     VALUES ($1, $2, $3, $4, $4, $5, $6, $7, '', '', 0, 0, 0, 0, 0, 1, 1, 1) ON CONFLICT (id) DO NOTHING";

/// Starts a task again, claimed until `$5` for its first poll.
const RESTART_TASK: &str = "UPDATE tasks SET snapshot = $2, watched_since = $3, polled_at = $3, give_up_at = $4, \
         next_poll_at = $5, requests = $6, state = $7, outcome = NULL, answered = 0, setback = NULL, setback_since = NULL, failures = 0, \
         troubled = 0, unfinished_at = NULL, took_ms = NULL, claimed = 1, attempt = attempt + 1 \
     WHERE id = $1";

/// Adds a request to a task that is already watched.
const JOIN_TASK: &str = "UPDATE tasks SET give_up_at = $2, requests = $3 WHERE id = $1";

/// Ends the other watches of a message, because a message has one watch. The raised
/// attempt number keeps a delivery in progress from recording anything.
const REPLACE: &str = "UPDATE watches SET state = 'ended', token = '', next_delivery_at = NULL, claimed = 0, \
         attempt = attempt + 1 \
     WHERE task_id = $1 AND message_id = $2 AND id <> $3 AND state <> 'ended'";

/// Selects the previous watch of a message.
const LAST_ON_MESSAGE: &str = "SELECT id, stopped_by FROM watches \
     WHERE task_id = $1 AND message_id = $2 AND id < $3 ORDER BY id DESC LIMIT 1";

/// Subscribes the people who waited for a message's previous watch `$2`, its requester
/// among them, to `$1`, except for the person who stopped it (`$4`) and the requester of
/// `$1` (`$3`).
const INHERIT: &str = "INSERT INTO subscribers (watch_id, user_id) \
     SELECT $1, user_id FROM (SELECT user_id FROM subscribers WHERE watch_id = $2 \
         UNION SELECT user_id FROM watches WHERE id = $2 AND notify <> 'off') AS waiting \
     WHERE user_id <> $3 AND user_id <> $4 ORDER BY user_id LIMIT $5 + 0 \
     ON CONFLICT DO NOTHING";

/// Makes a watch live under a new lease until `$3`.
const MAKE_LIVE: &str = "UPDATE watches SET state = 'live', next_delivery_at = $3, wanted_revision = $4 \
     WHERE id = $1 AND attempt = $2 AND state = 'asked'";

/// A watch that has become live. Its claim goes on, and its task is claimed, too, if
/// `first_poll` is true.
#[derive(Clone, Debug)]
pub struct Started {
    pub watch: Watch,
    pub task: Task,
    /// True if the task is new or starts again, and its first poll is claimed.
    pub first_poll: bool,
}

impl Store {
    /// Makes a claimed watch in state `asked` live, and its task polled. The leases of
    /// both end `lease` after `now`. Returns `None` if the claim is over, because another
    /// claim started the watch or it was dropped.
    pub async fn start(
        &self,
        claimed: &Watch,
        now: Timestamp,
        lease: Duration,
        watch_timeout: Duration,
    ) -> Result<Option<Started>, StoreError> {
        let _timer = metrics::database("start");
        let lease_ends = now.plus(lease);
        let mut connection = self.connection().await?;
        let mut tx = self.begin(&mut connection).await?;
        let id = &claimed.asked.task_id;
        let request = self.request_task(&mut tx, id, now, lease_ends, watch_timeout);
        let Some((task, first_poll)) = request.await? else {
            return Ok(None);
        };
        if let Some(message_id) = claimed.message_id {
            let message_id = message_id.cast_signed();
            sqlx::query(REPLACE)
                .bind(id.as_str())
                .bind(message_id)
                .bind(claimed.id.0)
                .execute(&mut *tx)
                .await?;
            inherit(&mut tx, claimed, message_id).await?;
        }
        let live = sqlx::query(MAKE_LIVE)
            .bind(claimed.id.0)
            .bind(claimed.attempt)
            .bind(lease_ends.0)
            .bind(if task.answered { task.revision } else { 0 });
        if live.execute(&mut *tx).await?.rows_affected() == 0 {
            tx.rollback().await?;
            return Ok(None);
        }
        tx.commit().await?;
        let watch = Watch {
            state: WatchState::Live,
            ..claimed.clone()
        };
        Ok(Some(Started {
            watch,
            task,
            first_poll,
        }))
    }

    /// Creates, restarts or joins a task, and returns it with `true` if its first poll is
    /// claimed. Returns `None` if the task was removed meanwhile.
    async fn request_task(
        &self,
        tx: &mut Transaction<'_, Any>,
        id: &TaskId,
        now: Timestamp,
        lease_ends: Timestamp,
        watch_timeout: Duration,
    ) -> Result<Option<(Task, bool)>, StoreError> {
        let fresh = Task {
            attempt: 1,
            ..request::first(id, now, watch_timeout)
        };
        let make = sqlx::query(MAKE_TASK)
            .bind(id.as_str())
            .bind(id.family())
            .bind(row::snapshot(&fresh)?)
            .bind(fresh.watched_since.0)
            .bind(fresh.give_up_at.0)
            .bind(lease_ends.0)
            .bind(row::text(&RecentTask::of(&fresh).state)?);
        if make.execute(&mut **tx).await?.rows_affected() == 1 {
            return Ok(Some((fresh, true)));
        }
        let Some(row) = self.lock_task(tx, id.as_str()).await? else {
            return Ok(None);
        };
        let polled = row.try_get::<Option<i64>, _>("next_poll_at")?.is_some();
        let watch = "SELECT 1 FROM watches WHERE task_id = $1 AND state = 'live' LIMIT 1";
        let watch = sqlx::query(watch).bind(id.as_str());
        let watched = watch.fetch_optional(&mut **tx).await?.is_some();
        match request::again(row::task(&row)?, polled, watched, now, watch_timeout) {
            Requested::Joined(task) => {
                sqlx::query(JOIN_TASK)
                    .bind(id.as_str())
                    .bind(task.give_up_at.0)
                    .bind(task.requests)
                    .execute(&mut **tx)
                    .await?;
                Ok(Some((task, false)))
            }
            Requested::Restarted(task) => {
                sqlx::query(RESTART_TASK)
                    .bind(id.as_str())
                    .bind(row::snapshot(&task)?)
                    .bind(task.watched_since.0)
                    .bind(task.give_up_at.0)
                    .bind(lease_ends.0)
                    .bind(task.requests)
                    .bind(row::text(&RecentTask::of(&task).state)?)
                    .execute(&mut **tx)
                    .await?;
                let attempt = task.attempt + 1;
                Ok(Some((Task { attempt, ..task }, true)))
            }
        }
    }
}

/// Subscribes the people who waited for the message's previous watch to this one.
async fn inherit(
    tx: &mut Transaction<'_, Any>,
    watch: &Watch,
    message_id: i64,
) -> Result<(), StoreError> {
    let last = sqlx::query_as::<_, (i64, Option<i64>)>(LAST_ON_MESSAGE)
        .bind(watch.asked.task_id.as_str())
        .bind(message_id)
        .bind(watch.id.0);
    let Some((last, stopped_by)) = last.fetch_optional(&mut **tx).await? else {
        return Ok(());
    };
    let requester = watch.asked.user_id.cast_signed();
    let room = i64::try_from(PEOPLE_MAX - 1).unwrap_or_default();
    sqlx::query(INHERIT)
        .bind(watch.id.0)
        .bind(last)
        .bind(requester)
        .bind(stopped_by.unwrap_or(requester))
        .bind(room)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
