//! The queue of polls to one gateway. Each gateway has its own queue, so that a slow gateway,
//! or one with a low rate, does not delay the tasks of the others.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use tokio::sync::{Mutex, Semaphore, SemaphorePermit};

use super::lane::{Lane, LanePlace};
use crate::domain::query::QueryError;
use crate::domain::task::TaskId;
use crate::sync::lock;

/// The number of slots for each query per second. A query that hangs holds its slot until its
/// timeout, so that a gateway with a high rate needs many slots.
const SLOTS_OF_RATE: u32 = 10;

/// The least and the most slots of a queue.
const SLOTS: (u32, u32) = (16, 256);

/// The shortest wait of a task that finds no room in the queue.
const SHORTEST_WAIT: Duration = Duration::from_secs(2);

/// The longest wait. After it the task checks again whether there is room.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// The polls that wait for one gateway, and those in progress there.
pub struct Queue {
    rate: NonZeroU32,
    /// Room for first polls, for whose answers somebody waits. A waiting poll takes one of
    /// the poller's slots, which all gateways share, so the room of each queue is limited.
    first: Semaphore,
    /// Room for all other polls.
    repeated: Semaphore,
    /// When the last of the tasks that found no room is to come back.
    booked: std::sync::Mutex<Option<Instant>>,
    /// The gateway's rate. The lock makes the waiting polls a queue: the limiter alone lets
    /// through whichever poll asks at the right moment, so that one poll could wait forever.
    limiter: Mutex<DefaultDirectRateLimiter>,
    /// The lock that repeated polls take before the limiter. Only one of them waits for the
    /// limiter at a time, so that a first poll passes all the others.
    behind: Mutex<()>,
    /// The lane for tasks whose last query to this gateway hung.
    lane: Lane,
}

/// A poll's place in the queue, held until its query is over.
pub(super) struct QueuePlace<'q> {
    _room: SemaphorePermit<'q>,
    _lane: Option<LanePlace>,
}

impl Queue {
    /// Creates the queue of a gateway that takes `rate` queries a second. If it is the `only`
    /// gateway, its queue may take all slots of the poller.
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

    /// Returns how many slots the poller needs for gateways with these rates. With several
    /// gateways that is the room of all their queues together.
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

    /// Waits for a task's turn. A `first` poll, for whose answer somebody waits, passes the
    /// others.
    ///
    /// # Errors
    /// Returns how long to release the task for, if there is no room.
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

    /// Returns how long a task that finds no room has to wait. The tasks come back one after
    /// the other at the gateway's rate, so that each is likely to find room then.
    fn book(&self, now: Instant) -> Duration {
        let mut booked = lock(&self.booked);
        let earliest = now + SHORTEST_WAIT;
        let after = booked.map_or(earliest, |last| last.max(earliest));
        let at = (after + Duration::from_secs(1) / self.rate.get()).min(now + LONGEST_WAIT);
        *booked = Some(at);
        at - now
    }

    /// Records whether a task hangs at this gateway.
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
