//! How much each person follows, for the shares of the polls.

use sqlx::Row;

use super::database::Store;
use super::error::StoreError;
use crate::domain::schedule::Pace;
use crate::domain::share::Followed;
use crate::domain::task::TaskId;
use crate::domain::time::Timestamp;
use crate::metrics;

/// Everybody's running watches, counted by how old they are: since `$1`, `$2` or `$3`,
/// or for longer. It scans `watches_running_of_user`, up to `$4` entries: for the parts
/// alone a plan would walk another index, of every watch there ever was.
pub(super) const FOLLOWED: &str = "SELECT user_id, step, CAST(SUM(part) AS DOUBLE PRECISION) AS tasks FROM \
         (SELECT user_id, 1.0 / COUNT(*) OVER (PARTITION BY task_id) AS part, \
              CAST(CASE WHEN created_at > $1 THEN 0 WHEN created_at > $2 THEN 1 \
                  WHEN created_at > $3 THEN 2 ELSE 3 END AS BIGINT) AS step \
          FROM (SELECT user_id, task_id, created_at FROM watches \
              WHERE state IN ('asked', 'live') ORDER BY user_id, id LIMIT $4 + 0) AS running) AS parts \
     GROUP BY user_id, step";

/// Counts as [`FOLLOWED`] does, but only tasks that the gateway `$5` has shown. The rows of `tasks` are looked up
/// one by one, in the order of the index: a join the other way would read all of them.
pub(super) const FOLLOWED_AT: &str = "SELECT user_id, step, CAST(SUM(part) AS DOUBLE PRECISION) AS tasks FROM \
         (SELECT user_id, 1.0 / COUNT(*) OVER (PARTITION BY task_id) AS part, \
              CAST(CASE WHEN created_at > $1 THEN 0 WHEN created_at > $2 THEN 1 \
                  WHEN created_at > $3 THEN 2 ELSE 3 END AS BIGINT) AS step \
          FROM (SELECT user_id, task_id, created_at FROM watches \
              WHERE state IN ('asked', 'live') ORDER BY user_id, id LIMIT $4 + 0) AS running \
          CROSS JOIN tasks WHERE tasks.id = task_id AND tasks.gateway = $5) AS parts \
     GROUP BY user_id, step";

/// The most watches that are counted, which takes a tenth of a second.
const WATCHES: i64 = 100_000;

/// The most people of a task that are compared to find who has it asked soonest.
const PEOPLE: i64 = 100;

impl Store {
    /// How many tasks each person follows at `now`, by their age: all, or those that one
    /// gateway has shown.
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
            // The first step begins at no age at all.
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
