//! The queue of polls before one gateway. Each gateway has its own, so that one which is
//! slow, or takes few queries a second, holds up no other one's tasks.

use std::num::NonZeroU32;

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use tokio::sync::{Mutex, Semaphore, SemaphorePermit};

use super::lane::{Lane, LanePlace};
use crate::domain::query::QueryError;
use crate::domain::task::TaskId;

/// So many queries at a time for each of a second: as many as there can be if every one
/// hangs until its time is over.
const SLOTS_OF_RATE: u32 = 10;

/// At least and at most so many queries at a time.
const SLOTS: (u32, u32) = (16, 256);

/// The polls that wait for one gateway, and those that are under way there.
pub struct Queue {
    /// As many polls of tasks that were asked before wait or are under way here.
    places: Semaphore,
    /// The rate. The lock is a queue: the limiter alone lets anybody go who asks at the
    /// right moment, so that one of many tasks could wait for ever.
    rate: Mutex<DefaultDirectRateLimiter>,
    /// Where polls that nobody waits for queue up first: a first poll passes them.
    repeated: Mutex<()>,
    /// Where tasks go on whose last query hung.
    lane: Lane,
}

/// A poll's place, until its query is over.
pub(super) struct QueuePlace<'q> {
    _place: Option<SemaphorePermit<'q>>,
    _lane: Option<LanePlace>,
}

impl Queue {
    /// A queue for so many queries a second.
    #[must_use]
    pub fn new(rate: NonZeroU32) -> Self {
        let slots = Self::slots(rate);
        Self {
            places: Semaphore::new(slots as usize),
            rate: Mutex::new(RateLimiter::direct(Quota::per_second(rate))),
            repeated: Mutex::default(),
            lane: Lane::new(slots),
        }
    }

    /// How many queries there may be at a time. What waits for its turn takes a slot, too,
    /// so that queries that hang must not need them all.
    #[must_use]
    pub fn slots(rate: NonZeroU32) -> u32 {
        rate.get()
            .saturating_mul(SLOTS_OF_RATE)
            .clamp(SLOTS.0, SLOTS.1)
    }

    /// Waits for a task's turn. Returns `None` at once where there is no room for a poll
    /// that nobody waits for; a `first` one always finds room.
    pub(super) async fn turn(&self, id: &TaskId, first: bool) -> Option<QueuePlace<'_>> {
        let lane = self.lane.enter(id);
        let place = self.places.try_acquire().ok();
        if (lane.is_none() || place.is_none()) && !first {
            return None;
        }
        let repeated = match first {
            true => None,
            false => Some(self.repeated.lock().await),
        };
        self.rate.lock().await.until_ready().await;
        drop(repeated);
        Some(QueuePlace {
            _place: place,
            _lane: lane,
        })
    }

    /// Remembers whether a task hangs at this gateway.
    pub(super) fn note<T>(&self, id: &TaskId, result: &Result<T, QueryError>) {
        self.lane.note(id, result);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_full_queue_puts_off_what_nobody_waits_for() {
        let queue = Queue::new(NonZeroU32::new(1000).unwrap());
        let id = |n: u32| TaskId::parse(&format!("grok:{n}")).unwrap();
        let mut places = Vec::new();
        for n in 0..SLOTS.1 {
            places.push(queue.turn(&id(n), false).await.unwrap());
        }
        assert!(queue.turn(&id(1000), false).await.is_none());
        assert!(queue.turn(&id(1001), true).await.is_some());
        places.pop();
        assert!(queue.turn(&id(1000), false).await.is_some());
    }
}
