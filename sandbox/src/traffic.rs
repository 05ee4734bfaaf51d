//! The layer that every request of every side passes: the log, the faults and the holds.

use std::sync::Arc;

use axum::Json;
use axum::body::{Body, HttpBody};
use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::core::Core;
use crate::discord::model::errors::ApiError;
use crate::discord::rules::body::Payload;
use crate::faults::{Effect, Fault, Point, Trap};
use crate::ids::now_ms;
use crate::listener::Line;
use crate::log::{RequestRecord, Side};

/// The largest request body that is read, in bytes; above any upload limit of Discord.
const BODY_LIMIT: usize = 600 * 1024 * 1024;

/// The largest answer of which the start is kept, in bytes, and the characters that are kept.
const ANSWER_READ: u64 = 256 * 1024;
const ANSWER_KEPT: usize = 4000;

/// Records a request, applies its fault and hold, and runs it between them. Its body goes on as
/// an extension of type [`Payload`].
pub(crate) async fn pass(
    State((core, side)): State<(Arc<Core>, Side)>,
    ConnectInfo(line): ConnectInfo<Line>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let template = parts
        .extensions
        .get::<MatchedPath>()
        .map_or("(none)", MatchedPath::as_str);
    let route = template
        .strip_prefix("/api/v10")
        .unwrap_or(template)
        .to_owned();
    let path = parts
        .uri
        .path_and_query()
        .map(ToString::to_string)
        .unwrap_or_default();
    let name = format!("{} {route}", parts.method);

    let Ok(bytes) = axum::body::to_bytes(body, BODY_LIMIT).await else {
        return ApiError::known(40005).into_response();
    };
    let payload = Payload::read(&parts.headers, bytes).await;
    let side = if route.starts_with("/media") {
        Side::Media
    } else {
        side
    };
    let record = RequestRecord {
        n: 0,
        at: now_ms(),
        answered_at: None,
        side,
        method: parts.method.to_string(),
        route,
        path: path.clone(),
        status: None,
        body: payload.summary(),
        answer: String::new(),
        headers: readable(&parts.headers),
    };
    let (n, fault, mut trap) = core.update(|state| {
        let (fault, trap) = state.faults.take(&name, &path);
        (state.log.arrived(record), fault, trap)
    });
    parts.extensions.insert(payload);

    let mut passed = wait(&mut trap, Point::Before).await;
    let before = fault.as_ref().filter(|fault| !fault.after_effect);
    let mut response = StatusCode::SERVICE_UNAVAILABLE.into_response();
    if passed {
        response = match apply(&core, before, &line).await {
            Some(response) => response,
            None => next.run(Request::from_parts(parts, Body::empty())).await,
        };
        passed = wait(&mut trap, Point::After).await;
    }
    if passed {
        let after = fault.as_ref().filter(|fault| fault.after_effect);
        response = apply(&core, after, &line).await.unwrap_or(response);
    } else {
        line.cut();
    }
    let status = (!line.is_cut()).then(|| response.status().as_u16());
    let (response, answer) = if core.read(|state| state.log.is_followed()) {
        overheard(response).await
    } else {
        (response, String::new())
    };
    core.update(|state| state.log.answered(n, status, answer));
    response
}

/// Returns an answer and the start of its text. An answer that is no text, or is still being
/// produced, is passed on unread.
async fn overheard(response: Response) -> (Response, String) {
    let kind = response.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_text = kind.starts_with("application/json") || kind.starts_with("text/");
    let size = response.body().size_hint().exact();
    if !is_text || size.is_none_or(|size| size > ANSWER_READ) {
        return (response, String::new());
    }
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await;
    let bytes = bytes.unwrap_or_default();
    let answer = String::from_utf8_lossy(&bytes)
        .chars()
        .take(ANSWER_KEPT)
        .collect();
    (Response::from_parts(parts, Body::from(bytes)), answer)
}

/// Waits in the trap, if there is one for this point. Returns whether the request shall go on.
async fn wait(trap: &mut Option<Trap>, point: Point) -> bool {
    match trap {
        Some(trap) if trap.point == point => trap.wait().await,
        _ => true,
    }
}

/// Applies a fault. Returns `None` if the request shall go on.
async fn apply(core: &Core, fault: Option<&Fault>, line: &Line) -> Option<Response> {
    let fault = fault?;
    tokio::time::sleep(fault.delay).await;
    match &fault.effect {
        Effect::None => None,
        Effect::Reply {
            status,
            retry_after,
            body,
        } => {
            let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let mut response = (status, Json(body)).into_response();
            if let Some(wait) = retry_after {
                let seconds = HeaderValue::from(
                    wait.as_secs_f64()
                        .ceil()
                        .max(0.0)
                        .to_string()
                        .parse()
                        .unwrap_or(1u64),
                );
                response
                    .headers_mut()
                    .insert(header::RETRY_AFTER, seconds.clone());
                response
                    .headers_mut()
                    .insert("x-ratelimit-scope", HeaderValue::from_static("user"));
                response
                    .headers_mut()
                    .insert("x-ratelimit-reset-after", seconds);
                response
                    .headers_mut()
                    .insert("x-ratelimit-remaining", HeaderValue::from_static("0"));
            }
            Some(response)
        }
        Effect::Hang => {
            core.stop.cancelled().await;
            Some(StatusCode::SERVICE_UNAVAILABLE.into_response())
        }
        Effect::Drop => {
            line.cut();
            Some(StatusCode::SERVICE_UNAVAILABLE.into_response())
        }
    }
}

/// Returns headers as text, with their names in lower case.
pub(crate) fn readable(headers: &HeaderMap) -> std::collections::BTreeMap<String, String> {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers
        .iter()
        .map(|(name, value)| (name.to_string(), text(value)))
        .collect()
}
