//! Fetches files in the background, each once.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use thiserror::Error;
use tokio::task::AbortHandle;
use tokio::time::timeout;
use url::Url;

use super::book::{LinkBook, LinkKey, ResultSender};
use super::download::Downloader;
use super::error::MediaError;
use super::file::{MediaFile, MediaKind};
use super::guard::AddressGuard;
use super::limits::FetchLimits;
use super::tries::FetchTries;

/// What the fetcher has to know.
#[derive(Clone, Debug)]
pub struct MediaConfig {
    /// Lets links lead into private networks: for the sandbox and for gateways
    /// at home only.
    pub allow_private_hosts: bool,
    /// The folder on whose disk files wait. It gets no entries: the files have no
    /// names.
    pub dir: PathBuf,
}

/// The fetcher cannot be made.
#[derive(Debug, Error)]
#[error("the HTTP client for media cannot be built: {0}")]
pub struct FetcherSetupError(#[from] reqwest::Error);

/// What is known of a file now.
#[derive(Clone, Debug)]
pub enum Fetched {
    /// The file is here.
    Ready(Arc<MediaFile>),
    /// The fetch goes on, or could not begin because too many do. Ask again.
    Coming,
    /// There is no file. For half a minute every call has this answer.
    Missing(MediaError),
}

/// Fetches media files in the background, each once.
#[derive(Debug)]
pub struct Fetcher(Arc<FetcherParts>);

#[derive(Debug)]
struct FetcherParts {
    guard: AddressGuard,
    tries: FetchTries,
    book: LinkBook,
}

impl Fetcher {
    /// A fetcher with the usual limits. Nothing is sent and nothing is written.
    ///
    /// # Errors
    /// [`FetcherSetupError`] where there is no TLS or the like.
    pub fn new(config: &MediaConfig) -> Result<Self, FetcherSetupError> {
        let guard = if config.allow_private_hosts {
            AddressGuard::open()
        } else {
            AddressGuard::public()
        };
        Self::with(config, guard, FetchLimits::default())
    }

    /// [`Fetcher::new`] with another guard, in place of `allow_private_hosts`, and
    /// with other limits.
    ///
    /// # Errors
    /// As [`Fetcher::new`].
    pub fn with(
        config: &MediaConfig,
        guard: AddressGuard,
        limits: FetchLimits,
    ) -> Result<Self, FetcherSetupError> {
        let downloader = Downloader::new(config.dir.clone(), guard.clone(), limits)?;
        Ok(Self(Arc::new(FetcherParts {
            guard,
            tries: FetchTries::new(downloader, limits),
            book: LinkBook::new(limits.links, limits.links_per_host),
        })))
    }

    /// Fetches `url` in the background unless that is under way or was done a
    /// moment ago, and waits at most `patience` for it. The fetch goes on where
    /// this future is dropped.
    pub async fn fetch(&self, url: &str, kind: MediaKind, patience: Duration) -> Fetched {
        let key = LinkKey {
            url: url.to_owned(),
            kind,
        };
        // A link that is never followed is known for that at once.
        let checked = Url::parse(url).map_err(|_| MediaError::BadLink);
        if let Err(error) = checked.and_then(|url| self.0.guard.check(&url)) {
            return Fetched::Missing(error);
        }
        let start = |sender| self.start(key.clone(), sender);
        let Some(mut result) = self.0.book.follow(&key, Instant::now(), start) else {
            return Fetched::Coming;
        };
        match timeout(patience, result.wait_for(Option::is_some)).await {
            Ok(Ok(result)) => match &*result {
                Some(Ok(file)) => Fetched::Ready(Arc::clone(file)),
                Some(Err(error)) => Fetched::Missing(error.clone()),
                None => Fetched::Coming,
            },
            // The patience is over. Or the fetch panicked; the next call then starts
            // it again.
            Err(_) | Ok(Err(_)) => Fetched::Coming,
        }
    }

    fn start(&self, key: LinkKey, sender: ResultSender) -> AbortHandle {
        let parts = Arc::clone(&self.0);
        let fetch = async move {
            let enter = |result| parts.book.enter(&key, &sender, result, Instant::now());
            parts.tries.run(&key, enter).await;
        };
        tokio::spawn(fetch).abort_handle()
    }
}

impl Drop for Fetcher {
    fn drop(&mut self) {
        self.0.book.abort();
    }
}
