//! Answers with bytes, in whole or by one range (RFC 9110, section 14).

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Response, StatusCode, header};

/// Returns a response with `bytes`, or with the part of them that the headers ask for.
pub(crate) fn ranged(headers: &HeaderMap, content_type: &str, bytes: Bytes) -> Response<Body> {
    let total = bytes.len();
    let wanted = headers
        .get(header::RANGE)
        .and_then(|range| range.to_str().ok())
        .and_then(|range| span(range, total));
    let mut response = match wanted {
        None => Response::new(Body::from(bytes)),
        Some(None) => {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::RANGE_NOT_SATISFIABLE;
            set(
                &mut response,
                header::CONTENT_RANGE,
                &format!("bytes */{total}"),
            );
            response
        }
        Some(Some((first, last))) => {
            let mut response = Response::new(Body::from(bytes.slice(first..=last)));
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            set(
                &mut response,
                header::CONTENT_RANGE,
                &format!("bytes {first}-{last}/{total}"),
            );
            response
        }
    };
    set(&mut response, header::CONTENT_TYPE, content_type);
    set(&mut response, header::ACCEPT_RANGES, "bytes");
    response
}

/// Sets a header. A value that no header can hold is left out.
pub(crate) fn set(response: &mut Response<Body>, name: header::HeaderName, value: &str) {
    if let Ok(value) = value.parse() {
        response.headers_mut().insert(name, value);
    }
}

/// Returns the first and last byte of a range: `None` if it is no single byte range, and
/// `Some(None)` if it lies outside.
fn span(range: &str, total: usize) -> Option<Option<(usize, usize)>> {
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    if first.is_empty() {
        let length: usize = last.parse().ok()?;
        return Some((length > 0 && total > 0).then(|| (total.saturating_sub(length), total - 1)));
    }
    let first: usize = first.parse().ok()?;
    let last = if last.is_empty() {
        usize::MAX
    } else {
        last.parse().ok()?
    };
    Some((first < total && first <= last).then(|| (first, last.min(total - 1))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_cut_to_what_there_is() {
        assert_eq!(span("bytes=0-3", 10), Some(Some((0, 3))));
        assert_eq!(span("bytes=4-", 10), Some(Some((4, 9))));
        assert_eq!(span("bytes=-3", 10), Some(Some((7, 9))));
        assert_eq!(span("bytes=8-99", 10), Some(Some((8, 9))));
        assert_eq!(span("bytes=10-", 10), Some(None));
        assert_eq!(span("lines=1-2", 10), None);
    }
}
