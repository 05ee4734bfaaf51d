//! The rows that a loop is performing, each in a task of its own, so that a panic in one does
//! not affect the others.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::task::{Id, JoinSet};

use crate::domain::time::Timestamp;

/// The claimed rows that are being performed.
pub(super) struct InFlight<I> {
    tasks: JoinSet<Option<Timestamp>>,
    rows: HashMap<Id, Leased<I>>,
    /// How many of the rows were found by a claim.
    pub(super) claimed: u32,
}

/// How a row came to the loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    Claimed,
    Handed,
}

pub(super) struct Leased<I> {
    pub(super) row: Arc<I>,
    /// When the row's lease began.
    pub(super) leased_at: Timestamp,
    origin: Origin,
}

/// The end of a row's performance.
pub(super) enum Finished<I> {
    /// The row is settled. Holds when it is due again, if that is known.
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

    /// Starts to `perform` a row whose lease began at `leased_at`.
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

    /// Waits for the next performance to end; returns `None` if there is none. Dropping this
    /// future loses nothing.
    pub(super) async fn next(&mut self) -> Option<Finished<I>> {
        Some(match self.tasks.join_next_with_id().await? {
            Ok((id, due)) => {
                self.remove(id);
                Finished::Settled(due)
            }
            // The panic hook has reported the panic already.
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
