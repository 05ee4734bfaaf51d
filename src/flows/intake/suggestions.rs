//! Suggestions while somebody types: asked for at each letter, so that they must cost
//! others nothing.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use governor::Quota;

use crate::flows::paces::Paces;
use crate::render::pick::{self, Suggestion};
use crate::store::Store;
use crate::sync::lock;

/// How many of a person's tasks the suggestions are picked from.
const LOOKED_AT: u32 = 100;

/// Discord shows so many suggestions.
const SUGGESTED: usize = 25;

/// How long a person's tasks are remembered: for a word or two.
const KEPT: Duration = Duration::from_secs(5);

/// The most people whose tasks are remembered, of some 20 KB each.
const PEOPLE: usize = 500;

/// How long the database may take: later Discord shows no suggestions any more.
const READ_TIMEOUT: Duration = Duration::from_millis(1500);

/// The most letters a second that are answered; nobody types faster.
const LETTERS_PER_SECOND: NonZeroU32 = NonZeroU32::new(15).unwrap();

/// The suggestions of people who type at the moment.
pub(super) struct Suggestions {
    store: Store,
    remembered: Mutex<HashMap<u64, Remembered>>,
    paces: Paces,
}

/// One person's suggestions, and when they were read.
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

    /// The person's last tasks whose id or prompt holds what is typed; `None` where that
    /// is more than anybody types.
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

    /// A person's last tasks; none where the database does not answer.
    async fn read(&self, person: u64) -> Arc<[Suggestion]> {
        let tasks = self.store.recent_tasks(person, LOOKED_AT);
        let error = match tokio::time::timeout(READ_TIMEOUT, tasks).await {
            Ok(Ok(tasks)) => {
                let all = tasks.iter().filter_map(pick::suggestion).collect();
                self.remember(person, &all);
                return all;
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => "it did not answer in time".to_owned(),
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
