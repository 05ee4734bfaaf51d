//! Rate limits of routes that people see: new messages and edits, a channel each.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant, UNIX_EPOCH};

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::core::Core;

/// So many requests a window, as seen on both routes; Discord documents that clients read
/// them from the headers.
///
/// Source: <https://discord.com/developers/docs/topics/rate-limits#header-format>
const REQUESTS: u32 = 5;
const WINDOW: Duration = Duration::from_secs(5);

/// What was sent in each bucket's present window.
#[derive(Debug, Default)]
pub(crate) struct Limits(HashMap<String, (Instant, u32)>);

/// What a bucket says of a request.
struct Turn {
    taken: bool,
    remaining: u32,
    reset_after: Duration,
}

impl Limits {
    fn take(&mut self, bucket: &str, now: Instant) -> Turn {
        self.0.retain(|_, (ends, _)| *ends > now);
        let (ends, sent) = self.0.entry(bucket.to_owned()).or_insert((now + WINDOW, 0));
        let taken = *sent < REQUESTS;
        *sent += u32::from(taken);
        Turn {
            taken,
            remaining: REQUESTS - *sent,
            reset_after: *ends - now,
        }
    }
}

/// The bucket of a request; none for routes without a limit here. A major parameter of the
/// path, the channel, makes a bucket of its own.
fn bucket(method: &Method, path: &str) -> Option<String> {
    let rest = path.split("/channels/").nth(1)?;
    let mut parts = rest.split('/');
    let (channel, messages, message) = (parts.next()?, parts.next()?, parts.next());
    let kind = match (method, message) {
        (&Method::POST, None) => "create",
        (&Method::PATCH, Some(_)) => "edit",
        _ => return None,
    };
    (messages == "messages").then(|| format!("{kind}:{channel}"))
}

/// Refuses what is beyond a limit, and tells in every reply how much is left.
pub(super) async fn rate_limit(
    State(core): State<Arc<Core>>,
    request: Request,
    next: Next,
) -> Response {
    let bucket = bucket(request.method(), request.uri().path());
    let Some(bucket) = bucket.filter(|_| core.options.rate_limits) else {
        return next.run(request).await;
    };
    let turn = core.update(|state| state.limits.take(&bucket, Instant::now()));
    let wait = turn.reset_after.as_secs_f64();
    let mut response = if turn.taken {
        next.run(request).await
    } else {
        let body = json!({
            "message": "You are being rate limited.",
            "retry_after": wait,
            "global": false,
        });
        (StatusCode::TOO_MANY_REQUESTS, Json(body)).into_response()
    };
    let headers = response.headers_mut();
    let mut tell = |name: &'static str, value: String| {
        // Digits, dots and the bucket's letters are a header's.
        let value = HeaderValue::from_str(&value).unwrap_or(HeaderValue::from_static(""));
        headers.insert(name, value);
    };
    tell("x-ratelimit-limit", REQUESTS.to_string());
    tell("x-ratelimit-remaining", turn.remaining.to_string());
    tell("x-ratelimit-reset-after", format!("{wait:.3}"));
    let resets = UNIX_EPOCH.elapsed().unwrap_or_default() + turn.reset_after;
    tell("x-ratelimit-reset", format!("{:.3}", resets.as_secs_f64()));
    tell(
        "x-ratelimit-bucket",
        bucket.split(':').next().unwrap_or_default().to_owned(),
    );
    if !turn.taken {
        tell("x-ratelimit-scope", "user".to_owned());
        headers.insert(
            header::RETRY_AFTER,
            HeaderValue::from(turn.reset_after.as_secs() + 1),
        );
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_channel_takes_five_of_a_kind_in_five_seconds() {
        let (mut limits, start) = (Limits::default(), Instant::now());
        let create = bucket(&Method::POST, "/api/v10/channels/1/messages").unwrap();
        let edit = bucket(&Method::PATCH, "/api/v10/channels/1/messages/7").unwrap();
        let other = bucket(&Method::POST, "/api/v10/channels/2/messages").unwrap();
        for _ in 0..5 {
            assert!(limits.take(&create, start).taken);
        }
        let refused = limits.take(&create, start + Duration::from_secs(1));
        assert!(!refused.taken && refused.reset_after == Duration::from_secs(4));
        assert!(limits.take(&edit, start).taken && limits.take(&other, start).taken);
        assert!(limits.take(&create, start + WINDOW).taken);
        assert_eq!(bucket(&Method::GET, "/api/v10/channels/1/messages"), None);
        assert_eq!(bucket(&Method::POST, "/api/v10/users/@me/channels"), None);
    }
}
