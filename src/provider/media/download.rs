//! One download: the redirects of a link, and the reply's chunks, written to a file.

use std::path::PathBuf;
use std::sync::Arc;

use reqwest::header::{CONTENT_RANGE, LOCATION};
use reqwest::{Response, StatusCode};
use tokio::time::timeout;
use url::Url;

use super::decoder::Decoder;
use super::error::MediaError;
use super::file::{MediaFile, MediaKind};
use super::guard::{AddressGuard, NoPublicAddress, forbidden};
use super::limits::FetchLimits;
use super::new_file::NewFile;
use super::own::OwnOrigin;
use super::source::{FileKey, Source};
use crate::domain::task::TaskId;
use crate::provider::transport::{BODY_MAX, VIDEO_MAX, root_cause};
use crate::provider::wire::text::{self, CAUSE_MAX};

/// The bound on redirects. Each one is checked like the link itself.
const REDIRECTS_MAX: usize = 3;

pub(super) struct Downloader {
    http: reqwest::Client,
    own: Vec<OwnOrigin>,
    pub(super) guard: AddressGuard,
    dir: PathBuf,
    pub(super) limits: FetchLimits,
}

impl Downloader {
    pub(super) fn new(
        dir: PathBuf,
        guard: AddressGuard,
        limits: FetchLimits,
        own: Vec<OwnOrigin>,
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

    /// Returns the position of the gateway with this name among all gateways.
    pub(super) fn place(&self, gateway: Option<&str>) -> Option<usize> {
        let gateway = gateway?;
        self.own.iter().position(|own| own.gateway == gateway)
    }

    /// Returns the source for a link that `gateway` gave. Only a link to that gateway's own
    /// origin may be fetched with its key; a link to another gateway's origin is like any
    /// other link.
    pub(super) fn source(&self, url: Url, gateway: Option<&str>) -> Source {
        match self
            .place(gateway)
            .filter(|place| self.own[*place].has(&url))
        {
            Some(place) => Source::Own(url, place),
            None => Source::Link(url),
        }
    }

    /// Downloads a file.
    pub(super) async fn download(&self, key: &FileKey) -> Result<MediaFile, MediaError> {
        match &key.source {
            Source::Link(url) => self.download_as(url, key.kind, None).await,
            Source::Own(url, place) => self.download_own(url, key.kind, &self.own[*place]).await,
            Source::Reply(id, place) => self.within(self.decode_reply(id, &self.own[*place])).await,
        }
    }

    /// Downloads from a gateway's own origin, first without the key. If that is forbidden or
    /// refused, it downloads as the operator, that is with the key and from any address.
    async fn download_own(
        &self,
        url: &Url,
        kind: MediaKind,
        own: &OwnOrigin,
    ) -> Result<MediaFile, MediaError> {
        match self.download_as(url, kind, None).await {
            Err(MediaError::Forbidden { .. } | MediaError::Refused(401 | 403)) => {
                let result = self.download_as(url, kind, Some(own)).await;
                result.map_err(|error| MediaError::AsOperator(Box::new(error)))
            }
            result => result,
        }
    }

    async fn download_as(
        &self,
        url: &Url,
        kind: MediaKind,
        own: Option<&OwnOrigin>,
    ) -> Result<MediaFile, MediaError> {
        let steps = async {
            let reply = self.follow(url.clone(), own).await?;
            self.store(reply, kind, own.is_some()).await
        };
        self.within(steps).await
    }

    /// Bounds the time of a try.
    async fn within(
        &self,
        steps: impl Future<Output = Result<MediaFile, MediaError>>,
    ) -> Result<MediaFile, MediaError> {
        let result = timeout(self.limits.total, steps).await;
        result.unwrap_or_else(|late| Err(unreachable_because(&late)))
    }

    /// Asks about a task once more and decodes the video in the reply as it arrives. The rest
    /// of the reply after the video is not read.
    async fn decode_reply(&self, id: &TaskId, own: &OwnOrigin) -> Result<MediaFile, MediaError> {
        let client = own.client.as_ref().ok_or(MediaError::BadLink)?;
        let idle = self.limits.idle;
        // A silent gateway would keep all its other replies waiting.
        let opened = timeout(idle, client.open(id, self.limits.total)).await;
        let opened = opened.map_err(|late| unreachable_because(&late))?;
        let mut reply = opened.map_err(|error| unreachable_because(&error))?;
        if !reply.status().is_success() {
            return Err(MediaError::Refused(reply.status().as_u16()));
        }
        let mut file = NewFile::create(&self.dir, MediaKind::Video, self.limits.size)?;
        let (mut decoder, mut read, mut video) = (Decoder::default(), 0, Vec::new());
        while !decoder.is_done() {
            let chunk = timeout(idle, reply.chunk()).await;
            let chunk = chunk.map_err(|late| unreachable_because(&late))?;
            let chunk = chunk.map_err(|error| unreachable_because(root_cause(&error)))?;
            let chunk = chunk.ok_or(MediaError::WrongType)?;
            read += chunk.len();
            if read > VIDEO_MAX + BODY_MAX {
                return Err(MediaError::TooLarge(VIDEO_MAX as u64));
            }
            decoder.push(&chunk, &mut video);
            file.write(&video).await?;
            video.clear();
        }
        file.finish(true).await
    }

    /// Asks for a link and follows its redirects.
    async fn follow(
        &self,
        mut url: Url,
        mut own: Option<&OwnOrigin>,
    ) -> Result<Response, MediaError> {
        let mut redirects = 0;
        loop {
            // After a redirect has left the gateway's origin, the key is never sent again.
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
            if status.is_success() && !is_partial(&reply) {
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
        let mut file = NewFile::create(&self.dir, kind, limit)?;
        let url = reply.url().clone();
        while let Some(chunk) = reply.chunk().await.map_err(|e| failed(&e, &url))? {
            file.write(&chunk).await?;
        }
        file.finish(as_operator).await
    }
}

/// Returns whether a reply holds only a part of the file, although no range was asked for.
fn is_partial(reply: &Response) -> bool {
    let range = reply.headers().get(CONTENT_RANGE);
    let is_whole = || {
        let range = range?.to_str().ok()?.trim().strip_prefix("bytes 0-")?;
        let (last, size) = range.split_once('/')?;
        Some(last.parse::<u64>().ok()?.checked_add(1)? == size.parse::<u64>().ok()?)
    };
    reply.status() == StatusCode::PARTIAL_CONTENT && is_whole() != Some(true)
}

fn unreachable_because(error: &dyn std::error::Error) -> MediaError {
    MediaError::Unreachable(text::line(&error.to_string(), CAUSE_MAX))
}

/// Returns the error of a failed request, which the guard may have refused within the
/// connector.
fn failed(error: &reqwest::Error, url: &Url) -> MediaError {
    let root = root_cause(error);
    if let Some(NoPublicAddress(kind)) = root.downcast_ref() {
        forbidden(url, kind)
    } else {
        unreachable_because(root)
    }
}
