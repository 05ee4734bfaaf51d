//! The interactions of the last minutes, to refuse replays: a copied request still has a
//! valid signature.

use std::collections::{HashSet, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

/// How long an interaction is remembered: as long as its signature is accepted, which is five
/// minutes before and after the signed time.
const REMEMBERED: Duration = Duration::from_secs(10 * 60);

/// The bound on remembered interactions, at about 50 bytes each. It is enough for ten minutes
/// with more than 150 interactions per second.
const MOST: usize = 100_000;

/// The interactions of the last ten minutes.
#[derive(Default)]
pub(super) struct RecentInteractions {
    ids: HashSet<u64>,
    /// The ids in the order of their arrival.
    order: VecDeque<(Instant, u64)>,
}

impl RecentInteractions {
    /// Remembers an interaction that arrived at `now`. Returns `false` if it is remembered
    /// already.
    pub(super) fn is_new(&mut self, id: u64, now: Instant) -> bool {
        while let Some((at, oldest)) = self.order.front()
            && (now.duration_since(*at) >= REMEMBERED || self.order.len() >= MOST)
        {
            self.ids.remove(oldest);
            self.order.pop_front();
        }
        let new = self.ids.insert(id);
        if new {
            self.order.push_back((now, id));
        }
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interaction_is_new_once_in_ten_minutes() {
        let (mut seen, start) = (RecentInteractions::default(), Instant::now());
        let at = |seconds| start + Duration::from_secs(seconds);
        assert!(seen.is_new(7, at(0)) && seen.is_new(8, at(300)));
        assert!(!seen.is_new(7, at(599)) && !seen.is_new(8, at(600)));
        assert!(seen.is_new(7, at(600)) && seen.ids.len() == 2);
    }

    #[test]
    fn a_flood_is_remembered_as_far_as_there_is_room() {
        let (mut seen, now) = (RecentInteractions::default(), Instant::now());
        let most = u64::try_from(MOST).unwrap();
        assert!((0..=most).all(|id| seen.is_new(id, now)));
        assert!(!seen.is_new(most, now) && seen.is_new(0, now));
        assert_eq!((seen.ids.len(), seen.order.len()), (MOST, MOST));
    }
}
