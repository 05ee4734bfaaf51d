//! The client of Discord's REST API: one request, one typed result.
//!
//! The client never sleeps on a limit that Discord has announced: a request to a spent bucket
//! fails at once with the time to wait, before it costs a request. The courier then postpones
//! the message and serves others meanwhile. Only the client's own limiter of requests per second
//! delays a request.
//!
//! Source: <https://discord.com/developers/docs/topics/rate-limits>

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::multipart::{Form, Part};
use reqwest::{RequestBuilder, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serenity::model::id::GenericId;
use thiserror::Error;

use super::error::reaction;
use super::invalid_requests::{FIRST_PAUSE, InvalidRequests};
use super::route::{Bucket, Call, Route};
use super::token::{Acceptance, authorization};
use super::upload::Upload;
use crate::domain::discord::DiscordError;
use crate::domain::secret::Secret;
use crate::domain::time::millis;
use crate::metrics;
use crate::sync::lock;

/// Discord allows a bot 50 requests a second over all routes except those of interactions. 45
/// are used here, and the rest are left for serenity's own requests.
const REQUESTS_PER_SECOND: NonZeroU32 = NonZeroU32::MIN.saturating_add(44);

/// The timeout of a request without files.
const TIMEOUT: Duration = Duration::from_secs(15);
const UPLOAD_TIMEOUT: Duration = Duration::from_secs(60);

/// The longest reply that is read, in bytes. Discord's replies never come near it.
const REPLY_LIMIT: usize = 1024 * 1024;

/// The user agent of all requests, in the form that Discord asks for. A fork names itself in
/// `Cargo.toml`, or by `PROJECT_URL` in the build's environment.
///
/// Source: <https://discord.com/developers/docs/reference#user-agent>
const AGENT: &str = concat!(
    "DiscordBot (",
    env!("PROJECT_URL"),
    ", ",
    env!("CARGO_PKG_VERSION"),
    ")"
);

/// The reason why the client cannot be built.
#[derive(Debug, Error)]
pub enum RestSetupError {
    /// The token has characters that a header cannot hold.
    #[error("the bot token has characters that a token cannot have")]
    Token,
    /// The HTTP client cannot be built.
    #[error("the HTTP client cannot be built: {0}")]
    Client(#[from] reqwest::Error),
}

/// The body of a successful response.
#[derive(Debug)]
pub(crate) struct ResponseBody(Vec<u8>);

impl ResponseBody {
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, DiscordError> {
        serde_json::from_slice(&self.0)
            .map_err(|error| DiscordError::Unavailable(format!("a reply not understood: {error}")))
    }
}

/// The id of any of Discord's objects; its other fields are ignored.
#[derive(Deserialize)]
pub(super) struct Identified {
    pub(super) id: GenericId,
}

/// The client. Clones share its connections, limits and state.
#[derive(Clone)]
pub struct Rest(Arc<Inner>);

struct Inner {
    client: reqwest::Client,
    authorization: HeaderValue,
    /// The scheme, host and port that all requests go to.
    origin: String,
    global: DefaultDirectRateLimiter,
    /// The time at which each spent limit is over: that of a route, or the bot's own (`None`).
    paused_until: Mutex<HashMap<Option<(&'static str, Bucket)>, Instant>>,
    invalid_requests: Mutex<InvalidRequests>,
    acceptance: Acceptance,
}

impl Rest {
    /// Creates a client for `origin`, which is `https://discord.com`, or a stand-in or proxy of
    /// it. A slash at the end of `origin` is ignored.
    pub fn new(origin: &str, token: &Secret) -> Result<Self, RestSetupError> {
        let authorization = authorization(token.expose()).ok_or(RestSetupError::Token)?;
        let client = reqwest::Client::builder()
            .user_agent(AGENT)
            .connect_timeout(Duration::from_secs(5))
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self(Arc::new(Inner {
            client,
            authorization,
            origin: origin.trim_end_matches('/').to_owned(),
            global: RateLimiter::direct(Quota::per_second(REQUESTS_PER_SECOND)),
            paused_until: Mutex::default(),
            invalid_requests: Mutex::default(),
            acceptance: Acceptance::default(),
        })))
    }

    /// Returns whether Discord refuses the bot token after having accepted it.
    pub fn refuses_token(&self) -> bool {
        self.0.acceptance.is_refused()
    }

    pub(crate) fn origin(&self) -> &str {
        &self.0.origin
    }

    /// Sends `body`, if there is one, and returns the reply.
    pub(crate) async fn json(
        &self,
        route: Route<'_>,
        body: Option<&Value>,
    ) -> Result<ResponseBody, DiscordError> {
        self.send(route.call(), |request| match body {
            Some(body) => request.timeout(TIMEOUT).json(body),
            None => request.timeout(TIMEOUT),
        })
        .await
    }

    /// Sends `body` with `files` as `files[0]`, `files[1]`, …
    pub(super) async fn multipart(
        &self,
        route: Route<'_>,
        body: &Value,
        files: &[Upload<'_>],
    ) -> Result<ResponseBody, DiscordError> {
        let payload = Part::text(body.to_string())
            .mime_str("application/json")
            .map_err(broken)?;
        let mut form = Form::new().part("payload_json", payload);
        for (n, file) in files.iter().enumerate() {
            let part = file.part().map_err(broken)?;
            form = form.part(format!("files[{n}]"), part);
        }
        let fill = |request: RequestBuilder| request.timeout(UPLOAD_TIMEOUT).multipart(form);
        let reply = self.send(route.call(), fill).await?;
        metrics::uploaded(files.iter().map(Upload::size).sum());
        Ok(reply)
    }

    /// Sends the request that `fill` completes, unless its bucket is paused. The request's
    /// timeout begins only after the wait for the limiter.
    async fn send(
        &self,
        (method, name, path, bucket): Call,
        fill: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Result<ResponseBody, DiscordError> {
        if bucket != Bucket::Interaction {
            let invalid = lock(&self.0.invalid_requests).left(Instant::now());
            for (reason, wait) in [("guard", invalid), ("spent", self.pause(name, bucket))] {
                if let Some(wait) = wait {
                    metrics::discord_wait(reason, wait);
                    return Err(DiscordError::Wait(wait));
                }
            }
            self.0.global.until_ready().await;
        }
        let started = Instant::now();
        let url = format!("{}/api/v10{}", self.0.origin, path);
        let mut request = fill(self.0.client.request(method, url));
        // The token in an interaction's path is the right to use it.
        if bucket != Bucket::Interaction {
            request = request.header(AUTHORIZATION, &self.0.authorization);
        }
        let sent = request.send().await;
        let status = sent.as_ref().ok().map(|reply| reply.status().as_u16());
        metrics::discord_request(name, status, started.elapsed());
        let response = sent.map_err(broken)?;
        let status = response.status();
        let retry_after = header(&response, "retry-after");
        self.count_invalid(&response);
        if bucket != Bucket::Interaction {
            self.note(name, bucket, &response, retry_after);
        }
        let body = read(response).await?;
        let reply = match status.is_success() {
            true => Ok(ResponseBody(body)),
            false => Err(reaction(status.as_u16(), retry_after, &body)),
        };
        if bucket != Bucket::Interaction {
            self.0.acceptance.note(reply.as_ref().err());
        }
        if let Err(DiscordError::Wait(wait)) = reply {
            metrics::discord_wait("told", wait);
        }
        reply
    }

    /// Counts the replies that Discord counts towards its ban. 429s of scope `shared` do not
    /// count: the bot shares those limits with others.
    fn count_invalid(&self, response: &Response) {
        let scope = response.headers().get("x-ratelimit-scope");
        let shared = scope.is_some_and(|scope| scope == "shared");
        if !matches!(response.status().as_u16(), 401 | 403 | 429) || shared {
            return;
        }
        metrics::discord_invalid();
        let mut requests = lock(&self.0.invalid_requests);
        // Only the first pause of a series is logged.
        if requests.refused(Instant::now()) == Some(FIRST_PAUSE) {
            tracing::error!(
                refused = requests.total(),
                wait_ms = millis(FIRST_PAUSE),
                hint = "Discord bans an address that goes on like this: is the token still valid, \
                        and does the bot lack permissions? See the refusals before this line",
                "discord.guard_paused"
            );
        }
    }

    /// Returns how long the route, or the bot as a whole, is still paused.
    fn pause(&self, name: &'static str, bucket: Bucket) -> Option<Duration> {
        let paused = lock(&self.0.paused_until);
        let both = [Some((name, bucket)), None].into_iter();
        let until = both.filter_map(|limit| paused.get(&limit)).max()?;
        let left = until.saturating_duration_since(Instant::now());
        (!left.is_zero()).then_some(left)
    }

    /// Pauses the route, or the bot as a whole, if a reply says that its limit is spent.
    fn note(
        &self,
        name: &'static str,
        bucket: Bucket,
        response: &Response,
        retry_after: Option<f64>,
    ) {
        let spent = header(response, "x-ratelimit-remaining") == Some(0.0);
        let wait = match response.status().as_u16() {
            429 => retry_after,
            _ => header(response, "x-ratelimit-reset-after").filter(|_| spent),
        };
        let Some(seconds) = wait else { return };
        let global = response.headers().contains_key("x-ratelimit-global");
        let limit = (!global).then_some((name, bucket));
        let now = Instant::now();
        let mut paused = lock(&self.0.paused_until);
        paused.retain(|_, until| *until > now);
        // `header` returns only finite numbers that are not negative, so this cannot panic.
        paused.insert(limit, now + Duration::from_secs_f64(seconds.min(3600.0)));
    }
}

/// Turns a network failure into an error that names its root cause. The URL is left out, because
/// it may hold an interaction's token.
fn broken(error: reqwest::Error) -> DiscordError {
    let error = error.without_url();
    let mut root: &dyn std::error::Error = &error;
    while let Some(source) = root.source() {
        root = source;
    }
    let told = match root.to_string() {
        root if error.is_connect() => format!("no connection: {root}"),
        root if root == error.to_string() => root,
        root => format!("{error}: {root}"),
    };
    DiscordError::Unavailable(told)
}

/// Reads a header's number of seconds or requests. A value that is negative or not finite is
/// ignored.
fn header(response: &Response, name: &str) -> Option<f64> {
    let number: f64 = response.headers().get(name)?.to_str().ok()?.parse().ok()?;
    (number.is_finite() && number >= 0.0).then_some(number)
}

async fn read(mut response: Response) -> Result<Vec<u8>, DiscordError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(broken)? {
        if body.len() + chunk.len() > REPLY_LIMIT {
            return Err(DiscordError::Unavailable("an oversized reply".into()));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use sandbox::{Fault, Options, Sandbox};
    use serde_json::json;

    use super::super::invalid_requests::LIMIT;
    use super::super::route::InteractionToken;
    use super::*;

    /// Collects the log lines of this thread while the guard lives.
    fn overhear() -> (Arc<Mutex<Vec<u8>>>, tracing::subscriber::DefaultGuard) {
        let log = Arc::<Mutex<Vec<u8>>>::default();
        let writer = Arc::clone(&log);
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_writer(move || Heard(Arc::clone(&writer)))
            .finish();
        (log, tracing::subscriber::set_default(subscriber))
    }

    struct Heard(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Heard {
        fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
            lock(&self.0).extend_from_slice(line);
            Ok(line.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn after_many_refusals_the_bot_tokens_routes_pause_and_people_are_still_answered() {
        let (log, _guard) = overhear();
        let told = || String::from_utf8(lock(&log).clone()).unwrap();
        let sandbox = Sandbox::start(Options::default()).await.unwrap();
        let token = Secret::new(sandbox.token());
        let rest = Rest::new(sandbox.discord_url(), &token).unwrap();
        let interaction = Route::CreateInteractionResponse(InteractionToken {
            application_id: 1,
            interaction_id: 1,
            token: &token,
        });
        let answer = || rest.json(interaction, None);
        let ask = || rest.json(Route::GetGatewayBot, None);
        let fault = Fault::on(interaction.call().1).always();
        sandbox.fault(fault.reply(403, json!({})));
        for _ in 1..LIMIT {
            answer().await.unwrap_err();
        }
        ask().await.unwrap();
        assert!(!told().contains("discord.guard_paused"));
        answer().await.unwrap_err();
        let sent = sandbox.requests().len();
        let error = ask().await.unwrap_err();
        let least = Duration::from_secs(25);
        assert!(
            matches!(error, DiscordError::Wait(wait) if wait > least),
            "{error}"
        );
        assert_eq!(sandbox.requests().len(), sent, "it was refused here");
        answer().await.unwrap_err();
        assert_eq!(sandbox.requests().len(), sent + 1);
        let told = told();
        let lines: Vec<_> = told.lines().collect();
        let about = |line: &&&str| line.contains("discord.guard_paused");
        assert_eq!(lines.iter().filter(about).count(), 1, "{told}");
        assert!(told.contains("refused=1000 wait_ms=30000"), "{told}");
    }
}
