//! The timekeeper: what follows where the wall clock and the monotonic clock part.

use std::time::Duration;

use super::clock::Clock;
use crate::domain::time::Timestamp;
use crate::store::{Store, StoreError};

/// How often the clocks are compared.
const INTERVAL: Duration = Duration::from_secs(1);

/// Clocks that part by less are left alone, in milliseconds: a machine that corrects
/// its time bit by bit does so.
const TOLERANCE: i64 = 30_000;

/// Keeps the clock and the database's moments together.
pub struct Timekeeper {
    pub clock: Clock,
    pub store: Store,
    /// `WATCH_TIMEOUT`: no deadline is further away.
    pub watch_timeout: Duration,
    /// No poll is put off for longer.
    pub longest_pause: Duration,
}

impl Timekeeper {
    /// Begins with the database's time, where that has one that other processes share,
    /// and reins in moments that an earlier, wrong clock has left there.
    ///
    /// # Errors
    /// [`StoreError`] if the database does not answer.
    pub async fn begin(&self) -> Result<(), StoreError> {
        match self.store.time().await? {
            Some(moment) => {
                self.clock.set(moment);
                Ok(())
            }
            None => self.rein_in(self.clock.now()).await,
        }
    }

    /// Compares the clocks each second. Never returns.
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
                    hint = "this machine's clock jumped: see that its time is kept (NTP); watches go on",
                    "clock.jumped"
                );
            }
            if let Err(error) = self.follow(ahead).await {
                tracing::error!(%error, "clock.not_followed");
            }
        }
    }

    /// Moves the database's moments and the clock by a jump. Where other processes
    /// share the database, its own time decides instead: theirs may be right.
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
