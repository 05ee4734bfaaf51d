//! How often the poller asks a gateway about a task, so that people share the polls.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use crate::domain::schedule::Pace;
use crate::domain::share::Shares;
use crate::domain::task::TaskId;
use crate::domain::time::Timestamp;
use crate::store::{Store, StoreError};

/// How long the shares are remembered at least.
const KEPT: Duration = Duration::from_secs(2);

/// They are remembered for so many times as long as the count took, which reads every
/// running watch.
const KEPT_TIMES: u32 = 50;

/// Paces each task by its people's share of the polls.
pub struct Sharing {
    store: Store,
    /// `POLL_MIN` and `POLL_MAX`.
    pace: Pace,
    /// The gateway's rate.
    rate: NonZeroU32,
    /// The gateway's name, where there are others.
    gateway: Option<String>,
    /// The shares, and until when they are remembered.
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

    /// The pace of a task's next poll. While the database does not tell who follows it,
    /// the task is asked as if there were room.
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
