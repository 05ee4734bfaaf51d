//! One download: hop by hop, chunk by chunk, to a file.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::LOCATION;
use reqwest::{Response, redirect};
use tokio::fs::File;
use tokio::io::AsyncWriteExt as _;
use url::Url;

use super::book::LinkKey;
use super::error::MediaError;
use super::file::{HEAD, MediaFile, MediaKind, file_type};
use super::guard::{AddressGuard, NoPublicAddress, forbidden};
use super::limits::FetchLimits;
use crate::provider::transport::root_cause;
use crate::provider::wire::text::{self, CAUSE_MAX};

/// How many redirects are followed, each checked like the link itself.
const REDIRECTS_MAX: usize = 3;

/// How long a connection may take until it stands, TLS included.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

pub(super) struct Downloader {
    http: reqwest::Client,
    pub(super) guard: AddressGuard,
    dir: PathBuf,
    pub(super) limits: FetchLimits,
}

impl Downloader {
    pub(super) fn new(
        dir: PathBuf,
        guard: AddressGuard,
        limits: FetchLimits,
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
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(limits.idle)
            .build()?;
        Ok(Self {
            http,
            guard,
            dir,
            limits,
        })
    }

    pub(super) async fn download(&self, key: &LinkKey) -> Result<MediaFile, MediaError> {
        let steps = async {
            let reply = self.follow(key.url.clone()).await?;
            self.store(reply, key.kind).await
        };
        let result = tokio::time::timeout(self.limits.total, steps).await;
        result.unwrap_or_else(|late| Err(unreachable_because(&late)))
    }

    /// Asks for a link and follows its redirects.
    async fn follow(&self, mut url: Url) -> Result<Response, MediaError> {
        let mut redirects = 0;
        loop {
            self.guard.check(&url)?;
            let sent = self.http.get(url.clone()).send().await;
            let reply = sent.map_err(|error| failed(&error, &url))?;
            let status = reply.status();
            if status.is_success() {
                return Ok(reply);
            }
            let target = reply.headers().get(LOCATION);
            let target = target.filter(|_| status.is_redirection() && redirects < REDIRECTS_MAX);
            let target = target.and_then(|target| target.to_str().ok());
            let target = target.ok_or(MediaError::Refused(status.as_u16()))?;
            url = url.join(target).map_err(|_| MediaError::BadLink)?;
            redirects += 1;
        }
    }

    /// Writes a reply to a file without a name.
    async fn store(&self, mut reply: Response, kind: MediaKind) -> Result<MediaFile, MediaError> {
        let limit = self.limits.size;
        if reply.content_length().is_some_and(|told| told > limit) {
            return Err(MediaError::TooLarge(limit));
        }
        let mut file = File::from_std(tempfile::tempfile_in(&self.dir).map_err(disk)?);
        let (mut size, mut head, mut found) = (0u64, Vec::new(), None);
        let url = reply.url().clone();
        while let Some(chunk) = reply.chunk().await.map_err(|e| failed(&e, &url))? {
            size = size.saturating_add(chunk.len() as u64);
            if size > limit {
                return Err(MediaError::TooLarge(limit));
            }
            if found.is_none() {
                head.extend(chunk.iter().take(HEAD - head.len()));
                found = file_type(&head, kind);
                if found.is_none() && head.len() == HEAD {
                    return Err(MediaError::WrongType);
                }
            }
            file.write_all(&chunk).await.map_err(disk)?;
        }
        file.flush().await.map_err(disk)?;
        let (name, mime) = found.ok_or(MediaError::WrongType)?;
        Ok(MediaFile {
            file: Arc::new(file.into_std().await),
            size,
            name,
            mime,
        })
    }
}

fn disk(error: std::io::Error) -> MediaError {
    MediaError::Disk(error.to_string())
}

fn unreachable_because(error: &dyn std::error::Error) -> MediaError {
    MediaError::Unreachable(text::line(&error.to_string(), CAUSE_MAX))
}

/// A request that failed: refused by the guard inside the connector, or really.
fn failed(error: &reqwest::Error, url: &Url) -> MediaError {
    let root = root_cause(error);
    if root.is::<NoPublicAddress>() {
        forbidden(url)
    } else {
        unreachable_because(root)
    }
}
