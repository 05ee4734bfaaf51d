//! The turns of the downloads, which bound their number in total and per host.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::limits::FetchLimits;
use super::source::Source;
use crate::sync::lock;

pub(super) struct DownloadTurns {
    all: Arc<Semaphore>,
    /// The turns of each host that has a running or waiting download.
    hosts: Mutex<HashMap<String, Arc<Semaphore>>>,
    per_host: usize,
}

/// The right to download; it ends when this is dropped.
pub(super) type DownloadTurn = [Option<OwnedSemaphorePermit>; 2];

impl DownloadTurns {
    pub(super) fn new(limits: &FetchLimits) -> Self {
        Self {
            all: Arc::new(Semaphore::new(limits.parallel)),
            hosts: Mutex::default(),
            per_host: limits.per_host,
        }
    }

    /// Waits for a turn. A turn of the host is taken first, so that links that wait for a slow
    /// host hold no turn of the others.
    pub(super) async fn take(&self, source: &Source) -> DownloadTurn {
        let of_host = match source {
            Source::Link(_) | Source::Own(..) => self.per_host,
            // A reply costs the operator a query, and is megabytes of text.
            Source::Reply(..) => 1,
        };
        let host = {
            let mut hosts = lock(&self.hosts);
            // Hosts without downloads are removed.
            hosts.retain(|_, turns| Arc::strong_count(turns) > 1);
            let turns = hosts.entry(source.host());
            Arc::clone(turns.or_insert_with(|| Arc::new(Semaphore::new(of_host))))
        };
        // These semaphores are never closed, so that acquiring cannot fail.
        let host = host.acquire_owned().await.ok();
        [host, Arc::clone(&self.all).acquire_owned().await.ok()]
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;
    use url::Url;

    use super::*;
    use crate::domain::task::TaskId;

    fn turns() -> DownloadTurns {
        DownloadTurns::new(&FetchLimits::default())
    }

    async fn take(turns: &DownloadTurns, url: &str) -> Option<DownloadTurn> {
        take_of(turns, &Source::Link(Url::parse(url).unwrap())).await
    }

    async fn take_of(turns: &DownloadTurns, source: &Source) -> Option<DownloadTurn> {
        // A free turn is taken without waiting.
        timeout(Duration::ZERO, turns.take(source)).await.ok()
    }

    #[tokio::test]
    async fn a_host_has_two_of_four_turns() {
        let turns = turns();
        let first = take(&turns, "https://a.example/1").await.unwrap();
        let _second = take(&turns, "https://a.example/2").await.unwrap();
        assert!(take(&turns, "https://a.example:443/3").await.is_none());
        let _other = take(&turns, "https://a.example:8443/3").await.unwrap();
        let _third = take(&turns, "https://b.example/1").await.unwrap();
        assert!(take(&turns, "https://c.example/1").await.is_none());
        drop(first);
        assert!(take(&turns, "https://c.example/1").await.is_some());
    }

    #[tokio::test]
    async fn replies_of_a_gateway_have_one_turn() {
        let turns = turns();
        let of = |id, gateway| Source::Reply(TaskId::parse(id).unwrap(), gateway);
        let reply = |id| of(id, 0);
        let first = take_of(&turns, &reply("a")).await.unwrap();
        assert!(
            take_of(&turns, &of("b", 1)).await.is_some(),
            "a reply of another gateway"
        );
        assert!(take_of(&turns, &reply("b")).await.is_none());
        let _link = take(&turns, "https://a.example/1").await.unwrap();
        drop(first);
        assert!(take_of(&turns, &reply("b")).await.is_some());
    }

    #[tokio::test]
    async fn hosts_that_nobody_uses_are_forgotten() {
        let turns = turns();
        let kept = take(&turns, "https://kept.example/").await;
        for n in 0..100 {
            take(&turns, &format!("https://{n}.example/")).await;
        }
        assert_eq!(lock(&turns.hosts).len(), 2);
        drop(kept);
    }
}
