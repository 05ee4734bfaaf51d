//! The tasks that a person asked for last, read for each letter typed into the command.

use super::database::Store;
use super::error::StoreError;
use super::row;
use crate::domain::recent::RecentTask;
use crate::metrics;

/// Selects the last tasks of a person, newest first. It reads indexes, and of each task
/// only the columns before its large snapshot.
pub(super) const RECENT: &str = "SELECT tasks.id, tasks.state, tasks.title FROM tasks JOIN \
         (SELECT task_id, MAX(id) AS newest FROM \
             (SELECT * FROM (SELECT task_id, id FROM watches \
                  WHERE user_id = $1 AND state IN ('asked', 'live') ORDER BY id DESC LIMIT 500) AS running \
              UNION ALL SELECT * FROM (SELECT task_id, id FROM watches \
                  WHERE user_id = $1 AND state IN ('stopped', 'ended') ORDER BY id DESC LIMIT 500) AS past) AS last \
          GROUP BY task_id) AS mine \
     ON tasks.id = mine.task_id ORDER BY mine.newest DESC LIMIT $2 + 0";

impl Store {
    /// Returns up to `limit` tasks that a person asked for last, newest first.
    pub async fn recent_tasks(
        &self,
        user_id: u64,
        limit: u32,
    ) -> Result<Vec<RecentTask>, StoreError> {
        let _timer = metrics::database("recent_tasks");
        let rows = sqlx::query(RECENT)
            .bind(user_id.cast_signed())
            .bind(i64::from(limit))
            .fetch_all(&mut **self.reading().await?)
            .await?;
        Ok(row::readable(&rows, row::recent_task))
    }
}
