//! Keeps the bot's address from being banned for invalid requests.
//!
//! Discord bans an address for a while after 10,000 replies of 401, 403 or 429 within ten
//! minutes. A tenth of that already means a fault that further requests do not repair, such as a
//! replaced token or a bug. From then on requests with the bot token pause, each time for
//! longer, until the refusals stop. Nothing here reads a clock.
//!
//! Source: <https://discord.com/developers/docs/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans>

use std::time::{Duration, Instant};

/// The number of invalid requests within [`WINDOW`] from which on requests pause.
pub(super) const LIMIT: usize = 1000;

const WINDOW: Duration = Duration::from_secs(600);

/// The first pause of a series; each later one is twice as long, up to [`LONGEST_PAUSE`].
pub(super) const FIRST_PAUSE: Duration = Duration::from_secs(30);
const LONGEST_PAUSE: Duration = Duration::from_secs(600);

#[derive(Debug, Default)]
pub(super) struct InvalidRequests {
    /// The times of the invalid requests within [`WINDOW`]. The pauses bound the list.
    refused_at: Vec<Instant>,
    /// The last pause; zero while there are fewer than [`LIMIT`] invalid requests.
    pause: Duration,
    paused_until: Option<Instant>,
}

impl InvalidRequests {
    /// Counts an invalid request. Returns the length of the pause that begins with it, if one
    /// does.
    pub(super) fn refused(&mut self, now: Instant) -> Option<Duration> {
        let recent = |at: &Instant| now.saturating_duration_since(*at) <= WINDOW;
        self.refused_at.retain(recent);
        self.refused_at.push(now);
        if self.total() < LIMIT {
            self.pause = Duration::ZERO;
            return None;
        }
        // Requests that were under way when the pause began do not prolong it.
        if self.left(now).is_some() {
            return None;
        }
        self.pause = (self.pause * 2).clamp(FIRST_PAUSE, LONGEST_PAUSE);
        self.paused_until = Some(now + self.pause);
        Some(self.pause)
    }

    /// Returns how long the present pause still lasts, if there is one.
    pub(super) fn left(&self, now: Instant) -> Option<Duration> {
        let left = self.paused_until?.saturating_duration_since(now);
        (!left.is_zero()).then_some(left)
    }

    pub(super) fn total(&self) -> usize {
        self.refused_at.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts `count` invalid requests at `now` and returns the pauses that began.
    fn burst(requests: &mut InvalidRequests, now: Instant, count: usize) -> Vec<Duration> {
        (0..count).filter_map(|_| requests.refused(now)).collect()
    }

    #[test]
    fn it_pauses_at_the_limit_and_not_before() {
        let start = Instant::now();
        let mut requests = InvalidRequests::default();
        assert!(burst(&mut requests, start, LIMIT - 1).is_empty());
        assert_eq!(requests.left(start), None);
        assert_eq!(requests.refused(start), Some(FIRST_PAUSE));
        assert_eq!(requests.left(start), Some(FIRST_PAUSE));
        assert_eq!(requests.left(start + FIRST_PAUSE), None);
    }

    #[test]
    fn what_was_under_way_does_not_count_twice_and_each_new_refusal_doubles_the_pause() {
        let start = Instant::now();
        let mut requests = InvalidRequests::default();
        assert_eq!(burst(&mut requests, start, LIMIT + 31).len(), 1);
        let (mut now, mut pauses) = (start, vec![FIRST_PAUSE]);
        for _ in 0..6 {
            now += requests.left(now).unwrap();
            // Each burst reaches the limit alone, because earlier refusals may have left the
            // window.
            let begun = burst(&mut requests, now, LIMIT);
            assert_eq!(begun.len(), 1);
            pauses.push(begun[0]);
        }
        assert_eq!(
            pauses.iter().map(Duration::as_secs).collect::<Vec<_>>(),
            [30, 60, 120, 240, 480, 600, 600]
        );
    }

    #[test]
    fn old_ones_are_forgotten_and_the_next_burst_is_worth_a_word_again() {
        let start = Instant::now();
        let mut requests = InvalidRequests::default();
        burst(&mut requests, start, LIMIT);
        let at = |minutes: u64| start + Duration::from_secs(60 * minutes);
        requests.refused(at(10));
        assert_eq!(requests.total(), LIMIT + 1);
        assert_eq!(requests.refused(at(11)), None);
        assert_eq!(requests.total(), 2);
        assert_eq!(burst(&mut requests, at(11), LIMIT), [FIRST_PAUSE]);
        requests.refused(at(1000));
        assert_eq!(requests.total(), 1, "a long silence forgets everything");
    }
}
