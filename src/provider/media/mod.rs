//! Guarded download of the files that snapshots link to.
//!
//! A link is a stranger's word: it may lead into the operator's own network,
//! never end, or be something else than it says. So every address of every hop
//! is checked ([`guard`]), bytes are counted as they stream to disk, and the
//! type is read from the bytes. Files wait on disk, not in memory: a download
//! holds one chunk and one HTTP/1 read buffer (under 1 MiB together), and at
//! most [`MediaConfig::parallel`] run at a time.
//!
//! The watches of one task share one download: equal fetches at the same time
//! wait for each other, and the last 16 results of at most 100 MiB together are
//! kept for five minutes (then until the next fetch sweeps them out). Beyond what
//! callers hold, the disk thus keeps 100 MiB plus `parallel` unfinished files of
//! at most 25 MiB: with four at a time, 200 MiB.

pub mod addresses;
pub mod download;
pub mod guard;

mod cache;
mod file;
mod folder;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use thiserror::Error;

use self::cache::Cache;
use self::download::{Downloader, Timeouts};
pub use self::file::{MediaFile, MediaKind};
pub use self::folder::Folder;
use self::guard::Guard;
use crate::metrics;

/// No file is larger, in bytes: boosted servers take 100 MiB, but a machine of
/// the smallest kind has to have room for several, and time to send them.
const SIZE_MAX: u64 = 25 * 1024 * 1024;

/// What the downloads have to know.
#[derive(Clone, Debug)]
pub struct MediaConfig {
    /// Lets links lead into private networks: for the sandbox and for gateways
    /// at home only.
    pub allow_private_hosts: bool,
    /// Where files wait; made where missing, and freed of an earlier process's
    /// left-overs.
    pub dir: PathBuf,
    /// Most downloads at a time; 0 counts as 1.
    pub parallel: usize,
}

/// Why there is no file. The link itself may still be good for a person, except
/// after [`MediaError::BadLink`] and [`MediaError::Forbidden`].
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MediaError {
    /// Not an http(s) link, or one with a password in it.
    #[error("not a plain http(s) link")]
    BadLink,
    /// It leads to an address that is not public.
    #[error("{host} is not on the public internet")]
    Forbidden {
        /// The host as the link names it.
        host: String,
    },
    /// More than the limit.
    #[error("larger than {limit} bytes")]
    TooLarge {
        /// The limit that was asked for, in bytes.
        limit: u64,
    },
    /// The host refuses, or redirects without end.
    #[error("the host answers with HTTP {status}")]
    Refused {
        /// The HTTP status.
        status: u16,
    },
    /// The bytes are of no type that is shown.
    #[error("neither a video nor an image of a known type")]
    WrongType,
    /// No (complete) answer.
    #[error("{cause}")]
    Unreachable {
        /// What happened, shortened.
        cause: String,
    },
    /// The file could not be written here.
    #[error("the file cannot be kept: {cause}")]
    Disk {
        /// What the system said.
        cause: String,
    },
}

/// The downloads cannot be set up.
#[derive(Debug, Error)]
pub enum BadMedia {
    /// The folder cannot be made or read.
    #[error("the folder for media {dir}: {source}", dir = dir.display())]
    Folder {
        /// The folder.
        dir: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// No TLS or the like.
    #[error("the HTTP client cannot be built: {0}")]
    Http(#[source] reqwest::Error),
}

/// Fetches media files, each once.
#[derive(Debug)]
pub struct Media {
    downloader: Downloader,
    cache: Cache,
}

impl Media {
    /// Makes and cleans the folder; nothing is sent.
    ///
    /// # Errors
    /// [`BadMedia`], of the folder or of TLS.
    pub fn new(config: &MediaConfig) -> Result<Self, BadMedia> {
        let guard = if config.allow_private_hosts {
            Guard::open()
        } else {
            Guard::public()
        };
        Self::with(config, guard, Timeouts::default())
    }

    /// [`Media::new`] with another guard (`allow_private_hosts` is not looked
    /// at) and other timeouts.
    ///
    /// # Errors
    /// As [`Media::new`].
    pub fn with(config: &MediaConfig, guard: Guard, timeouts: Timeouts) -> Result<Self, BadMedia> {
        file::prepare(&config.dir).map_err(|source| BadMedia::Folder {
            dir: config.dir.clone(),
            source,
        })?;
        let downloader = Downloader::new(config, guard, timeouts).map_err(BadMedia::Http)?;
        Ok(Self {
            downloader,
            cache: Cache::default(),
        })
    }

    /// The file behind `url`, of at most `limit` bytes (and never more than 25
    /// MiB), downloaded unless it was a moment ago. It is deleted from disk once nobody holds it.
    ///
    /// # Errors
    /// [`MediaError`]; a failure is remembered for half a minute, so that the
    /// watches of one task do not all wait for the same dead host.
    pub async fn fetch(
        &self,
        url: &str,
        kind: MediaKind,
        limit: u64,
    ) -> Result<Arc<MediaFile>, MediaError> {
        let limit = limit.min(SIZE_MAX);
        let slot = self.cache.slot(url, kind, Instant::now());
        // Held while downloading: equal fetches wait here. A cancelled one lets
        // go of it, and the next in line downloads.
        let mut known = slot.lock().await;
        if let Some(result) = known.answer(limit, Instant::now()) {
            return result;
        }
        let result = self.downloader.download(url, kind, limit).await;
        let result = result.map(Arc::new);
        measure(&result);
        known.learn(&result, Instant::now());
        drop(known);
        drop(slot);
        self.cache.trim();
        result
    }
}

fn measure(result: &Result<Arc<MediaFile>, MediaError>) {
    let (outcome, bytes) = match result {
        Ok(file) => ("fetched", file.size),
        Err(MediaError::BadLink | MediaError::Forbidden { .. }) => ("forbidden", 0),
        Err(MediaError::TooLarge { .. }) => ("too_large", 0),
        Err(MediaError::Refused { .. }) => ("refused", 0),
        Err(MediaError::WrongType) => ("wrong_type", 0),
        Err(MediaError::Unreachable { .. }) => ("unreachable", 0),
        Err(MediaError::Disk { .. }) => ("disk", 0),
    };
    metrics::download(outcome, bytes);
}
