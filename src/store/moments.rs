//! Corrections of the database's moments after the clock was wrong.

use std::time::Duration;

use super::database::{Backend, Store};
use super::error::StoreError;
use crate::domain::time::Timestamp;
use crate::domain::watch::TOKEN_LIFE;

/// Moves every moment of the tasks by `$1` milliseconds. Claims are over and due at `$2`,
/// as if their process had crashed, because their leases count by the old clock.
const SHIFT_TASKS: &str = "UPDATE tasks SET watched_since = watched_since + $1, give_up_at = give_up_at + $1, \
         unfinished_at = unfinished_at + $1, setback_since = setback_since + $1, polled_at = polled_at + $1, \
         next_poll_at = CASE WHEN claimed = 1 THEN $2 ELSE next_poll_at + $1 END, \
         attempt = CASE WHEN claimed = 1 THEN attempt + 1 ELSE attempt END, claimed = 0";

const SHIFT_WATCHES: &str = "UPDATE watches SET created_at = created_at + $1, \
         token_expires_at = token_expires_at + $1, edited_at = edited_at + $1, posting_since = posting_since + $1, \
         ending_since = ending_since + $1, notifying_since = notifying_since + $1, announced_at = announced_at + $1, \
         notified_at = notified_at + $1, attach_until = attach_until + $1, \
         next_delivery_at = CASE WHEN claimed = 1 THEN $2 ELSE next_delivery_at + $1 END, \
         attempt = CASE WHEN claimed = 1 THEN attempt + 1 ELSE attempt END, claimed = 0";

const REIN_IN_TASKS: &str = "UPDATE tasks SET watched_since = MIN(watched_since, $1), give_up_at = MIN(give_up_at, $2), \
         next_poll_at = CASE WHEN next_poll_at > $3 THEN $1 ELSE next_poll_at END \
     WHERE watched_since > $1 OR give_up_at > $2 OR next_poll_at > $3";

const REIN_IN_WATCHES: &str = "UPDATE watches SET created_at = MIN(created_at, $1), \
         token_expires_at = MIN(token_expires_at, $2), \
         next_delivery_at = CASE WHEN next_delivery_at > $3 THEN $1 ELSE next_delivery_at END \
     WHERE created_at > $1 OR token_expires_at > $2 OR next_delivery_at > $3";

/// The longest wait of a delivery, unless Discord asked for a longer one. Such a wait is
/// cut short, too, which costs one more request.
const LONGEST_WAIT: Duration = Duration::from_secs(600);

impl Store {
    /// Returns PostgreSQL's time, because several processes may share that database;
    /// `None` for SQLite, whose moments come from this process alone.
    pub async fn time(&self) -> Result<Option<Timestamp>, StoreError> {
        if matches!(self.backend, Backend::Sqlite(..)) {
            return Ok(None);
        }
        let now = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)";
        let now: i64 = sqlx::query_scalar(now)
            .fetch_one(&mut **self.connection().await?)
            .await?;
        Ok(Some(Timestamp(now)))
    }

    /// Moves every moment in SQLite by `by` milliseconds after a jump of the clock to
    /// `now`, so that a row that was due in a minute is still due in a minute. Claims are
    /// over, and their rows are due at once.
    pub async fn shift_moments(&self, by: i64, now: Timestamp) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        let mut tx = self.begin(&mut connection).await?;
        for shift in [SHIFT_TASKS, SHIFT_WATCHES] {
            let shift = sqlx::query(shift).bind(by).bind(now.0);
            shift.execute(&mut *tx).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Corrects moments in SQLite that lie too far ahead to come from a right clock: a
    /// row that is due later than the longest wait becomes due now, starts are not later
    /// than now, and deadlines are bounded from now.
    pub async fn rein_in_moments(
        &self,
        now: Timestamp,
        watch_timeout: Duration,
        longest_pause: Duration,
    ) -> Result<(), StoreError> {
        for (rein_in, deadline, wait) in [
            (REIN_IN_TASKS, watch_timeout, longest_pause),
            (REIN_IN_WATCHES, TOKEN_LIFE, LONGEST_WAIT),
        ] {
            let rein_in = sqlx::query(rein_in).bind(now.0).bind(now.plus(deadline).0);
            self.run(rein_in.bind(now.plus(wait).0)).await?;
        }
        Ok(())
    }
}
