//! The limits on how often shards start a session on Discord's gateway. Discord resets the
//! token of a bot that identifies itself a thousand times in a day, so a gateway that refuses
//! every start must not use up many starts.
//!
//! Source: <https://discord.com/developers/docs/events/gateway#session-start-limit-object>

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// The most starts of one shard in a span of time. A few in a minute are usual: a connection
/// may break, and break again while it reconnects. The second limit is for a gateway that
/// ends every session after half a minute.
const LIMITS: [(Duration, usize); 2] = [
    (Duration::from_secs(60), 3),
    (Duration::from_secs(60 * 60), 30),
];

/// The first and the longest pause after a session whose starts are used up.
const FIRST_REST: Duration = Duration::from_secs(60);
const LONGEST_REST: Duration = Duration::from_secs(300);

/// The starts of one process's shards, of one kind: those that identify or those that resume.
#[derive(Debug, Default)]
pub struct Starts {
    /// The times of the starts within the last hour.
    at: VecDeque<Instant>,
    /// The number of sessions in a row whose starts were used up.
    spent: u32,
}

impl Starts {
    /// Returns whether another start is within the limits of `shards` shards.
    pub fn admit(&self, shards: usize, now: Instant) -> bool {
        LIMITS.iter().all(|(window, most)| {
            let recent = |at: &&Instant| now.saturating_duration_since(**at) < *window;
            self.at.iter().filter(recent).count() < most * shards
        })
    }

    /// Counts a start.
    pub fn count(&mut self, now: Instant) {
        let longest = LIMITS.iter().map(|(window, _)| *window).max();
        let old = |at: &Instant| Some(now.saturating_duration_since(*at)) >= longest;
        while self.at.front().is_some_and(old) {
            self.at.pop_front();
        }
        self.at.push_back(now);
    }

    /// Returns the pause after a session that lasted for `held` and whose starts are used up.
    /// The pause grows fourfold each time, up to five minutes, until a session lasts longer
    /// than that.
    pub fn pause_after(&mut self, held: Duration) -> Duration {
        self.spent = if held > LONGEST_REST { 0 } else { self.spent };
        let rest = FIRST_REST.saturating_mul(4_u32.saturating_pow(self.spent));
        self.spent += 1;
        rest.min(LONGEST_REST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    /// Returns when a bot starts within `span` if each of its sessions fails at once.
    /// serenity tries again every five seconds while it may.
    fn starts_of_a_refused_bot(span: Duration) -> Vec<Duration> {
        let (mut starts, begun) = (Starts::default(), Instant::now());
        let (mut now, mut session, mut all) = (begun, begun, Vec::new());
        while now - begun < span {
            if starts.admit(1, now) {
                starts.count(now);
                all.push(now - begun);
                now += Duration::from_secs(5);
            } else {
                now += starts.pause_after(now - session);
                session = now;
            }
        }
        all
    }

    #[test]
    fn five_minutes_of_refusals_cost_at_most_eight_starts_and_a_day_less_than_all() {
        let seconds: Vec<_> = starts_of_a_refused_bot(5 * MINUTE)
            .iter()
            .map(Duration::as_secs)
            .collect();
        assert_eq!(seconds, [0, 5, 10, 75, 80, 85]);
        let day = starts_of_a_refused_bot(24 * 60 * MINUTE);
        assert!((600..850).contains(&day.len()), "{}", day.len());
        let nine = day.windows(9);
        assert!(nine.into_iter().all(|nine| nine[8] - nine[0] > 5 * MINUTE));
    }

    #[test]
    fn each_shard_has_its_starts_and_they_come_back() {
        let (mut starts, begun) = (Starts::default(), Instant::now());
        for _ in 0..6 {
            assert!(starts.admit(2, begun));
            starts.count(begun);
        }
        assert!(!starts.admit(2, begun) && !starts.admit(2, begun + MINUTE / 2));
        assert!(starts.admit(2, begun + MINUTE));
    }

    #[test]
    fn a_session_that_lives_for_half_a_minute_is_limited_by_the_hour() {
        let (mut starts, begun) = (Starts::default(), Instant::now());
        let at = |n: u32| begun + n * MINUTE / 2;
        let admitted = (0..120).filter(|n| {
            let admitted = starts.admit(1, at(*n));
            if admitted {
                starts.count(at(*n));
            }
            admitted
        });
        assert_eq!(admitted.count(), 30);
        assert!(starts.admit(1, at(121)));
    }

    #[test]
    fn the_rest_grows_until_a_session_holds() {
        let mut starts = Starts::default();
        let mut rest = |minutes| starts.pause_after(minutes * MINUTE).as_secs();
        assert_eq!([0, 0, 0, 4].map(&mut rest), [60, 240, 300, 300]);
        assert_eq!([6, 0].map(&mut rest), [60, 240]);
    }
}
