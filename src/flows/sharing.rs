//! The pace of each task's polls, by which people share a gateway's rate.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use crate::domain::schedule::Pace;
use crate::domain::share::Shares;
use crate::domain::task::TaskId;
use crate::domain::time::Timestamp;
use crate::store::{Store, StoreError};

/// The shortest time for which computed shares are reused.
const KEPT: Duration = Duration::from_secs(2);

/// Shares are reused for this many times the duration of the query that counted them. The
/// query reads every running watch, so this bounds its load on the database to a fiftieth.
const KEPT_TIMES: u32 = 50;

/// Sets the pace of each task by its people's share of a gateway's polls.
pub struct Sharing {
    store: Store,
    /// `POLL_MIN` and `POLL_MAX`.
    pace: Pace,
    /// The gateway's rate.
    rate: NonZeroU32,
    /// The gateway's name, or `None` if it is the only one.
    gateway: Option<String>,
    /// The shares, and until when they are reused.
    shares: Mutex<Option<(Instant, Shares)>>,
}

impl Sharing {
    #[must_use]
    pub fn new(store: Store, pace: Pace, rate: NonZeroU32, gateway: Option<String>) -> Self {
        let shares = Mutex::default();
        Self {
            store,
            pace,
            rate,
            gateway,
            shares,
        }
    }

    /// Returns the pace of a task's next poll, unstretched if the database fails.
    pub(super) async fn pace_of(&self, id: &TaskId, now: Timestamp) -> Pace {
        match self.stretch(id, now).await {
            Ok(times) => self.pace.stretched(times),
            Err(error) => {
                tracing::warn!(%error, "poll.shares_unknown");
                self.pace
            }
        }
    }

    async fn stretch(&self, id: &TaskId, now: Timestamp) -> Result<f64, StoreError> {
        let mut shares = self.shares.lock().await;
        let known = shares.take().filter(|(until, _)| Instant::now() < *until);
        let (_, known) = match known {
            Some(known) => shares.insert(known),
            None => {
                let began = Instant::now();
                let followed = self.store.followed(now, self.gateway.as_deref()).await?;
                let fresh = Shares::of(&followed, self.rate, &self.pace);
                let kept = KEPT.max(began.elapsed() * KEPT_TIMES);
                shares.insert((Instant::now() + kept, fresh))
            }
        };
        if known.has_room() {
            return Ok(1.0);
        }
        Ok(known.stretch(&self.store.followers(id).await?))
    }
}
