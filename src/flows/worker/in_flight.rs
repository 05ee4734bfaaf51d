//! The rows that a loop is performing, each in a task of its own: a panic in one is
//! nothing to the others.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::task::{Id, JoinSet};

use crate::domain::time::Timestamp;

/// The claimed rows that are being performed.
pub(super) struct InFlight<I> {
    tasks: JoinSet<Option<Timestamp>>,
    rows: HashMap<Id, Leased<I>>,
    /// How many of them were found by a claim.
    pub(super) claimed: u32,
}

/// How a row came to the loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    Claimed,
    Handed,
}

/// A row and its lease.
pub(super) struct Leased<I> {
    pub(super) row: Arc<I>,
    /// When its lease began.
    pub(super) leased_at: Timestamp,
    origin: Origin,
}

/// How the performance of a row ended.
pub(super) enum Finished<I> {
    /// The row is settled, and due again then if that is known.
    Settled(Option<Timestamp>),
    /// The performance panicked or was aborted.
    Broken(Option<Arc<I>>),
}

impl<I> Default for InFlight<I> {
    fn default() -> Self {
        Self {
            tasks: JoinSet::new(),
            rows: HashMap::new(),
            claimed: 0,
        }
    }
}

impl<I> InFlight<I> {
    pub(super) fn len(&self) -> usize {
        self.tasks.len()
    }

    /// Begins to `perform` a row whose lease began at `leased_at`.
    pub(super) fn start(
        &mut self,
        row: Arc<I>,
        leased_at: Timestamp,
        origin: Origin,
        perform: impl Future<Output = Option<Timestamp>> + Send + 'static,
    ) {
        let task = self.tasks.spawn(perform);
        self.claimed += u32::from(origin == Origin::Claimed);
        let leased = Leased {
            row,
            leased_at,
            origin,
        };
        self.rows.insert(task.id(), leased);
    }

    pub(super) fn all(&mut self) -> impl Iterator<Item = &mut Leased<I>> {
        self.rows.values_mut()
    }

    /// The next performance to end; `None` if there is none. Nothing is lost if this
    /// future is dropped.
    pub(super) async fn next(&mut self) -> Option<Finished<I>> {
        Some(match self.tasks.join_next_with_id().await? {
            Ok((id, due)) => {
                self.remove(id);
                Finished::Settled(due)
            }
            // A panic was reported by its hook, with its place in the code.
            Err(error) => Finished::Broken(self.remove(error.id())),
        })
    }

    fn remove(&mut self, id: Id) -> Option<Arc<I>> {
        let leased = self.rows.remove(&id)?;
        self.claimed -= u32::from(leased.origin == Origin::Claimed);
        Some(leased.row)
    }

    pub(super) fn abort(&mut self) {
        self.tasks.abort_all();
    }
}
