//! A bounded number of places, which nobody can hold against those who come later.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::sync::lock;

/// A bounded number of places. A newcomer who finds none free takes the place of the
/// holder who has been idle longest.
pub(super) struct Places {
    most: usize,
    /// The holders; who became idle last stands last.
    held: Mutex<VecDeque<Holder>>,
    /// Told when somebody leaves or becomes idle.
    freed: Notify,
}

struct Holder {
    lost: CancellationToken,
    busy: bool,
}

/// A place that is held, idle at first, until this is dropped or a newcomer takes it.
pub(super) struct Place {
    places: Arc<Places>,
    lost: CancellationToken,
}

impl Places {
    pub(super) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self {
            most,
            held: Mutex::default(),
            freed: Notify::new(),
        })
    }

    /// Takes a place. It waits only while every holder is busy.
    pub(super) async fn enter(self: &Arc<Self>) -> Place {
        loop {
            if let Some(place) = self.try_enter() {
                return place;
            }
            self.freed.notified().await;
        }
    }

    fn try_enter(self: &Arc<Self>) -> Option<Place> {
        let mut held = lock(&self.held);
        if held.len() >= self.most {
            let idle = held.iter().position(|holder| !holder.busy)?;
            held.remove(idle)?.lost.cancel();
        }
        let (lost, busy) = (CancellationToken::new(), false);
        let place = Place {
            places: Arc::clone(self),
            lost: lost.clone(),
        };
        held.push_back(Holder { lost, busy });
        Some(place)
    }
}

impl Place {
    /// Returns once a newcomer has taken the place.
    pub(super) async fn lost(&self) {
        self.lost.cancelled().await;
    }

    /// Keeps newcomers from taking the place.
    pub(super) fn busy(&self) {
        self.change(|held, at| held[at].busy = true);
    }

    /// Lets newcomers take the place, after those of all who are idle already.
    pub(super) fn idle(&self) {
        self.change(|held, at| {
            if let Some(mut holder) = held.remove(at) {
                holder.busy = false;
                held.push_back(holder);
            }
        });
        self.places.freed.notify_one();
    }

    /// Changes the holder, unless the place is lost.
    fn change(&self, change: impl FnOnce(&mut VecDeque<Holder>, usize)) {
        let mut held = lock(&self.places.held);
        let at = held.iter().position(|holder| holder.lost == self.lost);
        if let Some(at) = at {
            change(&mut held, at);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.change(|held, at| {
            held.remove(at);
        });
        self.places.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_newcomer_takes_the_place_of_who_was_idle_longest() {
        let places = Places::new(3);
        let (first, second) = (places.enter().await, places.enter().await);
        let third = places.enter().await;
        first.busy();
        let fourth = places.enter().await;
        second.lost().await;
        // It was busy meanwhile, and so it is behind the others now.
        first.idle();
        let fifth = places.enter().await;
        third.lost().await;
        // Who lost a place changes nothing any more.
        second.idle();
        drop((second, third));
        assert_eq!(lock(&places.held).len(), 3);
        drop((first, fourth, fifth));
        assert_eq!(lock(&places.held).len(), 0);
    }

    #[tokio::test]
    async fn where_all_are_busy_a_newcomer_waits() {
        let places = Places::new(1);
        let only = places.enter().await;
        only.busy();
        let mut newcomer = std::pin::pin!(places.enter());
        assert!(futures_util::poll!(&mut newcomer).is_pending());
        drop(only);
        newcomer.await;
    }
}
