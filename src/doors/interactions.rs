//! The door for interactions that Discord sends by signed HTTP requests instead of over the
//! gateway. Any number of processes may serve one address.
//!
//! The bot answers an interaction through its callback route, as it does for the gateway, so
//! the HTTP response only says that the interaction was accepted.
//!
//! Source: <https://discord.com/developers/docs/interactions/overview#setting-up-an-endpoint>

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use serde_json::{Value, json};
use serenity::interactions_endpoint::Verifier;
use tokio::time::timeout;

use super::entrance::{Admitted, Entrance};
use super::seats::Seats;
use crate::flows::clock::Clock;
use crate::metrics;

/// The bound on a body, in bytes. An interaction has a few thousand.
const BODY_LIMIT: usize = 64 * 1024;

/// The bound on bodies in memory. Beyond it, a new body ends the one that has been arriving
/// longest. Discord's bodies arrive at once, together with their headers.
const MOST_BODIES: usize = 32;

/// The bound on the arrival of a body. A slower one could not be answered within Discord's
/// three seconds.
const BODY_TIMEOUT: Duration = Duration::from_secs(3);

/// The bound on the difference between the signed time and the bot's. It ends the use of a
/// copied request; before that the entrance accepts each interaction only once.
const FRESH: Duration = Duration::from_secs(5 * 60);

/// The application's public key, with which Discord's signatures are verified.
#[derive(Clone)]
pub struct PublicKey(Verifier);

impl PublicKey {
    /// Reads `DISCORD_PUBLIC_KEY`: 64 hexadecimal digits of a valid key.
    pub fn parse(text: &str) -> Option<Self> {
        let byte = |at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok();
        let bytes: Option<Vec<u8>> = (0..text.len()).step_by(2).map(byte).collect();
        Verifier::try_new(bytes?.try_into().ok()?).ok().map(Self)
    }

    fn signed(&self, signature: &Signature<'_>, body: &[u8]) -> bool {
        let Signature { hex, timestamp, .. } = signature;
        self.0.verify(hex, timestamp, body).is_ok()
    }
}

impl std::fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PublicKey")
    }
}

/// The signature of the body and its time, from the headers.
struct Signature<'h> {
    hex: &'h str,
    timestamp: &'h str,
    /// The signed time, in seconds since the Unix epoch.
    signed_at: i64,
}

impl<'h> Signature<'h> {
    /// Reads the signature; `None` if the headers have none of the right form.
    fn read(headers: &'h HeaderMap) -> Option<Self> {
        let text = |name| headers.get(name)?.to_str().ok();
        let hex = text("x-signature-ed25519")?;
        let timestamp = text("x-signature-timestamp")?;
        let formed = hex.len() == 128 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
        formed.then_some(Self {
            hex,
            timestamp,
            signed_at: timestamp.parse().ok()?,
        })
    }
}

struct InteractionsState {
    key: PublicKey,
    bodies: Arc<Seats>,
    entrance: Entrance,
    clock: Clock,
    /// The limiter of the log about clocks that differ.
    complaints: DefaultDirectRateLimiter,
}

pub fn routes(key: PublicKey, entrance: Entrance, clock: Clock) -> Router {
    Router::new()
        .route("/interactions", post(receive))
        .with_state(Arc::new(InteractionsState {
            key,
            bodies: Seats::new(MOST_BODIES),
            entrance,
            clock,
            complaints: RateLimiter::direct(Quota::per_minute(NonZeroU32::MIN)),
        }))
}

/// The type of the interaction with which Discord checks the endpoint, and of its answer.
const PING: u8 = 1;

async fn receive(State(door): State<Arc<InteractionsState>>, request: Request<Body>) -> Response {
    match door.check(request).await {
        Ok(raw) if raw["type"] == PING => Json(json!({ "type": PING })).into_response(),
        Ok(raw) => door.admit(&raw).into_response(),
        Err(refusal) => {
            metrics::interaction_refused(refusal.reason());
            refusal.status().into_response()
        }
    }
}

impl InteractionsState {
    /// Verifies and reads a request that Discord signed just now. If the headers have no
    /// signature, the body is not read at all.
    async fn check(&self, request: Request<Body>) -> Result<Value, Refusal> {
        let (parts, body) = request.into_parts();
        let signature = Signature::read(&parts.headers).ok_or(Refusal::Unsigned)?;
        let seat = self.bodies.enter().await;
        let body = tokio::select! {
            body = timeout(BODY_TIMEOUT, to_bytes(body, BODY_LIMIT)) => body,
            () = seat.lost() => return Err(Refusal::Crowded),
        };
        let body = body
            .map_err(|_| Refusal::Slow)?
            .map_err(|_| Refusal::Large)?;
        if !self.key.signed(&signature, &body) {
            return Err(Refusal::Forged);
        }
        let now = self.clock.now().seconds();
        let ahead = now.saturating_sub(signature.signed_at);
        if ahead.unsigned_abs() > FRESH.as_secs() {
            if self.complaints.check().is_ok() {
                tracing::error!(
                    seconds = ahead,
                    hint =
                        "the signature is right and the time wrong: set this machine's clock (NTP)",
                    "interactions.clock_differs"
                );
            }
            return Err(Refusal::Stale);
        }
        Ok(serde_json::from_slice(&body).unwrap_or_default())
    }

    fn admit(&self, raw: &Value) -> StatusCode {
        match self.entrance.admit(raw) {
            Admitted::Accepted(taking) => {
                tokio::spawn(taking);
                StatusCode::ACCEPTED
            }
            Admitted::Again => StatusCode::ACCEPTED,
            Admitted::Refused => StatusCode::SERVICE_UNAVAILABLE,
            Admitted::Unreadable => StatusCode::BAD_REQUEST,
        }
    }
}

/// The reason why a request is refused.
enum Refusal {
    /// The headers have no signature of the right form.
    Unsigned,
    /// The body did not arrive in time.
    Slow,
    /// The body is too large or incomplete.
    Large,
    /// The body was still arriving when too many others arrived.
    Crowded,
    /// Discord did not sign the request.
    Forged,
    /// Discord signed the request too long ago, or a clock is wrong.
    Stale,
}

impl Refusal {
    fn status(&self) -> StatusCode {
        match self {
            Self::Unsigned | Self::Forged | Self::Stale => StatusCode::UNAUTHORIZED,
            Self::Slow => StatusCode::REQUEST_TIMEOUT,
            Self::Large => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Crowded => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// Returns the reason's name in the metrics.
    fn reason(&self) -> &'static str {
        match self {
            Self::Unsigned => "unsigned",
            Self::Slow => "slow",
            Self::Large => "large",
            Self::Crowded => "crowded",
            Self::Forged => "forged",
            Self::Stale => "stale",
        }
    }
}
