//! The parts of a message that are read from the database.

use std::time::Duration;

use crate::domain::task::{Outcome, Task};
use crate::domain::time::Timestamp;
use crate::domain::usual::usual;
use crate::domain::watch::{Notify, Reach, Watch};
use crate::render::locale::Locale;
use crate::render::view::{Caution, Hide, Media, View};
use crate::store::{Store, StoreError};

/// Parts of a message that come from neither its watch nor its task.
pub(super) struct Extras {
    /// The people besides the requester who are notified of the end, without the person who
    /// stopped the watch.
    pub(super) subscribers: Vec<u64>,
    /// The usual duration of such tasks; only known while the watch runs.
    typical: Option<Duration>,
    outcome: Option<Outcome>,
}

impl Extras {
    /// Reads the parts from the database. A message that was `never_shown` has no
    /// subscribers, because nobody can have pressed its buttons yet.
    pub(super) async fn load(
        store: &Store,
        watch: &Watch,
        task: &Task,
        never_shown: bool,
    ) -> Result<Self, StoreError> {
        let outcome = watch.outcome(task);
        let mut subscribers = if never_shown {
            Vec::new()
        } else {
            store.subscribers(watch.id).await?
        };
        // The person who stopped the watch knows of its end.
        subscribers.retain(|id| watch.stopped_by != Some(*id));
        let typical = match outcome {
            None => usual(store.durations(task).await?),
            Some(_) => None,
        };
        Ok(Self {
            subscribers,
            typical,
            outcome,
        })
    }

    /// Returns the view of a message with these media at `now`.
    pub(super) fn view<'v>(
        &self,
        watch: &'v Watch,
        task: &'v Task,
        media: &'v Media,
        now: Timestamp,
    ) -> View<'v> {
        let told = watch.asked.notify != Notify::Off;
        let over = watch.farewell_at().is_some_and(|at| now >= at);
        let caution = match (watch.asked.reach, told) {
            _ if watch.untold => Some(Caution::NotTold),
            (Reach::Dm, told) if over => Some(Caution::Frozen { told }),
            (Reach::Dm, true) => Some(Caution::EndsByDm),
            (Reach::Dm, false) => Some(Caution::AskAgain),
            (Reach::Channel | Reach::Gone, _) => None,
        };
        View {
            task,
            watch,
            locale: Locale::of(watch.asked.message_locale()),
            now,
            outcome: self.outcome,
            media,
            typical: self.typical,
            others: self.subscribers.len(),
            caution,
            hide: Hide::default(),
        }
    }
}
