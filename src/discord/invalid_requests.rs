//! Keeps the bot's address from being banned for invalid requests.
//!
//! Discord bans an address for a while after 10,000 replies of 401, 403 or 429
//! in ten minutes. Long before that something is wrong that asking does not
//! mend (a token that was replaced, a bug), so after a tenth of it requests with
//! the bot token pause, longer and longer until it is calm again. Nothing here
//! reads a clock.
//!
//! Source: <https://discord.com/developers/docs/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans>

use std::time::{Duration, Instant};

/// From so many invalid requests within [`MINUTES`] on there are pauses.
pub(super) const LIMIT: u32 = 1000;

/// The running minute and the ten before it are counted.
const MINUTES: usize = 11;

const FIRST_PAUSE: Duration = Duration::from_secs(30);
const LONGEST_PAUSE: Duration = Duration::from_secs(600);

/// A pause that begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NewPause {
    /// How long it lasts.
    pub(super) lasts: Duration,
    /// Whether it is the first since it was calm: the one that is worth a word.
    pub(super) first: bool,
}

/// Counts invalid requests and says when to pause.
#[derive(Debug)]
pub(super) struct InvalidRequests {
    start: Instant,
    /// How many there were in each minute, numbered from `start`, modulo
    /// [`MINUTES`].
    counts: [u32; MINUTES],
    /// The running minute's number.
    minute: u64,
    /// The last pause; zero while it is calm.
    pause: Duration,
    until: Instant,
}

impl InvalidRequests {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            start: now,
            counts: [0; MINUTES],
            minute: 0,
            pause: Duration::ZERO,
            until: now,
        }
    }

    /// Counts an invalid request; returns the pause that begins with it, if one
    /// does.
    pub(super) fn refused(&mut self, now: Instant) -> Option<NewPause> {
        self.turn(now);
        let place = Self::place(self.minute);
        self.counts[place] = self.counts[place].saturating_add(1);
        if self.total() < LIMIT {
            self.pause = Duration::ZERO;
            return None;
        }
        // What was under way when the pause began does not make it longer.
        if self.left(now).is_some() {
            return None;
        }
        let first = self.pause.is_zero();
        self.pause = (self.pause * 2).clamp(FIRST_PAUSE, LONGEST_PAUSE);
        self.until = now + self.pause;
        let lasts = self.pause;
        Some(NewPause { lasts, first })
    }

    /// How long the present pause still lasts, if there is one.
    pub(super) fn left(&self, now: Instant) -> Option<Duration> {
        let left = self.until.saturating_duration_since(now);
        (!left.is_zero()).then_some(left)
    }

    /// How many there were in the last ten minutes and the running one.
    pub(super) fn total(&self) -> u32 {
        self.counts.iter().fold(0, |sum, n| sum.saturating_add(*n))
    }

    /// Forgets the minutes that are too long ago.
    fn turn(&mut self, now: Instant) {
        let minute = now.saturating_duration_since(self.start).as_secs() / 60;
        let passed = minute.saturating_sub(self.minute).min(MINUTES as u64);
        for n in 1..=passed {
            self.counts[Self::place(self.minute + n)] = 0;
        }
        self.minute = self.minute.max(minute);
    }

    fn place(minute: u64) -> usize {
        usize::try_from(minute % MINUTES as u64).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `count` invalid requests at `now`; the pauses that began.
    fn burst(requests: &mut InvalidRequests, now: Instant, count: u32) -> Vec<NewPause> {
        (0..count).filter_map(|_| requests.refused(now)).collect()
    }

    #[test]
    fn it_pauses_at_the_limit_and_not_before() {
        let start = Instant::now();
        let mut requests = InvalidRequests::new(start);
        assert_eq!(burst(&mut requests, start, LIMIT - 1), []);
        assert_eq!(requests.left(start), None);
        let lasts = FIRST_PAUSE;
        assert_eq!(
            requests.refused(start),
            Some(NewPause { lasts, first: true })
        );
        assert_eq!(requests.left(start), Some(FIRST_PAUSE));
        assert_eq!(requests.left(start + FIRST_PAUSE), None);
    }

    #[test]
    fn what_was_under_way_does_not_count_twice_and_each_new_refusal_doubles_the_pause() {
        let start = Instant::now();
        let mut requests = InvalidRequests::new(start);
        assert_eq!(burst(&mut requests, start, LIMIT + 31).len(), 1);
        let (mut now, mut pauses) = (start, vec![FIRST_PAUSE]);
        for _ in 0..6 {
            now += requests.left(now).unwrap();
            // Keeps the count over the limit although minutes are forgotten.
            let begun = burst(&mut requests, now, LIMIT);
            assert_eq!((begun.len(), begun[0].first), (1, false));
            pauses.push(begun[0].lasts);
        }
        assert_eq!(
            pauses.iter().map(Duration::as_secs).collect::<Vec<_>>(),
            [30, 60, 120, 240, 480, 600, 600]
        );
    }

    #[test]
    fn old_ones_are_forgotten_and_the_next_burst_is_worth_a_word_again() {
        let start = Instant::now();
        let mut requests = InvalidRequests::new(start);
        burst(&mut requests, start, LIMIT);
        let at = |minutes: u64| start + Duration::from_secs(60 * minutes);
        requests.refused(at(10));
        assert_eq!(requests.total(), LIMIT + 1);
        assert_eq!(requests.refused(at(11)), None);
        assert_eq!(requests.total(), 2);
        let begun = burst(&mut requests, at(11), LIMIT);
        assert_eq!((begun.len(), begun[0].first), (1, true));
        requests.refused(at(1000));
        assert_eq!(requests.total(), 1, "a long silence forgets everything");
    }
}
