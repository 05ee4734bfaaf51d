//! The timekeeper. It corrects the clock and the database when the wall clock and the
//! monotonic clock differ.

use std::time::Duration;

use super::clock::Clock;
use crate::domain::time::Timestamp;
use crate::store::{Store, StoreError};

/// How often the clocks are compared.
const INTERVAL: Duration = Duration::from_secs(1);

/// The largest difference in milliseconds that is left alone. A machine that corrects its
/// time step by step causes small differences.
const TOLERANCE: i64 = 30_000;

/// Keeps the process's clock and the moments in the database consistent.
pub struct Timekeeper {
    pub clock: Clock,
    pub store: Store,
    /// `WATCH_TIMEOUT`: no deadline of a task is further away.
    pub watch_timeout: Duration,
    /// The longest time for which a poll is postponed.
    pub longest_pause: Duration,
}

impl Timekeeper {
    /// Sets the clock to the time of a database that several processes share. For SQLite it
    /// corrects the moments that an earlier, wrong clock has left in the database.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn begin(&self) -> Result<(), StoreError> {
        match self.store.time().await? {
            Some(moment) => {
                self.clock.set(moment);
                Ok(())
            }
            None => self.rein_in(self.clock.now()).await,
        }
    }

    /// Compares the clocks every second. Never returns.
    pub async fn run(&self) {
        let mut reported = 0;
        loop {
            tokio::time::sleep(INTERVAL).await;
            let ahead = self.clock.ahead();
            if ahead.abs() <= TOLERANCE {
                reported = 0;
                continue;
            }
            self.clock.note_jump(ahead);
            if (ahead - reported).abs() > TOLERANCE {
                reported = ahead;
                tracing::error!(
                    seconds = ahead / 1000,
                    hint = "this machine's clock jumped: check its NTP service; watches continue",
                    "clock.jumped"
                );
            }
            if let Err(error) = self.follow(ahead).await {
                tracing::error!(%error, "clock.not_followed");
            }
        }
    }

    /// Moves the clock and the moments in the database by a jump of `ahead` milliseconds. A
    /// database that several processes share is not changed: its own time decides, because
    /// the other processes' clocks may be right.
    async fn follow(&self, ahead: i64) -> Result<(), StoreError> {
        if let Some(moment) = self.store.time().await? {
            if (moment.0 - self.clock.now().0).abs() > TOLERANCE {
                self.clock.set(moment);
            }
            return Ok(());
        }
        let moment = Timestamp(self.clock.now().0.saturating_add(ahead));
        self.store.shift_moments(ahead, moment).await?;
        self.clock.set(moment);
        self.rein_in(moment).await
    }

    async fn rein_in(&self, now: Timestamp) -> Result<(), StoreError> {
        let store = &self.store;
        store
            .rein_in_moments(now, self.watch_timeout, self.longest_pause)
            .await
    }
}
