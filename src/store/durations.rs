//! How long tasks took: asked for whenever a running task is shown, and changed
//! only when one ends, so that what was found is remembered for a moment.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sqlx::Row;
use sqlx::any::AnyRow;

use super::{Store, StoreError};
use crate::domain::task::Task;
use crate::domain::usual::LOOKED_AT;

/// What other processes see end counts after this time.
const FRESH: Duration = Duration::from_secs(60);

/// So many kinds of tasks are remembered; ids are people's to choose.
const KINDS: usize = 256;

/// A family and, once the provider has named it, a model.
type Kind = (String, Option<String>);

/// What was found for each, and when.
type Found = HashMap<Kind, (Instant, Vec<Duration>)>;

/// What was found last. Clones share it.
#[derive(Clone, Debug, Default)]
pub(super) struct Remembered(Arc<Mutex<Found>>);

impl Remembered {
    fn kinds(&self) -> MutexGuard<'_, Found> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A task has ended: what is remembered is no longer all there is.
    pub(super) fn forget(&self) {
        self.kinds().clear();
    }

    fn get(&self, kind: &Kind) -> Option<Vec<Duration>> {
        let kinds = self.kinds();
        let (found_at, took) = kinds.get(kind)?;
        (found_at.elapsed() < FRESH).then(|| took.clone())
    }

    fn set(&self, kind: Kind, took: Vec<Duration>) {
        let mut kinds = self.kinds();
        if kinds.len() >= KINDS {
            kinds.clear();
        }
        kinds.insert(kind, (Instant::now(), took));
    }
}

impl Store {
    /// How long the last [`LOOKED_AT`] tasks of `task`'s model took, newest first;
    /// while the provider has not named that, those of its family.
    ///
    /// # Errors
    /// [`StoreError`] if the database does not answer.
    pub async fn durations(&self, task: &Task) -> Result<Vec<Duration>, StoreError> {
        let kind = (task.id.family().to_owned(), task.snapshot.model.clone());
        if let Some(took) = self.remembered.get(&kind) {
            return Ok(took);
        }
        let of_family = "SELECT took_ms FROM tasks WHERE family = $1 AND took_ms IS NOT NULL \
             ORDER BY watched_since DESC LIMIT $2 + 0";
        let of_model = "SELECT took_ms FROM tasks \
             WHERE family = $1 AND took_ms IS NOT NULL AND model = $3 \
             ORDER BY watched_since DESC LIMIT $2 + 0";
        let (family, model) = &kind;
        let query = sqlx::query(if model.is_some() { of_model } else { of_family })
            .bind(family)
            .bind(i64::from(LOOKED_AT));
        let query = match model {
            Some(model) => query.bind(model),
            None => query,
        };
        let rows = query.fetch_all(&mut *self.connection().await?).await?;
        let took = |row: &AnyRow| {
            Ok(Duration::from_millis(
                row.try_get::<i64, _>("took_ms")?.unsigned_abs(),
            ))
        };
        let took: Vec<_> = rows.iter().map(took).collect::<Result<_, StoreError>>()?;
        self.remembered.set(kind, took.clone());
        Ok(took)
    }
}
