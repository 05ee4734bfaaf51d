//! Subscribers: who else is notified of a watch's end.

use sqlx::Row;

use super::database::Store;
use super::error::StoreError;
use crate::domain::task::TaskId;
use crate::domain::watch::WatchId;

/// What came of pressing "Notify me".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subscribed {
    /// The person will be told.
    Added,
    /// The person will not be told any more.
    Removed,
    /// So many are told already that there is no room.
    Full,
    /// The watch has ended meanwhile.
    Over,
}

impl Store {
    /// Adds a person to those who are told of a watch's end, or takes them off.
    /// At most `room` people besides the requester.
    pub async fn toggle_subscriber(
        &self,
        id: WatchId,
        task_id: &TaskId,
        user_id: u64,
        room: usize,
    ) -> Result<Subscribed, StoreError> {
        let mut connection = self.connection().await?;
        let mut tx = self.begin(&mut connection).await?;
        // Under the lock that records an end: whoever is added is told of it.
        let task = self.lock_task(&mut tx, task_id).await?;
        if task.is_none_or(|task| task.outcome.is_some()) {
            return Ok(Subscribed::Over);
        }
        let user = user_id.cast_signed();
        let removed = sqlx::query("DELETE FROM subscribers WHERE watch_id = $1 AND user_id = $2")
            .bind(id.0)
            .bind(user)
            .execute(&mut *tx)
            .await?;
        let change = if removed.rows_affected() == 1 {
            Subscribed::Removed
        } else {
            let count: i64 =
                sqlx::query("SELECT COUNT(*) AS n FROM subscribers WHERE watch_id = $1")
                    .bind(id.0)
                    .fetch_one(&mut *tx)
                    .await?
                    .try_get("n")?;
            if usize::try_from(count).unwrap_or(usize::MAX) >= room {
                return Ok(Subscribed::Full);
            }
            sqlx::query("INSERT INTO subscribers (watch_id, user_id) VALUES ($1, $2) ON CONFLICT DO NOTHING")
                .bind(id.0)
                .bind(user)
                .execute(&mut *tx)
                .await?;
            Subscribed::Added
        };
        tx.commit().await?;
        Ok(change)
    }

    /// Who is told of a watch's end besides its requester.
    pub async fn subscribers(&self, id: WatchId) -> Result<Vec<u64>, StoreError> {
        let rows =
            sqlx::query("SELECT user_id FROM subscribers WHERE watch_id = $1 ORDER BY user_id")
                .bind(id.0)
                .fetch_all(&mut *self.connection().await?)
                .await?;
        rows.iter()
            .map(|row| Ok(row.try_get::<i64, _>("user_id")?.cast_unsigned()))
            .collect()
    }
}
