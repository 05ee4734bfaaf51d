//! The queue of polls before one gateway. Each gateway has its own, so that one which is
//! slow, or takes few queries a second, holds up no other one's tasks.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use tokio::sync::{Mutex, Semaphore, SemaphorePermit};

use super::lane::{Lane, LanePlace};
use crate::domain::query::QueryError;
use crate::domain::task::TaskId;
use crate::sync::lock;

/// The queries at a time for each query a second: as many as there can be if every one
/// hangs until its time is over.
const SLOTS_OF_RATE: u32 = 10;

/// The least and the most queries at a time.
const SLOTS: (u32, u32) = (16, 256);

/// How long a task waits at least that finds no room.
const SHORTEST_WAIT: Duration = Duration::from_secs(2);

/// How long at most: then it is seen again whether there is room.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// The polls that wait for one gateway, and those that are under way there.
pub struct Queue {
    rate: NonZeroU32,
    /// Room for polls that somebody waits for, and for those that nobody waits for. What
    /// waits for its turn takes a slot of the poller, which are for all gateways.
    first: Semaphore,
    repeated: Semaphore,
    /// When the last task is to come back that found no room.
    booked: std::sync::Mutex<Option<Instant>>,
    /// The lock is a queue: the limiter alone lets anybody go who asks at the right
    /// moment, so that one of many tasks could wait for ever.
    limiter: Mutex<DefaultDirectRateLimiter>,
    /// Where polls that nobody waits for queue up first: a first poll passes them.
    behind: Mutex<()>,
    /// Where tasks go on whose last query hung.
    lane: Lane,
}

/// A poll's place, until its query is over.
pub(super) struct QueuePlace<'q> {
    _room: SemaphorePermit<'q>,
    _lane: Option<LanePlace>,
}

impl Queue {
    /// The queue of the only gateway, which may take all slots of the poller, or of one
    /// of several, for so many queries a second.
    #[must_use]
    pub fn new(rate: NonZeroU32, only: bool) -> Self {
        let slots = Self::slots_of(rate);
        let room = || match only {
            true => Semaphore::new(Semaphore::MAX_PERMITS),
            false => Semaphore::new(slots as usize),
        };
        Self {
            rate,
            first: room(),
            repeated: room(),
            booked: std::sync::Mutex::default(),
            limiter: Mutex::new(RateLimiter::direct(Quota::per_second(rate))),
            behind: Mutex::default(),
            lane: Lane::new(slots),
        }
    }

    /// How many polls there may be at a time for gateways with these rates: where there
    /// are several, as many as all of their queues have room for.
    #[must_use]
    pub fn slots(rates: &[NonZeroU32]) -> u32 {
        match rates {
            [rate] => Self::slots_of(*rate),
            rates => rates.iter().map(|rate| 2 * Self::slots_of(*rate)).sum(),
        }
    }

    fn slots_of(rate: NonZeroU32) -> u32 {
        let slots = rate.get().saturating_mul(SLOTS_OF_RATE);
        slots.clamp(SLOTS.0, SLOTS.1)
    }

    /// Waits for a task's turn; somebody waits for the answer of a `first` poll.
    ///
    /// # Errors
    /// How long the task is to wait elsewhere, because there is no room.
    pub(super) async fn turn(&self, id: &TaskId, first: bool) -> Result<QueuePlace<'_>, Duration> {
        let lane = self.lane.enter(id);
        if lane.is_none() && !first {
            return Err(SHORTEST_WAIT);
        }
        let room = match first {
            true => self.first.try_acquire(),
            false => self.repeated.try_acquire(),
        };
        let room = room.map_err(|_| self.book(Instant::now()))?;
        let behind = match first {
            true => None,
            false => Some(self.behind.lock().await),
        };
        self.limiter.lock().await.until_ready().await;
        drop(behind);
        Ok(QueuePlace {
            _room: room,
            _lane: lane,
        })
    }

    /// When a task is to come back that finds no room: one after the other, as the rate
    /// lets them go, so that they need not be put off again.
    fn book(&self, now: Instant) -> Duration {
        let mut booked = lock(&self.booked);
        let earliest = now + SHORTEST_WAIT;
        let after = booked.map_or(earliest, |last| last.max(earliest));
        let at = (after + Duration::from_secs(1) / self.rate.get()).min(now + LONGEST_WAIT);
        *booked = Some(at);
        at - now
    }

    /// Remembers whether a task hangs at this gateway.
    pub(super) fn note<T>(&self, id: &TaskId, result: &Result<T, QueryError>) {
        self.lane.note(id, result);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(rate: u32) -> NonZeroU32 {
        NonZeroU32::new(rate).unwrap()
    }

    fn id(n: u32) -> TaskId {
        TaskId::parse(&format!("grok:{n}")).unwrap()
    }

    #[tokio::test]
    async fn a_full_queue_has_room_for_a_first_poll_until_that_is_full_too() {
        let queue = Queue::new(rate(1000), false);
        let mut places = Vec::new();
        for first in [false, true] {
            for n in 0..SLOTS.1 {
                places.push(queue.turn(&id(n), first).await.unwrap());
            }
            assert!(queue.turn(&id(1000), first).await.is_err());
        }
        places.pop();
        assert!(queue.turn(&id(1000), true).await.is_ok());
        assert!(queue.turn(&id(1000), false).await.is_err());
    }

    #[tokio::test]
    async fn the_only_queue_is_as_long_as_the_poller_has_slots() {
        let queue = Queue::new(rate(1000), true);
        let mut places = Vec::new();
        for n in 0..2 * SLOTS.1 {
            places.push(queue.turn(&id(n), false).await.unwrap());
        }
        assert_eq!(Queue::slots(&[rate(10)]), 100);
        assert_eq!(Queue::slots(&[rate(10), rate(1)]), 232);
    }

    #[test]
    fn who_finds_no_room_comes_back_one_after_the_other() {
        let queue = Queue::new(rate(2), false);
        let now = Instant::now();
        let waits: Vec<u128> = (0..3).map(|_| queue.book(now).as_millis()).collect();
        assert_eq!(waits, [2500, 3000, 3500]);
        let last = (0..1000).map(|_| queue.book(now)).last();
        assert_eq!(last, Some(LONGEST_WAIT));
        let later = now + LONGEST_WAIT;
        assert_eq!(queue.book(later).as_millis(), 2500);
    }
}
