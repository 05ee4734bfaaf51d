//! The lane for tasks that hang. A task hangs if its last query got no answer in time. Such
//! tasks share a few slots, so that they cannot take the slots of all other tasks.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::domain::query::QueryError;
use crate::domain::task::TaskId;
use crate::sync::lock;

/// The lane gets one slot for each `PART` slots of its queue.
const PART: u32 = 8;

/// The most hanging tasks that are remembered. One more clears the memory: the tasks are then
/// asked like any other, and those that hang again are remembered again.
const REMEMBERED: usize = 10_000;

/// The tasks that hang, and the slots that they share.
pub(super) struct Lane {
    hanging: Mutex<HashSet<TaskId>>,
    slots: Arc<Semaphore>,
}

/// The right to ask about a task. Dropping it frees the slot, if the task took one.
pub(super) struct LanePlace(#[expect(dead_code, reason = "held")] Option<OwnedSemaphorePermit>);

impl Lane {
    /// Creates the lane of a queue with `slots` slots. The lane has at least one slot.
    pub(super) fn new(slots: u32) -> Self {
        Self {
            hanging: Mutex::default(),
            slots: Arc::new(Semaphore::new((slots / PART).max(1) as usize)),
        }
    }

    /// Returns a place for a task, or `None` if the task hangs and the lane is full. A task
    /// that does not hang always gets a place and takes no slot of the lane.
    pub(super) fn enter(&self, id: &TaskId) -> Option<LanePlace> {
        if !lock(&self.hanging).contains(id) {
            return Some(LanePlace(None));
        }
        let slot = Arc::clone(&self.slots).try_acquire_owned();
        slot.ok().map(|slot| LanePlace(Some(slot)))
    }

    /// Records whether a task hangs. An outage or a rate limit concerns the whole gateway, so
    /// those errors change nothing.
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
