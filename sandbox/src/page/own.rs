//! The protection against DNS rebinding: a foreign page may let its own name resolve to this
//! machine, and for a browser it then has the same origin as this page.

use std::net::IpAddr;

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, StatusCode, header, uri::Authority};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Answers requests only by an IP address or as `localhost`, which no foreign page can have as
/// its name, and only from the page's own origin.
pub(super) async fn only(request: Request, next: Next) -> Response {
    if is_own(request.headers()) {
        return next.run(request).await;
    }
    let words = "Open this page by its address, such as http://127.0.0.1:8080, or as localhost.";
    (StatusCode::MISDIRECTED_REQUEST, words).into_response()
}

fn is_own(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| {
        headers
            .get(name)
            .map(|value| value.to_str().unwrap_or_default())
    };
    let Some(host) = text(header::HOST) else {
        return false;
    };
    let Ok(authority) = host.parse::<Authority>() else {
        return false;
    };
    let name = authority
        .host()
        .trim_start_matches('[')
        .trim_end_matches(']');
    let nobodys = name == "localhost" || name.parse::<IpAddr>().is_ok();
    let from = text(header::ORIGIN);
    nobodys && from.is_none_or(|from| from.strip_prefix("http://") == Some(host))
}
