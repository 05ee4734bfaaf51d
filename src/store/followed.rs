//! The number of tasks that each person follows, for the shares of the polls.

use sqlx::Row;

use super::database::Store;
use super::error::StoreError;
use crate::domain::schedule::Pace;
use crate::domain::share::Followed;
use crate::domain::task::TaskId;
use crate::domain::time::Timestamp;
use crate::metrics;

/// Counts every person's running watches by age: created after `$1`, `$2` or `$3`, or
/// earlier. A task that several watches follow counts for each of them in part. The inner
/// query makes the plan scan up to `$4` entries of `watches_running_of_user`; without it
/// the plan would walk another index, which holds every watch there ever was.
pub(super) const FOLLOWED: &str = "SELECT user_id, step, CAST(SUM(part) AS DOUBLE PRECISION) AS tasks FROM \
         (SELECT user_id, 1.0 / COUNT(*) OVER (PARTITION BY task_id) AS part, \
              CAST(CASE WHEN created_at > $1 THEN 0 WHEN created_at > $2 THEN 1 \
                  WHEN created_at > $3 THEN 2 ELSE 3 END AS BIGINT) AS step \
          FROM (SELECT user_id, task_id, created_at FROM watches \
              WHERE state IN ('asked', 'live') ORDER BY user_id, id LIMIT $4 + 0) AS running) AS parts \
     GROUP BY user_id, step";

/// Counts as [`FOLLOWED`] does, but only tasks that the gateway `$5` has shown. SQLite keeps
/// the order of a CROSS JOIN and looks up the tasks one by one; in the other order it would
/// read all of them.
pub(super) const FOLLOWED_AT: &str = "SELECT user_id, step, CAST(SUM(part) AS DOUBLE PRECISION) AS tasks FROM \
         (SELECT user_id, 1.0 / COUNT(*) OVER (PARTITION BY task_id) AS part, \
              CAST(CASE WHEN created_at > $1 THEN 0 WHEN created_at > $2 THEN 1 \
                  WHEN created_at > $3 THEN 2 ELSE 3 END AS BIGINT) AS step \
          FROM (SELECT user_id, task_id, created_at FROM watches \
              WHERE state IN ('asked', 'live') ORDER BY user_id, id LIMIT $4 + 0) AS running \
          CROSS JOIN tasks WHERE tasks.id = task_id AND tasks.gateway = $5) AS parts \
     GROUP BY user_id, step";

/// The bound on the counted watches; counting all of them takes a tenth of a second.
const WATCHES: i64 = 100_000;

/// The bound on the people of one task that are compared for the earliest next poll.
const PEOPLE: i64 = 100;

impl Store {
    /// Returns how many tasks each person follows at `now`, by age: all tasks, or those
    /// that one gateway has shown.
    pub async fn followed(
        &self,
        now: Timestamp,
        gateway: Option<&str>,
    ) -> Result<Vec<Followed>, StoreError> {
        let _timer = metrics::database("followed");
        let [young, older, old] = Pace::AGES.map(|age| now.minus(age).0);
        let statement = gateway.map_or(FOLLOWED, |_| FOLLOWED_AT);
        let rows = sqlx::query(statement).bind(young).bind(older).bind(old);
        let rows = rows.bind(WATCHES);
        let rows = match gateway {
            Some(gateway) => rows.bind(gateway),
            None => rows,
        };
        let rows = rows.fetch_all(&mut **self.reading().await?).await?;
        let read = rows.iter().map(|row| {
            let step: i64 = row.try_get("step")?;
            let person: i64 = row.try_get("user_id")?;
            // Step 0 begins at age zero, and each other step at its entry of AGES.
            let begins = usize::try_from(step)
                .ok()
                .and_then(|step| step.checked_sub(1));
            let age = begins.and_then(|step| Pace::AGES.get(step));
            Ok(Followed {
                person: person.cast_unsigned(),
                age: age.copied().unwrap_or_default(),
                tasks: row.try_get("tasks")?,
            })
        });
        read.collect()
    }

    /// Returns the people who have a live watch on a task.
    pub async fn followers(&self, id: &TaskId) -> Result<Vec<u64>, StoreError> {
        let people = "SELECT DISTINCT user_id FROM watches WHERE task_id = $1 AND state = 'live' LIMIT $2 + 0";
        let people = sqlx::query_scalar(people).bind(id.as_str()).bind(PEOPLE);
        let people: Vec<i64> = people.fetch_all(&mut **self.reading().await?).await?;
        Ok(people.into_iter().map(i64::cast_unsigned).collect())
    }
}
