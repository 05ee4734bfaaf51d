//! How long tasks took.

use std::time::Duration;

use sqlx::Row;

use super::database::Store;
use super::error::StoreError;
use crate::domain::task::Task;
use crate::domain::usual::LOOKED_AT;

const OF_FAMILY: &str = "SELECT took_ms FROM tasks WHERE family = $1 AND took_ms IS NOT NULL \
     ORDER BY watched_since DESC LIMIT $2 + 0";

const OF_MODEL: &str = "SELECT took_ms FROM tasks WHERE family = $1 AND took_ms IS NOT NULL AND model = $3 \
     ORDER BY watched_since DESC LIMIT $2 + 0";

impl Store {
    /// How long the last [`LOOKED_AT`] tasks of `task`'s model took, newest first;
    /// while the provider has not named that, those of its family.
    pub async fn durations(&self, task: &Task) -> Result<Vec<Duration>, StoreError> {
        let (family, limit) = (task.id.family(), i64::from(LOOKED_AT));
        let query = match &task.snapshot.model {
            Some(model) => sqlx::query(OF_MODEL).bind(family).bind(limit).bind(model),
            None => sqlx::query(OF_FAMILY).bind(family).bind(limit),
        };
        let rows = query.fetch_all(&mut *self.connection().await?).await?;
        rows.iter()
            .map(|row| {
                let millis = row.try_get::<i64, _>("took_ms")?;
                Ok(Duration::from_millis(millis.unsigned_abs()))
            })
            .collect()
    }
}
