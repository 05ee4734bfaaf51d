//! The courier: database to Discord. Keeps each message equal to its task's
//! snapshot, and at the end tells whoever waited.

use std::sync::Arc;
use std::time::Duration;

use super::delivery::{self, Delivery};
use super::worker::Work;
use super::{jitter, now};
use crate::discord::messenger::Messenger;
use crate::domain::decide::refusal::{self, Form, Next, Route};
use crate::domain::discord::DiscordError;
use crate::domain::task::Task;
use crate::domain::time::Timestamp;
use crate::domain::watch::{Watch, WatchState};
use crate::metrics;
use crate::provider::media::Fetcher;
use crate::store::{Rest, Store, StoreError};

/// A delivery is broken off after this time: downloads and uploads take up to a
/// minute each.
const TIMEOUT: Duration = Duration::from_secs(180);

/// At most so many deliveries at a time.
pub const SLOTS: u32 = 32;

/// Brings messages up to date.
pub struct Courier {
    /// What is due.
    pub store: Store,
    /// How people are reached.
    pub messenger: Messenger,
    /// Fetches what is attached.
    pub media: Arc<Fetcher>,
    /// How long Discord knows a nonce again.
    pub nonce_memory: Duration,
}

impl Courier {
    /// Settles a delivery; the lease runs out if that fails. Returns whether and
    /// how it is recorded.
    pub(super) async fn settle(&self, watch: &Watch, due_at: Option<Timestamp>) -> Option<Rest> {
        let settled = self.store.settle_watch(watch, due_at, now()).await;
        match &settled {
            Ok(Some(_)) => {}
            Ok(None) => tracing::warn!(watch_id = watch.id.0, "delivery.claim_lost"),
            Err(error) => {
                tracing::error!(watch_id = watch.id.0, %error, "delivery.not_recorded");
            }
        }
        settled.ok().flatten()
    }

    /// Puts off what was broken off, as if Discord had not answered: a bounded
    /// number of times.
    async fn unfinished(&self, watch: &Watch) -> Option<Timestamp> {
        let mut watch = watch.clone();
        let (route, reach) = (Route::first(&watch, now()), watch.asked.reach);
        let error = DiscordError::Unavailable("broken off".into());
        let (failures, form) = (watch.failures, Form::FULL);
        let age = now().since(watch.created_at);
        let next = refusal::after_refusal(&error, route, form, reach, failures, age, jitter());
        watch.failures += 1;
        let due_at = match next {
            Next::Later { after, .. } => Some(now().plus(after)),
            Next::Reroute(_) | Next::Shed(_) | Next::GiveUp => {
                tracing::error!(watch_id = watch.id.0, failures, "delivery.given_up");
                watch.state = WatchState::Ended;
                None
            }
        };
        let rest = self.settle(&watch, due_at).await;
        rest.and_then(|rest| rest.due_at)
    }
}

impl Work for Courier {
    type Item = (Watch, Task);
    const NAME: &'static str = "courier";

    async fn claim(&self, limit: u32, lease: Duration) -> Result<Vec<(Watch, Task)>, StoreError> {
        self.store.claim_watches(now(), lease, limit).await
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.store.next_delivery_at().await
    }

    async fn perform(&self, item: Arc<(Watch, Task)>) -> Option<Timestamp> {
        let (watch, task) = item.as_ref();
        let delivery = Delivery::run(self, watch.clone(), task);
        if let Ok(due_at) = tokio::time::timeout(TIMEOUT, delivery).await {
            return due_at;
        }
        metrics::delivery(delivery::kind(watch.outcome(task)), "too_slow", TIMEOUT);
        tracing::warn!(watch_id = watch.id.0, "delivery.too_slow");
        self.unfinished(watch).await
    }

    async fn broken(&self, item: Arc<(Watch, Task)>) {
        self.unfinished(&item.0).await;
    }

    async fn hold(&self, item: Arc<(Watch, Task)>, until: Timestamp) -> Result<(), StoreError> {
        self.store.hold_watch(&item.0, until).await
    }
}
