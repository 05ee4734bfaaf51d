//! What a loop has under way, each row in a task of its own: a panic in one is
//! nothing to the others.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::task::{Id, JoinSet};

use crate::domain::time::Timestamp;

/// Claimed rows that are being performed.
pub(super) struct Flights<I> {
    tasks: JoinSet<Option<Timestamp>>,
    items: HashMap<Id, Flight<I>>,
}

/// One of them.
pub(super) struct Flight<I> {
    /// The row.
    pub(super) item: Arc<I>,
    /// When its lease began.
    pub(super) held_at: Timestamp,
}

/// How one ended.
pub(super) enum Landed<I> {
    /// It is settled, and due again then if that is known.
    Done(Option<Timestamp>),
    /// It panicked or was broken off.
    Broken(Option<Arc<I>>),
}

impl<I> Default for Flights<I> {
    fn default() -> Self {
        Self {
            tasks: JoinSet::new(),
            items: HashMap::new(),
        }
    }
}

impl<I> Flights<I> {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.tasks.len()
    }

    /// Begins to `perform` a row whose lease began at `held_at`.
    pub(super) fn start(
        &mut self,
        item: Arc<I>,
        held_at: Timestamp,
        perform: impl Future<Output = Option<Timestamp>> + Send + 'static,
    ) {
        let task = self.tasks.spawn(perform);
        self.items.insert(task.id(), Flight { item, held_at });
    }

    /// All that are under way.
    pub(super) fn all(&mut self) -> impl Iterator<Item = &mut Flight<I>> {
        self.items.values_mut()
    }

    /// The next to end; `None` if there is none. Nothing is lost if this is dropped.
    pub(super) async fn next(&mut self) -> Option<Landed<I>> {
        Some(match self.tasks.join_next_with_id().await? {
            Ok((id, due)) => {
                self.items.remove(&id);
                Landed::Done(due)
            }
            // A panic was reported by its hook, with its place in the code.
            Err(error) => {
                let flight = self.items.remove(&error.id());
                Landed::Broken(flight.map(|flight| flight.item))
            }
        })
    }

    /// Breaks them all off.
    pub(super) fn abort(&mut self) {
        self.tasks.abort_all();
    }
}
