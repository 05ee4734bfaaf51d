//! What is suggested while somebody types: asked for at each letter, so that it must cost
//! others nothing.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use governor::clock::DefaultClock;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use super::{Intake, PACES};
use crate::discord::request::Asker;
use crate::render::list::{self, Suggestion};
use crate::sync::lock;

/// How many of a person's tasks the suggestions are picked from.
const LOOKED_AT: u32 = 100;

/// Discord shows so many suggestions.
const SUGGESTED: usize = 25;

/// How long a person's tasks are remembered: for a word or two.
const KEPT: Duration = Duration::from_secs(5);

/// So many people's tasks are remembered, of some 20 KB each.
const PEOPLE: usize = 500;

/// How long the database may take: later Discord shows no suggestions any more.
const READ_TIMEOUT: Duration = Duration::from_millis(1500);

/// So many letters a second are answered; nobody types faster.
const LETTERS_PER_SECOND: NonZeroU32 = NonZeroU32::new(15).unwrap();

/// The suggestions of people who type at the moment.
pub(super) struct Suggestions {
    remembered: Mutex<HashMap<u64, Remembered>>,
    paces: RateLimiter<u64, HashMapStateStore<u64>, DefaultClock>,
}

/// One person's suggestions, and when they were read.
struct Remembered {
    at: Instant,
    all: Arc<[Suggestion]>,
}

impl Default for Suggestions {
    fn default() -> Self {
        Self {
            remembered: Mutex::default(),
            paces: RateLimiter::hashmap(Quota::per_second(LETTERS_PER_SECOND)),
        }
    }
}

impl Suggestions {
    fn may_type(&self, person: u64) -> bool {
        if self.paces.len() > PACES {
            self.paces.retain_recent();
        }
        self.paces.check_key(&person).is_ok()
    }

    fn recall(&self, person: u64) -> Option<Arc<[Suggestion]>> {
        let remembered = lock(&self.remembered);
        let of = remembered.get(&person)?;
        (of.at.elapsed() < KEPT).then(|| Arc::clone(&of.all))
    }

    fn remember(&self, person: u64, all: &Arc<[Suggestion]>) {
        let mut remembered = lock(&self.remembered);
        if remembered.len() >= PEOPLE {
            remembered.retain(|_, of| of.at.elapsed() < KEPT);
        }
        if remembered.len() < PEOPLE {
            let (at, all) = (Instant::now(), Arc::clone(all));
            remembered.insert(person, Remembered { at, all });
        }
    }
}

impl Intake {
    /// Suggests the person's last tasks whose id or prompt holds what is typed.
    pub(super) async fn suggest(&self, asker: &Asker, typed: &str) {
        if !self.suggestions.may_type(asker.user_id) {
            // A program types. Discord says that there are no suggestions.
            return;
        }
        let typed = typed.trim().to_lowercase();
        let all = match self.suggestions.recall(asker.user_id) {
            Some(all) => all,
            None => self.last_tasks(asker.user_id).await,
        };
        let fits = |choice: &&Suggestion| {
            choice.name.to_lowercase().contains(&typed)
                || choice.value.to_lowercase().contains(&typed)
        };
        let choices: Vec<_> = all.iter().filter(fits).take(SUGGESTED).cloned().collect();
        let sent = self.parts.messenger.suggest(asker.reply(), &choices).await;
        self.log_answer(asker, sent);
    }

    /// A person's last tasks, as suggestions; none where the database does not answer.
    async fn last_tasks(&self, person: u64) -> Arc<[Suggestion]> {
        let tasks = self.store().recent_tasks(person, LOOKED_AT);
        let error = match tokio::time::timeout(READ_TIMEOUT, tasks).await {
            Ok(Ok(tasks)) => {
                let all = tasks.iter().filter_map(list::suggestion).collect();
                self.suggestions.remember(person, &all);
                return all;
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => "it did not answer in time".to_owned(),
        };
        tracing::warn!(error, "intake.no_suggestions");
        Arc::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_memory_is_bounded_and_nobody_types_endlessly() {
        let suggestions = Suggestions::default();
        for person in 0..2 * PEOPLE as u64 {
            suggestions.remember(person, &Arc::default());
        }
        assert_eq!(lock(&suggestions.remembered).len(), PEOPLE);
        assert!(suggestions.recall(1).is_some());
        assert!(suggestions.recall(2 * PEOPLE as u64 - 1).is_none());
        let letters = (0..100).filter(|_| suggestions.may_type(1)).count();
        assert!((15..30).contains(&letters), "{letters}");
        assert!(suggestions.may_type(2));
    }
}
