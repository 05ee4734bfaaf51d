//! The links that are being fetched, and the results of recent fetches.
//!
//! A link has an entry from the first request for it. Its result is kept for a while, so
//! that the watches of one task share one fetch.

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

/// The bound on kept files.
const FILES_MAX: usize = 16;
/// The bound on kept failures. It is higher than that on files, because failures are small,
/// and a link whose failure is forgotten before its callers ask again is fetched anew.
const FAILURES_MAX: usize = 256;
/// The bound on kept files, in bytes.
const BYTES_MAX: u64 = 100 * 1024 * 1024;
/// How long a file is kept after it arrived or was last asked for.
const FILE_KEPT: Duration = Duration::from_secs(5 * 60);
/// How long a failure is kept before the link may be fetched again.
const FAILURE_KEPT: Duration = Duration::from_secs(30);

/// The result of a fetch.
pub(super) type FetchResult = Result<Arc<MediaFile>, MediaError>;
/// The sender of a fetch's result to every waiting caller.
pub(super) type ResultSender = watch::Sender<Option<FetchResult>>;
/// The receiver of a fetch's result, which is `None` while the fetch runs.
pub(super) type ResultReceiver = watch::Receiver<Option<FetchResult>>;

/// A link that is being fetched or was fetched a moment ago.
struct LinkEntry {
    result: ResultReceiver,
    task: AbortHandle,
    /// When the result arrived, or the file was last asked for.
    used: Instant,
    /// True if no caller has the result yet. Such results are removed last.
    awaited: bool,
}

pub(super) struct LinkBook {
    links: Mutex<HashMap<FileKey, LinkEntry>>,
    under_way_max: usize,
    /// The bound on links of one host that are being fetched, so that a slow host leaves room
    /// for others.
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

    /// Returns the receiver of a link's result; calls `start` for a link without an entry.
    /// Returns `None` if too many links are being fetched already.
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
                // A request does not keep a failure for longer.
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

    /// Records the result of a link's fetch and sends it to the callers that wait.
    pub(super) fn enter(
        &self,
        key: &FileKey,
        sender: &ResultSender,
        result: FetchResult,
        now: Instant,
    ) {
        let mut links = lock(&self.links);
        // The book has one receiver, and each waiting caller has another one.
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
    /// Returns whether the entry is too old. The entry of a fetch that panicked, which has no
    /// result, is over as well, so that the link can be fetched again.
    fn is_over(&self, now: Instant) -> bool {
        let age = now.duration_since(self.used);
        match &*self.result.borrow() {
            Some(Ok(_)) => age >= FILE_KEPT,
            Some(Err(_)) => age >= FAILURE_KEPT,
            None => self.task.is_finished(),
        }
    }
}

/// Removes results that are too old. Beyond the bounds it removes results that a caller
/// already has, the least recently used first, and then the others.
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
