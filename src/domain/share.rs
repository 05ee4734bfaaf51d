//! The shares of people in a gateway's polls, for when tasks want more polls than its rate.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::time::Duration;

use super::schedule::Pace;

/// The part of the rate for repeated polls. The rest is for first polls, and for intervals
/// that jitter shortens.
const REPEATED: f64 = 0.9;

/// Tasks of one person that are about equally old.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Followed {
    pub person: u64,
    /// The approximate time for which the tasks have been watched.
    pub age: Duration,
    /// The number of tasks. A task of several people counts for each of them in part.
    pub tasks: f64,
}

/// The max-min fair shares of a gateway's rate, by person and not by task. A person who wants
/// less than an equal share gets all of it; the others share the rest.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shares {
    /// The factors that stretch the intervals of people who want more than their share.
    stretched: HashMap<u64, f64>,
}

impl Shares {
    /// Divides `rate` polls a second among the people who follow tasks at `pace`.
    #[must_use]
    pub fn of(followed: &[Followed], rate: NonZeroU32, pace: &Pace) -> Self {
        let mut wants: HashMap<u64, f64> = HashMap::new();
        for one in followed {
            let interval = pace.interval(one.age, 0.0).as_secs_f64();
            *wants.entry(one.person).or_default() += one.tasks / interval.max(f64::MIN_POSITIVE);
        }
        let mut wants: Vec<_> = wants.into_iter().collect();
        wants.sort_by(|(_, a), (_, b)| a.total_cmp(b));
        let mut left = f64::from(rate.get()) * REPEATED;
        let mut stretched = HashMap::new();
        let people = wants.len();
        for (n, (person, wanted)) in wants.into_iter().enumerate() {
            // People who want least come first: the polls that they leave raise the share of
            // the others.
            #[expect(clippy::cast_precision_loss, reason = "people are fewer than 2^52")]
            let share = left / (people - n) as f64;
            left -= wanted.min(share);
            if wanted > share {
                stretched.insert(person, wanted / share);
            }
        }
        Self { stretched }
    }

    /// Returns whether everybody gets all the polls that they want.
    #[must_use]
    pub fn has_room(&self) -> bool {
        self.stretched.is_empty()
    }

    /// Returns the factor that stretches the interval of a task: the smallest of its
    /// people's.
    #[must_use]
    pub fn stretch(&self, people: &[u64]) -> f64 {
        let each = people
            .iter()
            .map(|person| self.stretched.get(person).copied().unwrap_or(1.0));
        each.min_by(f64::total_cmp).unwrap_or(1.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PACE: Pace = Pace {
        min: Duration::from_secs(5),
        max: Duration::from_secs(30),
    };
    const RATE: NonZeroU32 = NonZeroU32::new(10).unwrap();

    fn followed(person: u64, age: u64, tasks: u32) -> Followed {
        Followed {
            person,
            age: Duration::from_secs(age),
            tasks: tasks.into(),
        }
    }

    #[test]
    fn who_has_one_task_is_asked_as_promised_while_ten_others_have_25() {
        let mut all: Vec<_> = (1..=10).map(|person| followed(person, 0, 25)).collect();
        all.push(followed(11, 0, 1));
        let shares = Shares::of(&all, RATE, &PACE);
        assert!(shares.stretch(&[11]) < 2.0);
        for person in 1..=10 {
            // Each person wants 5 polls a second and gets 0.88.
            let stretch = shares.stretch(&[person]);
            assert!((5.6..5.8).contains(&stretch), "{stretch}");
        }
        assert!(shares.stretch(&[3, 11]) < 2.0, "the soonest of both");
    }

    #[test]
    fn nobody_is_slowed_while_there_is_room() {
        let old: Vec<_> = (1..=10).map(|person| followed(person, 600, 25)).collect();
        assert!(Shares::of(&old, RATE, &PACE).has_room());
        assert!(Shares::of(&[followed(1, 0, 44)], RATE, &PACE).has_room());
        assert!(!Shares::of(&[followed(1, 0, 46)], RATE, &PACE).has_room());
        assert!(Shares::of(&[], RATE, &PACE).has_room());
        assert!((Shares::default().stretch(&[]) - 1.0).abs() < f64::EPSILON);
    }

    proptest! {
        #[test]
        fn the_sum_of_polls_is_within_the_rate_and_the_modest_are_served(
            all in prop::collection::vec((0_u64..30, 0_u64..900, 1_u32..26), 1..60),
            rate in 1_u32..100,
        ) {
            let all: Vec<_> = all.into_iter().map(|(who, age, n)| followed(who, age, n)).collect();
            let rate = NonZeroU32::new(rate).unwrap();
            let shares = Shares::of(&all, rate, &PACE);
            let mut gets: HashMap<u64, f64> = HashMap::new();
            for one in &all {
                let interval = PACE.interval(one.age, 0.0).mul_f64(shares.stretch(&[one.person]));
                *gets.entry(one.person).or_default() += one.tasks / interval.as_secs_f64();
            }
            let sum: f64 = gets.values().sum();
            prop_assert!(sum <= f64::from(rate.get()) + 1e-6, "{sum} of {rate}");
            let most = gets.values().copied().fold(0.0, f64::max);
            for (person, polls) in &gets {
                let slowed = shares.stretch(&[*person]) > 1.0;
                prop_assert!(!slowed || (polls - most).abs() < 1e-3, "{person}: {polls} of {most}");
            }
            let wanted: f64 = all.iter().map(|one| one.tasks / PACE.interval(one.age, 0.0).as_secs_f64()).sum();
            let over = wanted - f64::from(rate.get()) * REPEATED;
            prop_assert!(over.abs() < 1e-6 || shares.has_room() == (over < 0.0), "{over}");
        }
    }
}
