//! One query on the wire: request and reply under caps and deadlines, and the
//! API key, which leaves this file only towards the provider.

use std::error::Error;
use std::time::{Duration, UNIX_EPOCH};

use reqwest::header::{
    ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER,
};
use reqwest::{Response, redirect};
use thiserror::Error;
use tokio::time::{Instant, timeout, timeout_at};
use url::Url;

use super::endpoint::{BadEndpoint, Endpoint};
use super::inline::Sieve;
use super::wire::text::{self, CAUSE_MAX};
use super::wire::{self, Question, Reading};
use crate::domain::query::{Nonsense, QueryError};
use crate::domain::secret::Secret;
use crate::domain::task::TaskId;
use crate::domain::time::Timestamp;

/// The largest body that is kept, in bytes after decompression: 256 KiB.
pub const BODY_MAX: usize = 256 * 1024;
/// The largest that is read where it holds the video itself: 32 MiB.
pub(super) const VIDEO_MAX: usize = 32 * 1024 * 1024;
/// A reply that holds a video may take so many times as long as others.
const VIDEO_TIMES: u32 = 15;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The settings of the client.
#[derive(Clone, Debug)]
pub struct ClientConfig {
    /// The gateway's name, for the log and the metrics.
    pub name: String,
    /// A path in it is kept as a prefix.
    pub origin: Url,
    /// The path of the query, with `{id}` where the task id goes.
    pub path: String,
    /// Empty where the gateway wants none.
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
    /// The forwarded host is no header value.
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
    /// Its headers.
    pub headers: HeaderMap,
    /// The body, decompressed, without the key and without the base64 of videos.
    pub body: Vec<u8>,
    /// The answer.
    pub question: Question,
}

pub(super) struct Transport {
    http: reqwest::Client,
    endpoint: Endpoint,
    gateway: Url,
    key: Secret,
    /// The limit for a query from its first to its last byte.
    whole: Duration,
}

impl Transport {
    /// Checks the configuration; nothing is sent. `whole` limits a query from
    /// its first to its last byte.
    pub(super) fn new(config: &ClientConfig, whole: Duration) -> Result<Self, BadClient> {
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
        let http = reqwest::Client::builder()
            .user_agent(concat!("videostatus/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers)
            // The key goes to this endpoint and nowhere else. (A proxy named in
            // the environment only passes it on.)
            .redirect(redirect::Policy::none())
            .referer(false)
            .connect_timeout(CONNECT_TIMEOUT)
            .build()
            .map_err(BadClient::Http)?;
        Ok(Self {
            http,
            endpoint: Endpoint::new(&config.origin, &config.path)?,
            gateway: config.origin.clone(),
            key: config.key.clone(),
            whole,
        })
    }

    /// Sends the query; the reply's body is still to come, and ends within `whole`.
    pub(super) async fn open(&self, id: &TaskId, whole: Duration) -> Result<Response, QueryError> {
        let url = self.endpoint.url(id).map_err(|error| QueryError::Invalid {
            what: Nonsense::WrongPath,
            cause: format!("the query's address: {error}"),
        })?;
        let request = self.http.get(url).timeout(whole);
        request.send().await.map_err(|error| unavailable(&error))
    }

    pub(super) async fn ask(&self, id: &TaskId) -> Result<RawReply, QueryError> {
        let late = |_| QueryError::NoAnswer {
            cause: "no answer in time".to_owned(),
        };
        let begun = Instant::now();
        let opened = timeout(self.whole, self.open(id, self.whole * VIDEO_TIMES)).await;
        let mut response = opened.map_err(late)??;
        let (mut body, mut sieve) = (Vec::new(), Sieve::default());
        loop {
            let times = if sieve.dropped > 0 { VIDEO_TIMES } else { 1 };
            let chunk = timeout_at(begun + self.whole * times, response.chunk()).await;
            let chunk = chunk.map_err(late)?.map_err(|error| unavailable(&error))?;
            let Some(chunk) = chunk else { break };
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
        let quotes = |part: &[u8]| part == key.as_bytes();
        if key.len() < SECRET_FROM || !body.windows(key.len()).any(quotes) {
            return body;
        }
        String::from_utf8_lossy(&body)
            .replace(key, "…")
            .into_bytes()
    }
}

impl RawReply {
    /// Understands the reply; fails as [`wire::read`].
    pub fn read(&self) -> Result<Reading, QueryError> {
        wire::read(self.status, &self.body, &self.question)
    }

    pub(super) fn retry_after(&self, now: Timestamp) -> Option<Duration> {
        retry_after(&self.headers, now)
    }
}

/// The wait that a `Retry-After` header asks for: whole seconds, or an HTTP date seen
/// from `now`. `None` for anything else and for no wait at all.
///
/// Source: RFC 9110, section 10.2.3.
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = match value.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let until = httpdate::parse_http_date(value).ok()?;
            let until = until.duration_since(UNIX_EPOCH).ok()?;
            Timestamp(0).plus(until).since(now)
        }
    };
    (!wait.is_zero()).then_some(wait)
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

/// Names what kept the answer away, in a few words.
fn unavailable(error: &reqwest::Error) -> QueryError {
    let what = if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the answer broke off"
    };
    let cause = text::line(&format!("{what}: {}", root_cause(error)), CAUSE_MAX);
    if error.is_timeout() && !error.is_connect() {
        QueryError::NoAnswer { cause }
    } else {
        QueryError::Unavailable { cause }
    }
}

/// The last link of a chain of sources: reqwest's own texts say no more than "error
/// sending request". It names no URL, and so no task id or key.
pub(super) fn root_cause<'a>(error: &'a (dyn Error + 'static)) -> &'a (dyn Error + 'static) {
    let mut root = error;
    while let Some(source) = root.source() {
        root = source;
    }
    root
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_dates_are_read_and_the_rest_is_not() {
        // Sun, 06 Nov 1994 08:49:37 GMT, the RFC's example.
        let now = Timestamp(784_111_777_000 - 90_000);
        for (value, seconds) in [
            ("45", Some(45)),
            (" 1 ", Some(1)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(90)),
            ("Sunday, 06-Nov-94 08:49:37 GMT", Some(90)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", None),
            ("0", None),
            ("-5", None),
            ("1.5", None),
            ("soon", None),
            ("", None),
            ("99999999999999999999999", None),
        ] {
            let value = HeaderValue::from_static(value);
            let headers = HeaderMap::from_iter([(RETRY_AFTER, value)]);
            let wait = retry_after(&headers, now);
            assert_eq!(wait, seconds.map(Duration::from_secs), "{headers:?}");
        }
    }
}
