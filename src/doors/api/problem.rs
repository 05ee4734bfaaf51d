//! The API's errors, as `application/problem+json` (RFC 9457).

use std::time::Duration;

use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::flows::orders::Unplaced;
use crate::store::StoreError;

/// The `Retry-After` of an error that is not the caller's.
const SOON: Duration = Duration::from_secs(5);

/// The `Retry-After` of a caller with as many running watches as allowed.
const LATER: Duration = Duration::from_secs(60);

/// An error, with words for the reader of the script's output.
#[derive(Debug)]
pub(super) struct ProblemDetails {
    status: StatusCode,
    detail: String,
    retry_after: Option<Duration>,
}

impl ProblemDetails {
    pub(super) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            status,
            detail: detail.into(),
            retry_after: None,
        }
    }

    pub(super) fn too_fast(wait: Duration, detail: impl Into<String>) -> Self {
        Self {
            retry_after: Some(wait),
            ..Self::new(StatusCode::TOO_MANY_REQUESTS, detail)
        }
    }

    pub(super) fn unavailable(detail: impl Into<String>) -> Self {
        Self {
            retry_after: Some(SOON),
            ..Self::new(StatusCode::SERVICE_UNAVAILABLE, detail)
        }
    }

    pub(super) fn invalid(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, detail)
    }
}

impl From<Unplaced> for ProblemDetails {
    fn from(error: Unplaced) -> Self {
        let words = error.to_string();
        match error {
            Unplaced::Elsewhere
            | Unplaced::NoPosting
            | Unplaced::NoRole
            | Unplaced::NoDirectMessages => Self::new(StatusCode::FORBIDDEN, words),
            Unplaced::OtherOrder => Self::invalid(words),
            Unplaced::TooMany(_) => Self::too_fast(LATER, words),
            Unplaced::TooManyRefused(wait) | Unplaced::Wait(wait) => Self::too_fast(wait, words),
            Unplaced::NotAnswering(why) => {
                tracing::warn!(why, "api.not_answering");
                Self::unavailable(words)
            }
            Unplaced::Store(error) => error.into(),
        }
    }
}

impl From<StoreError> for ProblemDetails {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "api.store_failed");
        Self::unavailable("the database does not answer: try again")
    }
}

impl IntoResponse for ProblemDetails {
    fn into_response(self) -> Response {
        let body = json!({
            "type": "about:blank",
            "title": self.status.canonical_reason(),
            "status": self.status.as_u16(),
            "detail": self.detail,
        });
        let mut response = (self.status, body.to_string()).into_response();
        let headers = response.headers_mut();
        let kind = HeaderValue::from_static("application/problem+json");
        headers.insert(CONTENT_TYPE, kind);
        if let Some(wait) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(wait.as_secs() + 1));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
