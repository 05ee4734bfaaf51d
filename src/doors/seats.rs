//! A bounded number of seats, for which idle holders cannot keep newcomers waiting.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::sync::lock;

/// A bounded number of seats. If none is free, a newcomer takes the seat of the holder that
/// has been idle longest.
pub(super) struct Seats {
    most: usize,
    /// The holders, ordered by the time at which they last became idle.
    held: Mutex<VecDeque<Holder>>,
    /// Notified when a holder leaves or becomes idle.
    freed: Notify,
}

struct Holder {
    lost: CancellationToken,
    busy: bool,
}

/// A seat, held until this is dropped or a newcomer takes it. Its holder is idle at first.
pub(super) struct Seat {
    seats: Arc<Seats>,
    lost: CancellationToken,
}

impl Seats {
    pub(super) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self {
            most,
            held: Mutex::default(),
            freed: Notify::new(),
        })
    }

    /// Takes a seat. Waits only while every holder is busy.
    pub(super) async fn enter(self: &Arc<Self>) -> Seat {
        loop {
            if let Some(seat) = self.try_enter() {
                return seat;
            }
            self.freed.notified().await;
        }
    }

    fn try_enter(self: &Arc<Self>) -> Option<Seat> {
        let mut held = lock(&self.held);
        if held.len() >= self.most {
            let idle = held.iter().position(|holder| !holder.busy)?;
            held.remove(idle)?.lost.cancel();
        }
        let (lost, busy) = (CancellationToken::new(), false);
        let seat = Seat {
            seats: Arc::clone(self),
            lost: lost.clone(),
        };
        held.push_back(Holder { lost, busy });
        Some(seat)
    }
}

impl Seat {
    /// Waits until a newcomer has taken the seat.
    pub(super) async fn lost(&self) {
        self.lost.cancelled().await;
    }

    /// Keeps newcomers from taking the seat.
    pub(super) fn busy(&self) {
        self.change(|held, at| held[at].busy = true);
    }

    /// Lets newcomers take the seat, after the seats of all holders that are idle already.
    pub(super) fn idle(&self) {
        self.change(|held, at| {
            if let Some(mut holder) = held.remove(at) {
                holder.busy = false;
                held.push_back(holder);
            }
        });
        self.seats.freed.notify_one();
    }

    /// Changes the holder, unless the seat is lost.
    fn change(&self, change: impl FnOnce(&mut VecDeque<Holder>, usize)) {
        let mut held = lock(&self.seats.held);
        let at = held.iter().position(|holder| holder.lost == self.lost);
        if let Some(at) = at {
            change(&mut held, at);
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.change(|held, at| {
            held.remove(at);
        });
        self.seats.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_newcomer_takes_the_place_of_who_was_idle_longest() {
        let seats = Seats::new(3);
        let (first, second) = (seats.enter().await, seats.enter().await);
        let third = seats.enter().await;
        first.busy();
        let fourth = seats.enter().await;
        second.lost().await;
        // The first holder was busy meanwhile, so the others are taken before it now.
        first.idle();
        let fifth = seats.enter().await;
        third.lost().await;
        // A holder that lost its seat changes nothing any more.
        second.idle();
        drop((second, third));
        assert_eq!(lock(&seats.held).len(), 3);
        drop((first, fourth, fifth));
        assert_eq!(lock(&seats.held).len(), 0);
    }

    #[tokio::test]
    async fn where_all_are_busy_a_newcomer_waits() {
        let seats = Seats::new(1);
        let only = seats.enter().await;
        only.busy();
        let mut newcomer = std::pin::pin!(seats.enter());
        assert!(futures_util::poll!(&mut newcomer).is_pending());
        drop(only);
        newcomer.await;
    }
}
