//! The entrance, through which the interactions of every door reach the intake, a bounded
//! number at a time.

use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tokio_util::task::TaskTracker;

use super::recent::RecentInteractions;
use crate::discord::request::{NotUnderstood, Request};
use crate::flows::intake::Intake;
use crate::metrics;
use crate::sync::lock;

/// The bound on interactions in progress: about as many as the bot handles within Discord's
/// three seconds. Each takes about 10 KB.
const MOST_AT_ONCE: usize = 2_500;

/// The result of an interaction's admission.
pub enum Admitted<F> {
    /// The interaction is admitted. The caller must run this future to its end in a task of
    /// its own; a shutdown waits for it.
    Accepted(F),
    /// The interaction arrived before, and is handled only once.
    Again,
    /// Too many interactions are in progress.
    Refused,
    /// The interaction is not understood and cannot be answered.
    Unreadable,
}

/// The way from the doors to the intake. Clones share its bound.
#[derive(Clone)]
pub struct Entrance {
    intake: Arc<Intake>,
    application_id: u64,
    tracker: TaskTracker,
    slots: Arc<Semaphore>,
    seen: Arc<Mutex<RecentInteractions>>,
}

impl Entrance {
    pub fn new(intake: Arc<Intake>, application_id: u64) -> Self {
        Self {
            intake,
            application_id,
            tracker: TaskTracker::new(),
            slots: Arc::new(Semaphore::new(MOST_AT_ONCE)),
            seen: Arc::default(),
        }
    }

    /// Admits or refuses an interaction, as Discord sent it.
    pub fn admit(&self, raw: &Value) -> Admitted<impl Future<Output = ()> + use<>> {
        let request = Request::read(raw, self.application_id);
        let id = match &request {
            Ok(request) => Some(request.asker.interaction_id),
            Err(error) => error.answer.as_ref().map(|(id, _)| *id),
        };
        if let Err(NotUnderstood { path, answer }) = &request {
            // The path names a field and never a value, which may be a token.
            metrics::undecodable();
            tracing::warn!(path, kind = raw["type"].as_u64(), "entrance.not_understood");
            if answer.is_none() {
                return Admitted::Unreadable;
            }
        }
        let Ok(slot) = Arc::clone(&self.slots).try_acquire_owned() else {
            tracing::warn!(reason = "too many at once", "entrance.interaction_refused");
            return Admitted::Refused;
        };
        if id.is_some_and(|id| !lock(&self.seen).is_new(id, Instant::now())) {
            return Admitted::Again;
        }
        let intake = Arc::clone(&self.intake);
        Admitted::Accepted(self.tracker.track_future(async move {
            match request {
                Ok(request) => intake.take(request).await,
                Err(error) => intake.apologise(error).await,
            }
            drop(slot);
        }))
    }

    /// Waits until every admitted interaction is handled. The caller closes the doors before.
    pub async fn close(&self) {
        self.tracker.close();
        self.tracker.wait().await;
    }
}
