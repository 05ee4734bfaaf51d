//! Suggestions of tasks while a person types. Discord asks for them at each letter, so they
//! are cached and limited: they must not slow down anybody else's requests.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use governor::Quota;

use crate::flows::paces::Paces;
use crate::render::pick::{self, Suggestion};
use crate::store::Store;
use crate::sync::lock;

/// The most tasks of a person from which suggestions are picked.
const LOOKED_AT: u32 = 100;

/// The most suggestions that Discord shows.
const SUGGESTED: usize = 25;

/// How long a person's tasks are cached: while the person types a word or two.
const KEPT: Duration = Duration::from_secs(5);

/// The most people whose tasks are cached, about 20 KB each.
const PEOPLE: usize = 500;

/// How long the database may take. Discord ignores suggestions that come later.
const READ_TIMEOUT: Duration = Duration::from_millis(1500);

/// The most letters per second that are answered. Nobody types faster.
const LETTERS_PER_SECOND: NonZeroU32 = NonZeroU32::new(15).unwrap();

/// The suggestions for people who are typing.
pub(super) struct Suggestions {
    store: Store,
    remembered: Mutex<HashMap<u64, Remembered>>,
    paces: Paces,
}

/// A person's suggestions, and when they were read.
struct Remembered {
    at: Instant,
    all: Arc<[Suggestion]>,
}

impl Suggestions {
    pub(super) fn new(store: Store) -> Self {
        Self {
            store,
            remembered: Mutex::default(),
            paces: Paces::new(Quota::per_second(LETTERS_PER_SECOND)),
        }
    }

    /// Returns those of the person's last tasks whose id or prompt contains `typed`, or
    /// `None` if letters come faster than anybody types.
    pub(super) async fn of(&self, person: u64, typed: &str) -> Option<Vec<Suggestion>> {
        if self.paces.wait(person).is_some() {
            return None;
        }
        let typed = typed.trim().to_lowercase();
        let all = match self.recall(person) {
            Some(all) => all,
            None => self.read(person).await,
        };
        let fits = |choice: &&Suggestion| {
            choice.name.to_lowercase().contains(&typed)
                || choice.value.to_lowercase().contains(&typed)
        };
        Some(all.iter().filter(fits).take(SUGGESTED).cloned().collect())
    }

    /// Reads a person's last tasks. Returns none if the database fails.
    async fn read(&self, person: u64) -> Arc<[Suggestion]> {
        let tasks = self.store.recent_tasks(person, LOOKED_AT);
        let error = match tokio::time::timeout(READ_TIMEOUT, tasks).await {
            Ok(Ok(tasks)) => {
                let all = tasks.iter().filter_map(pick::suggestion).collect();
                self.remember(person, &all);
                return all;
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => "the database did not answer in time".to_owned(),
        };
        tracing::warn!(error, "intake.no_suggestions");
        Arc::default()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::secret::Secret;

    #[tokio::test]
    async fn the_memory_is_bounded_and_nobody_types_endlessly() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/bot.db", folder.path().display());
        let store = Store::open(&Secret::new(url)).await.unwrap();
        let suggestions = Suggestions::new(store);
        for person in 0..2 * PEOPLE as u64 {
            suggestions.remember(person, &Arc::default());
        }
        assert_eq!(lock(&suggestions.remembered).len(), PEOPLE);
        assert!(suggestions.recall(1).is_some());
        assert!(suggestions.recall(2 * PEOPLE as u64 - 1).is_none());
        let mut letters = 0;
        while suggestions.of(1, "").await.is_some() {
            letters += 1;
        }
        assert!((15..30).contains(&letters), "{letters}");
        assert!(suggestions.of(2, "").await.is_some());
    }
}
