//! Where the doors meet: interactions are taken in here, whichever door they
//! came through, a bounded number at a time.

use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tokio_util::task::TaskTracker;

use super::seen::Seen;
use crate::discord::request::{NotUnderstood, Request};
use crate::flows::intake::Intake;
use crate::metrics;
use crate::sync::lock;

/// How many interactions are taken in at a time: about what is dealt with in the
/// three seconds after which Discord forgets them, at some 10 KB each.
const MOST_AT_ONCE: usize = 2_500;

/// The fate of an interaction at the entrance.
pub enum Admitted<F> {
    /// A shutdown waits for what is returned, which takes it in and must be driven to
    /// its end, in a task of its own.
    Taken(F),
    /// It came in before, and is dealt with once.
    Again,
    /// There is no room.
    Refused,
    /// It is not understood, and nobody can be told.
    Unreadable,
}

/// The way from the doors to the intake. Clones are the same entrance.
#[derive(Clone)]
pub struct Entrance {
    intake: Arc<Intake>,
    application_id: u64,
    tracker: TaskTracker,
    slots: Arc<Semaphore>,
    seen: Arc<Mutex<Seen>>,
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

    /// Lets an interaction in, as Discord sent it.
    pub fn admit(&self, raw: &Value) -> Admitted<impl Future<Output = ()> + use<>> {
        let request = Request::read(raw, self.application_id);
        let id = match &request {
            Ok(request) => Some(request.asker.interaction_id),
            Err(error) => error.answer.as_ref().map(|(id, _)| *id),
        };
        if let Err(NotUnderstood { path, answer }) = &request {
            // The path names a field, never a value: a token is one.
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
        Admitted::Taken(self.tracker.track_future(async move {
            match request {
                Ok(request) => intake.take(request).await,
                Err(error) => intake.apologise(error).await,
            }
            drop(slot);
        }))
    }

    /// Returns once what came in is dealt with; the doors are closed by then.
    pub async fn close(&self) {
        self.tracker.close();
        self.tracker.wait().await;
    }
}
