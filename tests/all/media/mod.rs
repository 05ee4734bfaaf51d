//! A fetcher in a folder of its own, and the servers that it meets.

mod addresses;
mod disk;
mod download;
mod fetch;
mod guard;
mod own_origin;
mod retries;
mod routed;

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use videostatus::provider::media::guard::AddressGuard;
use videostatus::provider::media::{
    FetchLimits, Fetched, Fetcher, MediaError, MediaKind, OwnOrigin,
};

use crate::server::{Script, Server, Then, length, response};

/// The start of an mp4 file, as ffmpeg writes it.
pub(super) const MP4: &[u8] = b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41";

/// Nothing here takes a second on an idle machine.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// The usual limits, except that each link is tried once.
pub(super) fn once() -> FetchLimits {
    FetchLimits {
        retry_for: Duration::ZERO,
        ..FetchLimits::default()
    }
}

/// Limits under which further tries follow at once, for as long as a test may take.
pub(super) fn again() -> FetchLimits {
    FetchLimits {
        retry_for: PATIENCE,
        first_pause: Duration::from_millis(1),
        longest_pause: Duration::from_millis(1),
        ..FetchLimits::default()
    }
}

pub(super) struct Fixture {
    pub(super) fetcher: Arc<Fetcher>,
    pub(super) dir: TempDir,
}

impl Fixture {
    /// A fetcher that tries each link once.
    pub(super) fn new() -> Self {
        Self::with(once())
    }

    pub(super) fn with(limits: FetchLimits) -> Self {
        Self::guarded(AddressGuard::new(true), limits, None)
    }

    pub(super) fn guarded(
        guard: AddressGuard,
        limits: FetchLimits,
        own: Option<OwnOrigin>,
    ) -> Self {
        let dir = TempDir::new().unwrap();
        let fetcher = Fetcher::new(dir.path().to_owned(), guard, limits, own).unwrap();
        Self {
            fetcher: Arc::new(fetcher),
            dir,
        }
    }

    /// Fetches a video to its end; returns its size.
    pub(super) async fn video(&self, url: &str) -> Result<u64, MediaError> {
        self.size(url, MediaKind::Video).await
    }

    /// Fetches an image to its end; returns its size.
    pub(super) async fn image(&self, url: &str) -> Result<u64, MediaError> {
        self.size(url, MediaKind::Image).await
    }

    async fn size(&self, url: &str, kind: MediaKind) -> Result<u64, MediaError> {
        match self.fetcher.fetch(url, None, kind, PATIENCE).await {
            Fetched::Ready(file) => {
                assert_eq!(file.file.metadata().unwrap().len(), file.size);
                Ok(file.size)
            }
            Fetched::Missing(error) => Err(error),
            Fetched::Coming => panic!("{url} is neither ready nor missing after {PATIENCE:?}"),
        }
    }

    /// Asks for a video without waiting for it.
    pub(super) async fn now(&self, url: &str) -> Fetched {
        let fetcher = &self.fetcher;
        fetcher
            .fetch(url, None, MediaKind::Video, Duration::ZERO)
            .await
    }

    /// Waits until this many files are open in the folder, where none has a name.
    pub(super) async fn holds(&self, count: usize) {
        assert_eq!(fs::read_dir(self.dir.path()).unwrap().count(), 0);
        holds(self.dir.path(), count).await;
    }
}

/// Waits until this process has this many files of a folder open. A write that was
/// given up may still hold its file for a moment.
pub(super) async fn holds(dir: &Path, count: usize) {
    let open = || {
        let files = fs::read_dir("/proc/self/fd").unwrap();
        let files = files.filter_map(|file| fs::read_link(file.unwrap().path()).ok());
        files.filter(|file| file.starts_with(dir)).count()
    };
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while open() != count {
        let late = tokio::time::Instant::now() > deadline;
        assert!(!late, "{} files instead of {count}", open());
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// A script by which every call gets this body behind these headers.
pub(super) fn script(headers: &str, body: &[u8], then: Then) -> Script {
    Script::of(reply(200, headers, body), then)
}

/// A script by which every call is refused with this status.
pub(super) fn refusing(status: u16) -> Script {
    Script::of(reply(status, &length(0), b""), Then::Close)
}

/// A response. Its content type is a lie, as on many a host.
pub(super) fn reply(status: u16, headers: &str, body: &[u8]) -> Vec<u8> {
    response(
        status,
        &format!("Content-Type: text/html\r\n{headers}"),
        body,
    )
}

/// A server that sends a whole body.
pub(super) async fn sending(body: &[u8]) -> Server {
    Server::run(script(&length(body.len()), body, Then::Close)).await
}

/// A server that sends the start of a file and nothing more.
pub(super) async fn hanging() -> Server {
    Server::run(script(&length(5000), MP4, Then::Hang)).await
}

/// A server that sends the start of a file and then a byte now and then.
pub(super) async fn dripping() -> Server {
    Server::run(script("Connection: close\r\n", MP4, Then::Drip)).await
}

/// The link of a server's file.
pub(super) fn link(server: &Server) -> String {
    link_of(server, 0)
}

/// A link of a server that is like no other.
pub(super) fn link_of(server: &Server, number: usize) -> String {
    format!("{}v?n={number}", server.origin)
}

pub(super) fn mp4(size: usize) -> Vec<u8> {
    let mut film = MP4.to_vec();
    film.resize(size, 7);
    film
}

#[track_caller]
pub(super) fn assert_unreachable(result: &Result<u64, MediaError>) {
    let unreachable = matches!(result, Err(MediaError::Unreachable(_)));
    assert!(unreachable, "{result:?}");
}

/// Asks for a video in a task of its own.
pub(super) fn asking(fixture: &Fixture, url: String) -> tokio::task::JoinHandle<Fetched> {
    let fetcher = Arc::clone(&fixture.fetcher);
    tokio::spawn(async move { fetcher.fetch(&url, None, MediaKind::Video, PATIENCE).await })
}

/// The size of a file that is there.
#[track_caller]
pub(super) fn size(fetched: &Fetched) -> u64 {
    match fetched {
        Fetched::Ready(file) => file.size,
        other => panic!("{other:?} instead of a file"),
    }
}

#[track_caller]
pub(super) fn assert_coming(fetched: &Fetched) {
    assert!(matches!(fetched, Fetched::Coming), "{fetched:?}");
}
