//! One query on the wire: request and reply under caps and deadlines, and the
//! API key, which leaves this file only towards the provider.

use std::time::Duration;

use reqwest::header::{
    ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER,
};
use reqwest::redirect;
use thiserror::Error;
use url::Url;

use super::cause;
use super::endpoint::{BadEndpoint, Endpoint};
use super::inline::Sieve;
use super::retry_after;
use super::wire::text::{self, CAUSE_MAX};
use super::wire::{self, Question, Reading};
use crate::domain::query::{Nonsense, QueryError};
use crate::domain::secret::Secret;
use crate::domain::task::TaskId;
use crate::domain::time::Timestamp;

/// The largest body that is kept, in bytes after decompression: 256 KiB.
pub const BODY_MAX: usize = 256 * 1024;
/// The largest that is read where it holds the video itself: 32 MiB.
const VIDEO_MAX: usize = 32 * 1024 * 1024;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// What the client has to know.
#[derive(Clone, Debug)]
pub struct ClientConfig {
    /// `VIDEO_API_URL`; a path in it is kept as a prefix.
    pub origin: Url,
    /// `VIDEO_QUERY_PATH`, with `{id}` where the task id goes.
    pub path: String,
    /// `VIDEO_API_KEY`; empty where the gateway wants none.
    pub key: Secret,
    /// Sent as `X-Forwarded-Host` where set.
    pub forwarded_host: Option<String>,
    /// The longest `Retry-After` that is believed: ten times `POLL_MAX`.
    pub longest_pause: Duration,
}

/// The configuration makes no client.
#[derive(Debug, Error)]
pub enum BadClient {
    /// The address or the path.
    #[error(transparent)]
    Endpoint(#[from] BadEndpoint),
    /// The key holds characters that no header can carry.
    #[error("the API key holds characters that cannot be sent")]
    Key,
    /// The same of the forwarded host.
    #[error("the forwarded host holds characters that cannot be sent")]
    ForwardedHost,
    /// No TLS or the like.
    #[error("the HTTP client cannot be built: {0}")]
    Http(#[source] reqwest::Error),
}

/// A reply as it came, for the operator's eyes.
#[derive(Clone, Debug)]
pub struct RawReply {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, decompressed, without the key and without the base64 of videos.
    pub body: Vec<u8>,
    /// What it answers.
    pub question: Question,
}

/// Sends queries; pools connections.
#[derive(Debug)]
pub(super) struct Transport {
    http: reqwest::Client,
    endpoint: Endpoint,
    gateway: Url,
    key: Secret,
}

impl Transport {
    /// Checks the configuration; nothing is sent. `whole` limits a query from
    /// its first to its last byte.
    pub(super) fn new(config: &ClientConfig, whole: Duration) -> Result<Self, BadClient> {
        let http = reqwest::Client::builder()
            .user_agent(concat!("videostatus/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers(config)?)
            // The key goes to this endpoint and nowhere else. (A proxy named in
            // the environment only passes it on.)
            .redirect(redirect::Policy::none())
            .referer(false)
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(whole)
            .build()
            .map_err(BadClient::Http)?;
        Ok(Self {
            http,
            endpoint: Endpoint::new(&config.origin, &config.path)?,
            gateway: config.origin.clone(),
            key: config.key.clone(),
        })
    }

    /// Asks for a task and reads the reply.
    pub(super) async fn ask(&self, id: &TaskId) -> Result<RawReply, QueryError> {
        let url = self.endpoint.url(id).map_err(|error| QueryError::Invalid {
            what: Nonsense::WrongPath,
            cause: format!("the query's address: {error}"),
        })?;
        let sent = self.http.get(url).send().await;
        let mut response = sent.map_err(|error| unavailable(&error))?;
        let (mut body, mut sieve) = (Vec::new(), Sieve::default());
        while let Some(chunk) = response.chunk().await.map_err(|e| unavailable(&e))? {
            sieve.push(&chunk, &mut body);
            for (size, max) in [(body.len(), BODY_MAX), (sieve.dropped, VIDEO_MAX)] {
                if size > max {
                    let cause = format!("a body of more than {max} bytes");
                    let what = Nonsense::TooLarge;
                    return Err(QueryError::Invalid { what, cause });
                }
            }
        }
        Ok(RawReply {
            status: response.status().as_u16(),
            headers: std::mem::take(response.headers_mut()),
            body: self.without_key(body),
            question: Question {
                id: id.clone(),
                gateway: self.gateway.clone(),
            },
        })
    }

    /// Gateways quote what they were sent; nobody downstream is to see the key.
    fn without_key(&self, body: Vec<u8>) -> Vec<u8> {
        // A shorter one is no secret, and ordinary words would hold it.
        const SECRET_FROM: usize = 12;
        let key = self.key.expose();
        if key.len() < SECRET_FROM || !contains(&body, key.as_bytes()) {
            return body;
        }
        String::from_utf8_lossy(&body)
            .replace(key, "…")
            .into_bytes()
    }
}

fn contains(body: &[u8], part: &[u8]) -> bool {
    body.windows(part.len()).any(|window| window == part)
}

impl RawReply {
    /// Understands the reply.
    ///
    /// # Errors
    /// As [`wire::read`].
    pub fn read(&self) -> Result<Reading, QueryError> {
        wire::read(self.status, &self.body, &self.question)
    }

    /// The wait that the reply asks for.
    pub(super) fn retry_after(&self, now: Timestamp) -> Option<Duration> {
        let value = self.headers.get(RETRY_AFTER)?.to_str().ok()?;
        retry_after::parse(value, now)
    }
}

fn headers(config: &ClientConfig) -> Result<HeaderMap, BadClient> {
    let json = HeaderValue::from_static("application/json");
    let mut headers = HeaderMap::from_iter([(ACCEPT, json.clone()), (CONTENT_TYPE, json)]);
    if !config.key.is_empty() {
        let value = bearer(config.key.expose()).ok_or(BadClient::Key)?;
        headers.insert(AUTHORIZATION, value);
    }
    if let Some(host) = &config.forwarded_host {
        let value = forwarded_host(host).ok_or(BadClient::ForwardedHost)?;
        headers.insert(HeaderName::from_static("x-forwarded-host"), value);
    }
    Ok(headers)
}

/// The header that carries the API key; `None` if no header can.
#[must_use]
pub fn bearer(key: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::try_from(format!("Bearer {key}")).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// The header that carries the forwarded host; `None` if no header can.
#[must_use]
pub fn forwarded_host(host: &str) -> Option<HeaderValue> {
    HeaderValue::try_from(host).ok()
}

/// What kept the answer away, in a few words.
fn unavailable(error: &reqwest::Error) -> QueryError {
    let what = if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the answer broke off"
    };
    QueryError::Unavailable {
        cause: text::line(&format!("{what}: {}", cause::root(error)), CAUSE_MAX),
    }
}
