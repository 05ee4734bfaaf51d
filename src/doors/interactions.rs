//! The door for interactions that Discord sends by HTTP, signed, instead of over
//! the gateway. Any number of processes may stand behind one address.
//!
//! An interaction is answered through its callback route as one from the gateway
//! is, so the request itself is only told that it was taken.
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

use super::entrance::{Admitted, Entrance};
use crate::flows::clock::Clock;

/// The largest body that is read, in bytes; an interaction has a few thousand.
const BODY_LIMIT: usize = 256 * 1024;

/// A body that takes longer cannot be answered within Discord's three seconds.
const BODY_TIMEOUT: Duration = Duration::from_secs(3);

/// How far the signed time may be from ours. A request that was overheard is
/// worthless afterwards; before, it is recorded only once.
const FRESH: Duration = Duration::from_secs(5 * 60);

/// The application's public key: whoever signs with its other half is Discord.
#[derive(Clone)]
pub struct PublicKey(Verifier);

impl PublicKey {
    /// Reads `DISCORD_PUBLIC_KEY`: 64 hexadecimal digits that are a key.
    pub fn parse(text: &str) -> Option<Self> {
        let byte = |at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok();
        let bytes: Option<Vec<u8>> = (0..text.len()).step_by(2).map(byte).collect();
        Verifier::try_new(bytes?.try_into().ok()?).ok().map(Self)
    }

    /// When Discord signed `body`, in seconds since 1970; `None` where it did not.
    fn signed_at(&self, headers: &HeaderMap, body: &[u8]) -> Option<i64> {
        let text = |name| headers.get(name)?.to_str().ok();
        let signature = text("x-signature-ed25519")?;
        let timestamp = text("x-signature-timestamp")?;
        self.0.verify(signature, timestamp, body).ok()?;
        timestamp.parse().ok()
    }
}

impl std::fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PublicKey")
    }
}

struct Door {
    key: PublicKey,
    entrance: Entrance,
    clock: Clock,
    /// How often the log is told that the clocks differ.
    complaints: DefaultDirectRateLimiter,
}

pub fn routes(key: PublicKey, entrance: Entrance, clock: Clock) -> Router {
    Router::new()
        .route("/interactions", post(receive))
        .with_state(Arc::new(Door {
            key,
            entrance,
            clock,
            complaints: RateLimiter::direct(Quota::per_minute(NonZeroU32::MIN)),
        }))
}

/// Discord's question whether anybody is there.
const PING: u8 = 1;

async fn receive(State(door): State<Arc<Door>>, request: Request<Body>) -> Response {
    let (parts, body) = request.into_parts();
    let body = match tokio::time::timeout(BODY_TIMEOUT, to_bytes(body, BODY_LIMIT)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return StatusCode::PAYLOAD_TOO_LARGE.into_response(),
        Err(_) => return StatusCode::REQUEST_TIMEOUT.into_response(),
    };
    let Some(signed_at) = door.key.signed_at(&parts.headers, &body) else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let ahead = door.clock.now().seconds().saturating_sub(signed_at);
    if ahead.unsigned_abs() > FRESH.as_secs() {
        if door.complaints.check().is_ok() {
            tracing::error!(
                seconds = ahead,
                hint = "the signature is right and the time wrong: set this machine's clock (NTP)",
                "interactions.clock_differs"
            );
        }
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let raw: Value = serde_json::from_slice(&body).unwrap_or_default();
    if raw["type"] == PING {
        return Json(json!({ "type": PING })).into_response();
    }
    match door.entrance.admit(&raw) {
        Admitted::Taken(taking) => {
            tokio::spawn(taking);
            StatusCode::ACCEPTED.into_response()
        }
        Admitted::Refused => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Admitted::Unreadable => StatusCode::BAD_REQUEST.into_response(),
    }
}
