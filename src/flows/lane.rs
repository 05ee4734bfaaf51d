//! The lane of tasks that hang: a gateway that never answers about some ids must not
//! take the slots of all others.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::domain::query::QueryError;
use crate::domain::task::TaskId;
use crate::sync::lock;

/// This part of the poller's slots is the lane's.
const PART: u32 = 8;

/// The most hanging tasks that are remembered. A task beyond that is asked as any other,
/// and hangs once more.
const REMEMBERED: usize = 10_000;

/// Which tasks hang, and the few slots that they share.
pub(super) struct Lane {
    hanging: Mutex<HashSet<TaskId>>,
    slots: Arc<Semaphore>,
}

/// The right to ask about a task, until it is dropped.
pub(super) struct LanePlace(#[expect(dead_code, reason = "held")] Option<OwnedSemaphorePermit>);

impl Lane {
    /// The lane of a poller with so many slots.
    pub(super) fn new(slots: u32) -> Self {
        Self {
            hanging: Mutex::default(),
            slots: Arc::new(Semaphore::new((slots / PART).max(1) as usize)),
        }
    }

    /// A place for a task, which every task has that does not hang; `None` where the lane
    /// is full.
    pub(super) fn enter(&self, id: &TaskId) -> Option<LanePlace> {
        if !lock(&self.hanging).contains(id) {
            return Some(LanePlace(None));
        }
        let slot = Arc::clone(&self.slots).try_acquire_owned();
        slot.ok().map(|slot| LanePlace(Some(slot)))
    }

    /// Remembers whether a task hangs. An error that is not the task's own says nothing.
    pub(super) fn note<T>(&self, id: &TaskId, result: &Result<T, QueryError>) {
        let mut hanging = lock(&self.hanging);
        match result {
            Err(QueryError::NoAnswer { .. }) if hanging.len() < REMEMBERED => {
                hanging.insert(id.clone());
            }
            Err(QueryError::NoAnswer { .. }) => hanging.clear(),
            Err(QueryError::Unavailable { .. } | QueryError::RateLimited { .. }) => {}
            Ok(_) | Err(_) => {
                hanging.remove(id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hangs_shares_few_slots_until_it_answers() {
        let lane = Lane::new(16);
        let id = |n: usize| TaskId::parse(&format!("grok:{n}")).unwrap();
        let hung = || {
            let cause = String::new();
            Err::<(), _>(QueryError::NoAnswer { cause })
        };
        for n in 0..3 {
            assert!(lane.enter(&id(n)).is_some());
            lane.note(&id(n), &hung());
        }
        let places = [lane.enter(&id(0)), lane.enter(&id(1))];
        assert!(places.iter().all(Option::is_some));
        assert!(lane.enter(&id(2)).is_none(), "the lane is full");
        assert!(lane.enter(&id(3)).is_some(), "it never hung");
        let cause = String::new();
        lane.note(&id(2), &Err::<(), _>(QueryError::Unavailable { cause }));
        assert!(lane.enter(&id(2)).is_none(), "nobody was asked");
        lane.note(&id(2), &Ok(()));
        assert!(lane.enter(&id(2)).is_some());
        drop(places);
        assert!(lane.enter(&id(1)).is_some());
    }

    #[test]
    fn the_memory_is_bounded() {
        let lane = Lane::new(16);
        for n in 0..REMEMBERED * 2 {
            let (id, cause) = (TaskId::parse(&n.to_string()).unwrap(), String::new());
            lane.note(&id, &Err::<(), _>(QueryError::NoAnswer { cause }));
            assert!(lock(&lane.hanging).len() <= REMEMBERED);
        }
    }
}
