//! The HTTP exchange of one query, with bounds on size and time. The API key is sent to
//! the gateway and nowhere else, and is cut out of replies.

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
use super::redact::without_key;
use super::wire::text::{self, CAUSE_MAX};
use super::wire::{self, Question, Reading};
use crate::domain::query::{InvalidReply, QueryError};
use crate::domain::secret::Secret;
use crate::domain::task::TaskId;
use crate::domain::time::Timestamp;

/// The bound on a reply's body without videos, in bytes after decompression: 256 KiB.
pub const BODY_MAX: usize = 256 * 1024;
/// The bound on the base64 of videos in a reply: 32 MiB.
pub(super) const VIDEO_MAX: usize = 32 * 1024 * 1024;
/// The factor by which a reply that holds a video may take longer than others.
const VIDEO_TIMES: u32 = 15;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The settings of the client.
#[derive(Clone, Debug)]
pub struct ClientConfig {
    /// The gateway's name, for the log and the metrics.
    pub name: String,
    /// The gateway's address; a path in it is kept as a prefix.
    pub origin: Url,
    /// The path of the query, with `{id}` in place of the task id.
    pub path: String,
    /// The API key; empty if the gateway wants none.
    pub key: Secret,
    /// The value of `X-Forwarded-Host`, if it is sent.
    pub forwarded_host: Option<String>,
    /// The bound on a `Retry-After`: ten times `POLL_MAX`.
    pub longest_pause: Duration,
}

/// The error of a configuration from which no client can be built.
#[derive(Debug, Error)]
pub enum BadClient {
    /// The address or the path cannot be used.
    #[error(transparent)]
    Endpoint(#[from] BadEndpoint),
    /// The key holds characters that no header can carry.
    #[error("the API key holds characters that cannot be sent")]
    Key,
    /// The forwarded host holds characters that no header can carry.
    #[error("the forwarded host holds characters that cannot be sent")]
    ForwardedHost,
    /// The HTTP client cannot be built, for example without TLS.
    #[error("the HTTP client cannot be built: {0}")]
    Http(#[source] reqwest::Error),
}

/// A reply as it came, which the command line can show to the operator.
#[derive(Clone, Debug)]
pub struct RawReply {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, decompressed, without the key and without the base64 of videos.
    pub body: Vec<u8>,
    /// The question that the reply answers.
    pub question: Question,
}

pub(super) struct Transport {
    http: reqwest::Client,
    endpoint: Endpoint,
    gateway: Url,
    key: Secret,
    /// The bound on a query, from the start of the request to the last byte of the reply.
    whole: Duration,
}

impl Transport {
    /// Builds the transport after checking its configuration. Sends nothing. `whole` bounds
    /// a query from the start of the request to the last byte of the reply.
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
            // A redirect would send the key to another address. (A proxy named in the
            // environment only passes it on.)
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

    /// Sends the query and returns the reply before its body, which must end within `whole`.
    pub(super) async fn open(&self, id: &TaskId, whole: Duration) -> Result<Response, QueryError> {
        let url = self.endpoint.url(id).map_err(|error| QueryError::Invalid {
            what: InvalidReply::WrongPath,
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
                    let what = InvalidReply::TooLarge;
                    return Err(QueryError::Invalid { what, cause });
                }
            }
        }
        Ok(RawReply {
            status: response.status().as_u16(),
            headers: std::mem::take(response.headers_mut()),
            body: without_key(self.key.expose(), body),
            question: Question {
                id: id.clone(),
                gateway: self.gateway.clone(),
            },
        })
    }
}

impl RawReply {
    /// Decodes the reply. Fails as [`wire::read`] does.
    pub fn read(&self) -> Result<Reading, QueryError> {
        wire::read(self.status, &self.body, &self.question)
    }

    pub(super) fn retry_after(&self, now: Timestamp) -> Option<Duration> {
        retry_after(&self.headers, now)
    }
}

/// Returns the wait that a `Retry-After` header asks for: whole seconds, or the time from
/// `now` to an HTTP date. Returns `None` for anything else and for a wait of zero.
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

/// Returns the value of the header with the API key; `None` if no header can carry it.
#[must_use]
pub fn bearer(key: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::try_from(format!("Bearer {key}")).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// Returns the value of the header with the forwarded host; `None` if the text is not a host,
/// with or without a port.
#[must_use]
pub fn forwarded_host(host: &str) -> Option<HeaderValue> {
    // A URL has more parts than a host, and its parser corrects some mistakes.
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
    let url = Url::parse(&format!("http://{host}")).ok()?;
    let whole = host.chars().all(plain) && url.has_host() && !host.ends_with(':');
    whole.then(|| HeaderValue::try_from(host).ok())?
}

/// Returns the error for a query without an answer, with a short text of its cause.
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

/// Returns the last error in a chain of sources. reqwest's own text says only "error sending
/// request" and names the URL; the root names no URL, and so no task id or key.
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
