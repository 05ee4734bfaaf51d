//! One download: hop by hop, chunk by chunk, to a file.

use std::path::PathBuf;
use std::sync::Arc;

use reqwest::Response;
use reqwest::header::LOCATION;
use tokio::fs::File;
use tokio::io::AsyncWriteExt as _;
use url::Url;

use super::book::LinkKey;
use super::error::MediaError;
use super::file::{HEAD, MediaFile, MediaKind, file_type};
use super::guard::{AddressGuard, NoPublicAddress, forbidden};
use super::limits::FetchLimits;
use super::own::OwnOrigin;
use crate::provider::transport::root_cause;
use crate::provider::wire::text::{self, CAUSE_MAX};

/// How many redirects are followed, each checked like the link itself.
const REDIRECTS_MAX: usize = 3;

pub(super) struct Downloader {
    http: reqwest::Client,
    own: Option<OwnOrigin>,
    pub(super) guard: AddressGuard,
    dir: PathBuf,
    pub(super) limits: FetchLimits,
}

impl Downloader {
    pub(super) fn new(
        dir: PathBuf,
        guard: AddressGuard,
        limits: FetchLimits,
        own: Option<OwnOrigin>,
    ) -> Result<Self, reqwest::Error> {
        let http = limits.client().dns_resolver(Arc::new(guard.clone()));
        Ok(Self {
            http: http.build()?,
            own,
            guard,
            dir,
            limits,
        })
    }

    /// Returns whether the operator named the origin that a link leads to.
    pub(super) fn is_own(&self, url: &Url) -> bool {
        self.own.as_ref().is_some_and(|own| own.has(url))
    }

    /// Downloads what a link leads to; the gateway's own as the operator, where a
    /// stranger is refused.
    pub(super) async fn download(&self, key: &LinkKey) -> Result<MediaFile, MediaError> {
        let result = self.download_as(key, None).await;
        let Some(own) = self.own.as_ref().filter(|own| own.has(&key.url)) else {
            return result;
        };
        match result {
            Err(MediaError::Forbidden { .. } | MediaError::Refused(401 | 403)) => {
                let result = self.download_as(key, Some(own)).await;
                result.map_err(|error| MediaError::AsOperator(Box::new(error)))
            }
            result => result,
        }
    }

    async fn download_as(
        &self,
        key: &LinkKey,
        own: Option<&OwnOrigin>,
    ) -> Result<MediaFile, MediaError> {
        let steps = async {
            let reply = self.follow(key.url.clone(), own).await?;
            self.store(reply, key.kind, own.is_some()).await
        };
        let result = tokio::time::timeout(self.limits.total, steps).await;
        result.unwrap_or_else(|late| Err(unreachable_because(&late)))
    }

    /// Asks for a link and follows its redirects.
    async fn follow(
        &self,
        mut url: Url,
        mut own: Option<&OwnOrigin>,
    ) -> Result<Response, MediaError> {
        let mut redirects = 0;
        loop {
            // Once a redirect leaves the gateway, the key is left behind for good.
            own = own.filter(|own| own.has(&url));
            let request = match own {
                Some(own) => own.get(url.clone()),
                None => {
                    self.guard.check(&url)?;
                    self.http.get(url.clone())
                }
            };
            let sent = request.send().await;
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
    async fn store(
        &self,
        mut reply: Response,
        kind: MediaKind,
        as_operator: bool,
    ) -> Result<MediaFile, MediaError> {
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
            as_operator,
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
    if let Some(NoPublicAddress(kind)) = root.downcast_ref() {
        forbidden(url, kind)
    } else {
        unreachable_because(root)
    }
}
