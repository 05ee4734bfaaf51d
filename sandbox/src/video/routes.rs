//! The HTTP routes of the video service.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{OriginalUri, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::{StreamExt, stream};
use serde::Deserialize;
use serde_json::json;

use crate::core::Core;
use crate::ids::now_ms;
use crate::log::Side;
use crate::range::{ranged, set};
use crate::traffic;
use crate::video::script::{Ending, Reply};
use crate::video::tasks::Poll;

/// Returns the routes of the whole origin.
pub(crate) fn router(core: Arc<Core>) -> Router {
    Router::new()
        .route("/v1/video/query", get(query))
        .route("/v1/videos/{id}", get(by_path))
        .route("/v1/video/generations/{id}", get(by_path))
        .route("/media/{*path}", get(media))
        .fallback(unknown_path)
        .layer(from_fn_with_state(
            (Arc::clone(&core), Side::Video),
            traffic::pass,
        ))
        .with_state(core)
}

#[derive(Debug, Deserialize)]
struct Asked {
    #[serde(default)]
    id: String,
}

/// `GET /v1/video/query?id=…`.
async fn query(
    State(core): State<Arc<Core>>,
    Query(asked): Query<Asked>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    answer(&core, asked.id, &uri, &headers).await
}

/// The query routes of other gateways of the family.
async fn by_path(
    State(core): State<Arc<Core>>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    answer(&core, id, &uri, &headers).await
}

async fn answer(core: &Core, id: String, uri: &Uri, headers: &HeaderMap) -> Response {
    let poll = Poll {
        id,
        at: now_ms(),
        path: uri.path().to_owned(),
        query: uri.query().unwrap_or_default().to_owned(),
        headers: traffic::readable(headers),
    };
    let reply = core.update(|state| state.tasks.ask(poll));
    send(core, reply, headers).await
}

/// Serves a file of the media host.
pub(crate) async fn media(
    State(core): State<Arc<Core>>,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Response {
    let file = core.read(|state| state.tasks.media.get(&format!("/{path}")).cloned());
    match file {
        Some(reply) => send(&core, reply, &headers).await,
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Answers a wrong path in the words of this family of gateways.
async fn unknown_path(OriginalUri(uri): OriginalUri) -> Response {
    let error = json!({"error": {
        "message": format!("Invalid URL (GET {})", uri.path()), "type": "invalid_request_error", "param": "", "code": "",
    }});
    (StatusCode::NOT_FOUND, axum::Json(error)).into_response()
}

async fn send(core: &Core, reply: Reply, asked: &HeaderMap) -> Response {
    if !reply.delay.is_zero() {
        // Even a sleep of zero would take a millisecond.
        tokio::time::sleep(reply.delay).await;
    }
    let body = reply.body;
    let mut response = match reply.ending {
        Ending::Whole if reply.status == 200 => ranged(asked, "application/octet-stream", body),
        Ending::Whole => Response::new(Body::from(body)),
        Ending::Hang => {
            core.stop.cancelled().await;
            Response::new(Body::empty())
        }
        Ending::Truncated | Ending::Stall => {
            let declared = body.len() * 2 + 1000;
            let rest = if reply.ending == Ending::Stall {
                stalled(core).boxed()
            } else {
                // A yield, so that the body goes out before the connection ends.
                stream::once(tokio::task::yield_now())
                    .filter_map(async |()| None)
                    .boxed()
            };
            let mut response = Response::new(Body::from_stream(once(body).chain(rest)));
            set(&mut response, header::CONTENT_LENGTH, &declared.to_string());
            response
        }
        Ending::Endless => {
            let again = stream::repeat(Ok::<_, Infallible>(body));
            Response::new(Body::from_stream(
                again.take_until(core.stop.clone().cancelled_owned()),
            ))
        }
    };
    if reply.status != 200 {
        *response.status_mut() =
            StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    }
    for (name, value) in &reply.headers {
        if let Ok(name) = name.parse() {
            set(&mut response, name, value);
        }
    }
    response
}

fn once(body: Bytes) -> impl stream::Stream<Item = Result<Bytes, Infallible>> + Send + 'static {
    stream::iter([Ok(body)])
}

/// Returns a stream that yields nothing until the sandbox stops.
fn stalled(core: &Core) -> impl stream::Stream<Item = Result<Bytes, Infallible>> + Send + 'static {
    stream::pending().take_until(core.stop.clone().cancelled_owned())
}
