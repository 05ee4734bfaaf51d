//! What recent fetches came to, so that the watches of one task share one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::MediaError;
use super::file::{MediaFile, MediaKind};

/// Most results that are kept; the one touched longest ago goes first.
const ENTRIES_MAX: usize = 16;
/// Most bytes that are kept for the next fetch.
const BYTES_MAX: u64 = 100 * 1024 * 1024;
/// How long a file is kept for the next fetch.
const KEPT: Duration = Duration::from_secs(5 * 60);
/// How long a failure is believed.
const FAILURE_KEPT: Duration = Duration::from_secs(30);

/// One fetch at a time per link; the lock is the single flight.
pub(super) type Slot = Arc<tokio::sync::Mutex<Known>>;

/// The recent fetches by link and kind. Expired ones go on the next fetch.
#[derive(Debug, Default)]
pub(super) struct Cache {
    slots: Mutex<HashMap<(String, MediaKind), Entry>>,
}

#[derive(Debug)]
struct Entry {
    slot: Slot,
    touched: Instant,
}

impl Cache {
    /// The slot of a link, made where missing.
    pub(super) fn slot(&self, url: &str, kind: MediaKind, now: Instant) -> Slot {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        // A slot that somebody else holds is a fetch under way: it stays.
        let idle = |entry: &Entry| Arc::strong_count(&entry.slot) == 1;
        slots.retain(|_, entry| !idle(entry) || now.duration_since(entry.touched) < KEPT);
        let key = (url.to_owned(), kind);
        if !slots.contains_key(&key) && slots.len() >= ENTRIES_MAX {
            let idle = slots.iter().filter(|(_, entry)| idle(entry));
            let oldest = idle.min_by_key(|(_, entry)| entry.touched);
            if let Some(oldest) = oldest.map(|(key, _)| key.clone()) {
                slots.remove(&oldest);
            }
        }
        let entry = slots.entry(key).or_insert_with(|| Entry {
            slot: Slot::default(),
            touched: now,
        });
        entry.touched = now;
        entry.slot.clone()
    }

    /// Lets go of the files that were touched longest ago, until the others have
    /// few enough bytes together.
    pub(super) fn trim(&self) {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let mut files: Vec<_> = slots
            .iter()
            .filter(|(_, entry)| Arc::strong_count(&entry.slot) == 1)
            .map(|(key, entry)| (entry.touched, entry.bytes(), key.clone()))
            .collect();
        files.sort_unstable_by_key(|(touched, ..)| std::cmp::Reverse(*touched));
        let mut kept = 0;
        for (_, bytes, key) in files {
            kept += bytes;
            if kept > BYTES_MAX {
                slots.remove(&key);
            }
        }
    }
}

impl Entry {
    /// How large its file is; nobody holds the slot.
    fn bytes(&self) -> u64 {
        match self.slot.try_lock().as_deref() {
            Ok(Known::File(file)) => file.size,
            _ => 0,
        }
    }
}

/// What is known about one link.
#[derive(Debug, Default)]
pub(super) enum Known {
    /// Nothing yet.
    #[default]
    Nothing,
    /// The file.
    File(Arc<MediaFile>),
    /// It is larger than so many bytes.
    MoreThan(u64),
    /// It failed then.
    Failed(MediaError, Instant),
}

impl Known {
    /// What a fetch with this limit comes to, where that is known.
    pub(super) fn answer(
        &self,
        limit: u64,
        now: Instant,
    ) -> Option<Result<Arc<MediaFile>, MediaError>> {
        match self {
            Self::File(file) if file.size > limit => Some(Err(MediaError::TooLarge { limit })),
            Self::File(file) => Some(Ok(file.clone())),
            Self::MoreThan(size) if limit <= *size => Some(Err(MediaError::TooLarge { limit })),
            Self::Failed(error, at) if now.duration_since(*at) < FAILURE_KEPT => {
                Some(Err(error.clone()))
            }
            Self::Nothing | Self::MoreThan(_) | Self::Failed(..) => None,
        }
    }

    /// Remembers what a download came to.
    pub(super) fn learn(&mut self, result: &Result<Arc<MediaFile>, MediaError>, now: Instant) {
        *self = match result {
            Ok(file) => Self::File(file.clone()),
            Err(MediaError::TooLarge { limit }) => Self::MoreThan(*limit),
            Err(error) => Self::Failed(error.clone(), now),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: MediaKind = MediaKind::Video;

    #[test]
    fn a_failure_is_believed_for_half_a_minute() {
        let then = Instant::now();
        let mut known = Known::default();
        assert!(known.answer(1, then).is_none());
        known.learn(&Err(MediaError::WrongType), then);
        let at = |seconds| known.answer(1, then + Duration::from_secs(seconds));
        assert_eq!(at(29).map(|a| a.err()), Some(Some(MediaError::WrongType)));
        assert!(at(30).is_none());
    }

    #[test]
    fn a_result_is_kept_for_five_minutes_and_longer_while_somebody_waits() {
        let start = Instant::now();
        let later = start + KEPT;
        let cache = Cache::default();
        let idle = Arc::downgrade(&cache.slot("https://a.example/1", KIND, start));
        let busy = cache.slot("https://a.example/2", KIND, start);
        cache.slot(
            "https://a.example/3",
            KIND,
            later - Duration::from_millis(1),
        );
        assert!(idle.upgrade().is_some());
        cache.slot("https://a.example/3", KIND, later);
        assert!(idle.upgrade().is_none());
        assert!(Arc::ptr_eq(
            &busy,
            &cache.slot("https://a.example/2", KIND, later)
        ));
    }

    #[test]
    fn files_are_kept_as_long_as_there_is_room_the_last_ones_first() {
        let (cache, start) = (Cache::default(), Instant::now());
        let fetch = |number: u64, size| {
            let url = format!("https://a.example/{number}");
            let slot = cache.slot(&url, KIND, start + Duration::from_secs(number));
            let file = MediaFile {
                path: tempfile::NamedTempFile::new().unwrap().into_temp_path(),
                size,
                name: "video.mp4".into(),
                mime: "video/mp4",
            };
            slot.try_lock().unwrap().learn(&Ok(Arc::new(file)), start);
            Arc::downgrade(&slot)
        };
        let files = [1, 2, 3].map(|number| fetch(number, BYTES_MAX / 2));
        let kept = || files.each_ref().map(|file| file.upgrade().is_some());
        assert_eq!(kept(), [true; 3]);
        cache.trim();
        assert_eq!(kept(), [false, true, true]);
    }

    #[test]
    fn a_link_asked_for_as_another_kind_is_another_fetch() {
        let cache = Cache::default();
        let now = Instant::now();
        let video = cache.slot("https://a.example/1", KIND, now);
        let image = cache.slot("https://a.example/1", MediaKind::Image, now);
        assert!(!Arc::ptr_eq(&video, &image));
    }
}
