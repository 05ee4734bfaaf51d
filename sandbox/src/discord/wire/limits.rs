//! The layer that tells clients about rate limits and enforces them.

use std::sync::Arc;
use std::time::{Instant, UNIX_EPOCH};

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::core::Core;
use crate::discord::rules::limits::{REQUESTS, bucket};

/// Refuses requests beyond a limit, and says in every reply how many are left.
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
        // Digits, dots and the bucket's letters are valid in a header.
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
