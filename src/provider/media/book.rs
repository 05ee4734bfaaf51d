//! The links that are being fetched, and what recent fetches came to.
//!
//! A link stands here from when it is first asked for. Its result is kept for a
//! while, so that the watches of one task share one fetch.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::task::AbortHandle;

use super::error::MediaError;
use super::file::MediaFile;
use super::source::FileKey;
use crate::sync::lock;

/// Most files that are kept.
const FILES_MAX: usize = 16;
/// Most failures that are kept: a failure is small, and one that is forgotten before
/// its callers come back would be fetched again and again.
const FAILURES_MAX: usize = 256;
/// Most bytes that are kept in files.
const BYTES_MAX: u64 = 100 * 1024 * 1024;
/// How long a file is kept after it came or was last asked for.
const FILE_KEPT: Duration = Duration::from_secs(5 * 60);
/// How long a failure is believed.
const FAILURE_KEPT: Duration = Duration::from_secs(30);

/// The result of a fetch.
pub(super) type FetchResult = Result<Arc<MediaFile>, MediaError>;
/// Tells the end of a fetch to everybody who waits.
pub(super) type ResultSender = watch::Sender<Option<FetchResult>>;
/// Holds the result once there is one.
pub(super) type ResultReceiver = watch::Receiver<Option<FetchResult>>;

/// A link that is being fetched or was fetched a moment ago.
struct LinkEntry {
    /// Empty while the link is under way.
    result: ResultReceiver,
    task: AbortHandle,
    /// When the result came, or somebody last asked for the file.
    used: Instant,
    /// Nobody has the result yet: it is the last to go.
    awaited: bool,
}

pub(super) struct LinkBook {
    links: Mutex<HashMap<FileKey, LinkEntry>>,
    under_way_max: usize,
    /// Most links under way of one host, so that a slow one leaves room for others.
    of_host_max: usize,
}

impl LinkBook {
    pub(super) fn new(under_way_max: usize, of_host_max: usize) -> Self {
        Self {
            links: Mutex::default(),
            under_way_max,
            of_host_max,
        }
    }

    /// Returns the place where a link's result will be or is; calls `start` for a
    /// link that is not in the book. Returns `None` where too many are under way.
    pub(super) fn follow(
        &self,
        key: &FileKey,
        now: Instant,
        start: impl FnOnce(ResultSender) -> AbortHandle,
    ) -> Option<ResultReceiver> {
        let mut links = lock(&self.links);
        sweep(&mut links, now);
        if let Some(link) = links.get_mut(key) {
            match &*link.result.borrow() {
                Some(Ok(_)) => (link.awaited, link.used) = (false, now),
                // Asking for a failure does not prolong it.
                Some(Err(_)) => link.awaited = false,
                None => {}
            }
            return Some(link.result.clone());
        }
        let is_under_way = |entry: &(&FileKey, &LinkEntry)| entry.1.result.borrow().is_none();
        let under_way = links.iter().filter(is_under_way);
        let host = key.source.host();
        let of_host = under_way
            .clone()
            .filter(|(key, _)| key.source.host() == host);
        if of_host.count() >= self.of_host_max || under_way.count() >= self.under_way_max {
            return None;
        }
        let (sender, result) = watch::channel(None);
        let link = LinkEntry {
            result: result.clone(),
            task: start(sender),
            used: now,
            awaited: true,
        };
        links.insert(key.clone(), link);
        Some(result)
    }

    /// Enters the result of a link's fetch and tells it to those who wait.
    pub(super) fn enter(
        &self,
        key: &FileKey,
        sender: &ResultSender,
        result: FetchResult,
        now: Instant,
    ) {
        let mut links = lock(&self.links);
        // The book has one receiver, everybody who waits another one.
        let taken = sender.receiver_count() > 1;
        sender.send_replace(Some(result));
        if let Some(link) = links.get_mut(key) {
            link.used = now;
            link.awaited = !taken;
        }
        sweep(&mut links, now);
    }

    pub(super) fn abort(&self) {
        for (_, link) in lock(&self.links).drain() {
            link.task.abort();
        }
    }
}

impl LinkEntry {
    /// Returns whether it is too old. A fetch that panicked left no result and is
    /// forgotten, so that the link can be fetched again.
    fn is_over(&self, now: Instant) -> bool {
        let age = now.duration_since(self.used);
        match &*self.result.borrow() {
            Some(Ok(_)) => age >= FILE_KEPT,
            Some(Err(_)) => age >= FAILURE_KEPT,
            None => self.task.is_finished(),
        }
    }
}

/// Forgets results that are too old and, beyond the bounds, those that somebody
/// has had and were used longest ago.
fn sweep(links: &mut HashMap<FileKey, LinkEntry>, now: Instant) {
    links.retain(|_, link| !link.is_over(now));
    let mut ended = Vec::new();
    for (key, link) in &*links {
        if let Some(result) = &*link.result.borrow() {
            let size = result.as_ref().map(|file| file.size).ok();
            ended.push(((link.awaited, link.used), size, key.clone()));
        }
    }
    ended.sort_unstable_by_key(|(order, ..)| Reverse(*order));
    let (mut files, mut failures, mut bytes) = (0, 0, 0);
    for (_, size, key) in ended {
        match size {
            Some(size) => (files, bytes) = (files + 1, bytes + size),
            None => failures += 1,
        }
        if files > FILES_MAX || failures > FAILURES_MAX || bytes > BYTES_MAX {
            links.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests;
