//! The fetcher of media files, which works in the background and fetches each file once.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use thiserror::Error;
use tokio::time::{sleep, timeout};
use url::Url;

use super::book::{LinkBook, ResultSender};
use super::download::Downloader;
use super::error::MediaError;
use super::file::{MediaFile, MediaKind};
use super::guard::AddressGuard;
use super::limits::FetchLimits;
use super::own::OwnOrigin;
use super::source::{FileKey, Source};
use super::turns::DownloadTurns;
use crate::domain::task::TaskId;
use crate::metrics;

/// The bound on links of one host that are being fetched or wait for it.
const LINKS_PER_HOST: usize = 64;

/// The error of a fetcher that cannot be built, for example without TLS.
#[derive(Debug, Error)]
#[error("the HTTP client for media cannot be built: {0}")]
pub struct BadFetcher(#[from] reqwest::Error);

/// The present result of a fetch.
#[derive(Clone, Debug)]
pub enum Fetched {
    /// The file has arrived.
    Ready(Arc<MediaFile>),
    /// The fetch goes on, or could not begin because too many others run. The caller may ask
    /// again later.
    Coming,
    /// There is no file. After a failed fetch, calls return this for half a minute.
    Missing(MediaError),
}

/// A fetcher of media files, which works in the background and fetches each file once.
pub struct Fetcher(Arc<FetcherParts>);

struct FetcherParts {
    downloader: Downloader,
    turns: DownloadTurns,
    book: LinkBook,
}

impl Fetcher {
    /// Builds a fetcher that keeps its nameless files on the disk of the folder `dir`. `own`
    /// are the origins of the gateways. Sends and writes nothing.
    pub fn new(
        dir: PathBuf,
        guard: AddressGuard,
        limits: FetchLimits,
        own: impl IntoIterator<Item = OwnOrigin>,
    ) -> Result<Self, BadFetcher> {
        let own = own.into_iter().collect();
        Ok(Self(Arc::new(FetcherParts {
            turns: DownloadTurns::new(&limits),
            book: LinkBook::new(limits.links, LINKS_PER_HOST),
            downloader: Downloader::new(dir, guard, limits, own)?,
        })))
    }

    /// Returns whether a link leads to the own origin of the gateway that gave it. Whether
    /// people can follow such a link is only known when its file has arrived.
    pub fn is_own(&self, url: &str, gateway: Option<&str>) -> bool {
        let source = Url::parse(url).map(|url| self.0.downloader.source(url, gateway));
        matches!(source, Ok(Source::Own(..)))
    }

    /// Starts to fetch `url`, which `gateway` gave, unless it is being fetched or was fetched a
    /// moment ago, and waits at most `patience` for the result. The fetch goes on if this
    /// future is dropped.
    pub async fn fetch(
        &self,
        url: &str,
        gateway: Option<&str>,
        kind: MediaKind,
        patience: Duration,
    ) -> Fetched {
        let Ok(url) = Url::parse(url) else {
            return Fetched::Missing(MediaError::BadLink);
        };
        let downloader = &self.0.downloader;
        let refused = downloader.guard.check(&url).err();
        let source = downloader.source(url, gateway);
        // A forbidden link needs no fetch.
        if let (Some(error), Source::Link(_)) = (refused, &source) {
            return Fetched::Missing(error);
        }
        self.follow(FileKey { source, kind }, patience).await
    }

    /// Fetches, as [`Fetcher::fetch`] does, the video that a gateway's reply about a task
    /// itself holds.
    pub async fn fetch_reply(
        &self,
        id: &TaskId,
        gateway: Option<&str>,
        patience: Duration,
    ) -> Fetched {
        let Some(place) = self.0.downloader.place(gateway) else {
            return Fetched::Missing(MediaError::BadLink);
        };
        let (source, kind) = (Source::Reply(id.clone(), place), MediaKind::Video);
        self.follow(FileKey { source, kind }, patience).await
    }

    async fn follow(&self, key: FileKey, patience: Duration) -> Fetched {
        let start = |sender| {
            let fetch = Arc::clone(&self.0).run(key.clone(), sender);
            tokio::spawn(fetch).abort_handle()
        };
        let Some(mut result) = self.0.book.follow(&key, Instant::now(), start) else {
            return Fetched::Coming;
        };
        // Without a result the time is over, or the fetch panicked. The next call then
        // starts it again.
        let _ = timeout(patience, result.wait_for(Option::is_some)).await;
        match &*result.borrow() {
            Some(Ok(file)) => Fetched::Ready(Arc::clone(file)),
            Some(Err(error)) => Fetched::Missing(error.clone()),
            None => Fetched::Coming,
        }
    }
}

impl FetcherParts {
    /// Tries to download a link until there is a file, a permanent failure, or no time left.
    /// A turn ends after its result is recorded, so that the disk never holds more unfinished
    /// files than there are turns. A pause between two tries holds no turn.
    async fn run(self: Arc<Self>, key: FileKey, sender: ResultSender) {
        let limits = &self.downloader.limits;
        let mut last_start = None;
        let mut failures = 0;
        loop {
            let turn = self.turns.take(&key.source).await;
            let last_start = *last_start.get_or_insert_with(|| Instant::now() + limits.retry_for);
            let result = self.downloader.download(&key).await;
            match &result {
                Ok(file) => metrics::download("fetched", file.size),
                Err(error) => metrics::download(error.name(), 0),
            }
            failures += 1;
            let pause = limits.pause(failures);
            let now = Instant::now();
            match &result {
                Err(error) if error.may_pass() && now + pause < last_start => {
                    let host = key.source.host();
                    tracing::debug!(host, kind = ?key.kind, failures, %error, "media.try_failed");
                }
                _ => return self.book.enter(&key, &sender, result.map(Arc::new), now),
            }
            drop(turn);
            sleep(pause).await;
        }
    }
}

impl Drop for Fetcher {
    fn drop(&mut self) {
        self.0.book.abort();
    }
}
