//! One download: hop by hop, chunk by chunk, to a file.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::LOCATION;
use reqwest::{Response, redirect};
use tokio::fs::File;
use tokio::io::AsyncWriteExt as _;
use tokio::sync::Semaphore;
use url::Url;

use super::file::{self, FileType, MediaFile, MediaKind};
use super::guard::{Guard, NoPublicAddress, forbidden};
use super::{MediaConfig, MediaError};
use crate::provider::cause;
use crate::provider::wire::text::{self, CAUSE_MAX};

/// So many redirects are followed, each checked like the link itself.
const REDIRECTS_MAX: usize = 3;

/// How long the steps of a download may take.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// Until a connection stands, TLS included.
    pub connect: Duration,
    /// Between two chunks.
    pub idle: Duration,
    /// All of it, redirects included, from when its turn comes.
    pub total: Duration,
}

impl Default for Timeouts {
    /// 5 s, 15 s and 3 minutes: 25 MiB at 1.2 Mbit/s.
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            idle: Duration::from_secs(15),
            total: Duration::from_secs(180),
        }
    }
}

/// Downloads files, so many at a time.
#[derive(Debug)]
pub(super) struct Downloader {
    http: reqwest::Client,
    guard: Guard,
    turns: Semaphore,
    dir: PathBuf,
    total: Duration,
}

impl Downloader {
    pub(super) fn new(
        config: &MediaConfig,
        guard: Guard,
        timeouts: Timeouts,
    ) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder()
            .user_agent(concat!("videostatus/", env!("CARGO_PKG_VERSION")))
            .dns_resolver(Arc::new(guard.clone()))
            // A proxy would look names up itself.
            .no_proxy()
            .redirect(redirect::Policy::none())
            .referer(false)
            // The bytes as they are: nothing unpacks to more than was counted.
            .gzip(false)
            // HTTP/2 would buffer megabytes per download.
            .http1_only()
            // Hosts are asked once: an idle connection would outlive its check.
            .pool_max_idle_per_host(0)
            .connect_timeout(timeouts.connect)
            .read_timeout(timeouts.idle)
            .build()?;
        Ok(Self {
            http,
            guard,
            turns: Semaphore::new(config.parallel.clamp(1, Semaphore::MAX_PERMITS)),
            dir: config.dir.clone(),
            total: timeouts.total,
        })
    }

    /// Fetches `url` into a file of at most `limit` bytes.
    pub(super) async fn download(
        &self,
        url: &str,
        kind: MediaKind,
        limit: u64,
    ) -> Result<MediaFile, MediaError> {
        let url = Url::parse(url).map_err(|_| MediaError::BadLink)?;
        self.guard.check(&url)?;
        // Closed never; without a turn there is no download.
        let turn = self.turns.acquire().await;
        let _turn = turn.map_err(|error| unreachable_because(&error))?;
        let steps = async {
            let response = self.follow(url).await?;
            self.store(response, kind, limit).await
        };
        match tokio::time::timeout(self.total, steps).await {
            Ok(result) => result,
            Err(late) => Err(unreachable_because(&late)),
        }
    }

    /// Asks for a checked link and follows its redirects.
    async fn follow(&self, mut url: Url) -> Result<Response, MediaError> {
        let mut redirects = 0;
        loop {
            let sent = self.http.get(url.clone()).send().await;
            let response = sent.map_err(|error| failed(&error, &url))?;
            let status = response.status();
            if status.is_success() {
                return Ok(response);
            }
            let target = response.headers().get(LOCATION);
            let target = target.filter(|_| status.is_redirection() && redirects < REDIRECTS_MAX);
            let Some(target) = target.and_then(|target| target.to_str().ok()) else {
                let status = status.as_u16();
                return Err(MediaError::Refused { status });
            };
            url = url.join(target).map_err(|_| MediaError::BadLink)?;
            self.guard.check(&url)?;
            redirects += 1;
        }
    }

    async fn store(
        &self,
        mut response: Response,
        kind: MediaKind,
        limit: u64,
    ) -> Result<MediaFile, MediaError> {
        if response.content_length().is_some_and(|told| told > limit) {
            return Err(MediaError::TooLarge { limit });
        }
        let (file, path) = file::create(&self.dir).map_err(disk)?.into_parts();
        let mut file = File::from_std(file);
        let (mut size, mut head, mut found) = (0u64, Vec::new(), None);
        let url = response.url().clone();
        while let Some(chunk) = response.chunk().await.map_err(|e| failed(&e, &url))? {
            size = size.saturating_add(chunk.len() as u64);
            if size > limit {
                return Err(MediaError::TooLarge { limit });
            }
            if found.is_none() {
                head.extend(chunk.iter().take(FileType::HEAD - head.len()));
                found = FileType::of(&head, kind);
                if found.is_none() && head.len() == FileType::HEAD {
                    return Err(MediaError::WrongType);
                }
            }
            file.write_all(&chunk).await.map_err(disk)?;
        }
        file.flush().await.map_err(disk)?;
        let found = found.ok_or(MediaError::WrongType)?;
        Ok(MediaFile {
            path,
            size,
            name: found.name(kind),
            mime: found.mime,
        })
    }
}

fn disk(error: std::io::Error) -> MediaError {
    MediaError::Disk {
        cause: error.to_string(),
    }
}

fn unreachable_because(error: &dyn std::error::Error) -> MediaError {
    MediaError::Unreachable {
        cause: text::line(&error.to_string(), CAUSE_MAX),
    }
}

/// A request that failed: refused by the guard inside the connector, or really.
fn failed(error: &reqwest::Error, url: &Url) -> MediaError {
    let root = cause::root(error);
    if root.is::<NoPublicAddress>() {
        forbidden(url)
    } else {
        unreachable_because(root)
    }
}
