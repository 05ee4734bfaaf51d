//! Where the doors meet: interactions are taken in here, whichever door they
//! came through, a bounded number at a time.

use std::sync::Arc;

use serenity::model::application::Interaction;
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use crate::flows::intake::Intake;

/// How many interactions are taken in at a time: about what is dealt with in the
/// three seconds after which Discord forgets them, at some 10 KB each.
const MOST_AT_ONCE: usize = 2_500;

/// The way from the doors to the intake. Clones are the same entrance.
#[derive(Clone)]
pub struct Entrance {
    intake: Arc<Intake>,
    tracker: TaskTracker,
    slots: Arc<Semaphore>,
}

impl Entrance {
    pub fn new(intake: Arc<Intake>) -> Self {
        Self {
            intake,
            tracker: TaskTracker::new(),
            slots: Arc::new(Semaphore::new(MOST_AT_ONCE)),
        }
    }

    /// Lets an interaction in; `None` if there is no room. A shutdown waits for what
    /// is returned, which takes it in and must be driven to its end, in a task of
    /// its own.
    pub fn admit(&self, interaction: Interaction) -> Option<impl Future<Output = ()> + use<>> {
        let Ok(slot) = Arc::clone(&self.slots).try_acquire_owned() else {
            tracing::warn!(reason = "too many at once", "entrance.interaction_refused");
            return None;
        };
        let intake = Arc::clone(&self.intake);
        Some(self.tracker.track_future(async move {
            intake.take(interaction).await;
            drop(slot);
        }))
    }

    /// Returns once what came in is dealt with; the doors are closed by then.
    pub async fn close(&self) {
        self.tracker.close();
        self.tracker.wait().await;
    }
}
