//! The door for scripts: a caller with a token orders a watch as a person does with a
//! command. `api/openapi.json` describes the API, and a test compares the two.

mod answer;
mod order;
mod problem;
mod tokens;

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::header::{ALLOW, AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::middleware::{Next, from_fn_with_state, map_response};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use axum::{Extension, Json, Router};
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use serde_json::json;
use tokio::time::timeout;
use url::form_urlencoded;

pub use self::answer::answer;
pub use self::order::{locale, locales, mention, snowflake};
use self::problem::ProblemDetails;
pub use self::tokens::ApiTokens;
use super::seats::Seats;
use crate::domain::caller::Caller;
use crate::domain::find;
use crate::domain::watch::WatchId;
use crate::flows::orders::{Orders, Placed};
use crate::metrics;

/// The bound on a body, in bytes. An order has a few hundred.
const BODY_LIMIT: usize = 16 * 1024;

/// The bound on the arrival of a body.
const BODY_TIMEOUT: Duration = Duration::from_secs(5);

/// The bound on bodies in memory.
const MOST_BODIES: usize = 32;

/// The bound on an Idempotency-Key, in bytes.
const LONGEST_KEY: usize = 255;

/// The number of wrong tokens per minute that are answered with 401. Further ones are answered
/// with 429; requests with a right token are not delayed.
const WRONG_TOKENS: NonZeroU32 = NonZeroU32::new(60).unwrap();

const OPENAPI: &str = include_str!("api/openapi.json");

/// The state that the API's handlers share.
struct Api {
    tokens: ApiTokens,
    orders: Orders,
    /// The rate limiter of each caller, with `API_PER_MINUTE`.
    paces: HashMap<Caller, DefaultDirectRateLimiter>,
    /// The rate limiter of requests with a wrong token.
    strangers: DefaultDirectRateLimiter,
    bodies: Arc<Seats>,
}

/// Returns the API's routes for the callers with one of `tokens`, each of which may make
/// `per_minute` requests per minute. Without any token the bot has no such routes.
pub fn routes(tokens: ApiTokens, per_minute: NonZeroU32, orders: Orders) -> Router {
    if tokens.first().is_none() {
        return Router::new();
    }
    let pace = |caller| (caller, RateLimiter::direct(Quota::per_minute(per_minute)));
    let api = Arc::new(Api {
        paces: tokens.callers().map(pace).collect(),
        tokens,
        orders,
        strangers: RateLimiter::direct(Quota::per_minute(WRONG_TOKENS)),
        bodies: Seats::new(MOST_BODIES),
    });
    Router::new()
        .route("/api/watches", get(list).post(create))
        .route("/api/watches/{id}", get(one).delete(stop))
        .route("/api", any(nothing))
        .route("/api/", any(nothing))
        .route("/api/{*path}", any(nothing))
        .route_layer(from_fn_with_state(Arc::clone(&api), admit))
        .route("/api/openapi.json", get(openapi))
        .method_not_allowed_fallback(not_allowed)
        .route_layer(map_response(finish))
        .with_state(api)
}

type Answered = Result<Response, ProblemDetails>;

/// Admits a request with a right token, within the caller's rate. Nothing else of a request
/// is read before.
async fn admit(State(api): State<Arc<Api>>, mut request: Request, next: Next) -> Answered {
    let presented = request.headers().get(AUTHORIZATION);
    let presented = presented.and_then(|value| {
        let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
        scheme
            .eq_ignore_ascii_case("bearer")
            .then_some(token.trim())
    });
    let caller = presented.and_then(|token| api.tokens.caller(token));
    let Some(caller) = caller else {
        let words = "send Authorization: Bearer with a token of API_TOKEN";
        return Err(match api.strangers.check() {
            Ok(()) => ProblemDetails::new(StatusCode::UNAUTHORIZED, words),
            Err(early) => {
                let wait = early.wait_time_from(DefaultClock::default().now());
                ProblemDetails::too_fast(wait, format!("too many wrong tokens: {words}"))
            }
        });
    };
    if let Some(Err(early)) = api.paces.get(&caller).map(RateLimiter::check) {
        let wait = early.wait_time_from(DefaultClock::default().now());
        let words = "too many requests: API_PER_MINUTE sets how many this token may make";
        return Err(ProblemDetails::too_fast(wait, words));
    }
    request.extensions_mut().insert(caller);
    Ok(next.run(request).await)
}

/// `POST /api/watches`.
async fn create(
    State(api): State<Arc<Api>>,
    Extension(caller): Extension<Caller>,
    request: Request<Body>,
) -> Answered {
    let (parts, body) = request.into_parts();
    let key = idempotency_key(&parts.headers)?;
    let wanted = order::read(&api.read(body).await?)?;
    let (status, ordered) = match api.orders.place(caller, key, &wanted).await? {
        Placed::Recorded(ordered) => (StatusCode::CREATED, ordered),
        Placed::Again(ordered) => (StatusCode::OK, ordered),
    };
    let location = format!("/api/watches/{}", ordered.0.id.0);
    Ok((status, [(LOCATION, location)], Json(answer(&ordered))).into_response())
}

/// `GET /api/watches?task_id=…`.
async fn list(
    State(api): State<Arc<Api>>,
    Extension(caller): Extension<Caller>,
    uri: Uri,
) -> Answered {
    let query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let mut ids = query.filter(|(name, _)| name == "task_id");
    let words = match ids.next().map(|(_, id)| find::pasted(&id)) {
        Some(Ok(task_id)) => {
            let orders = api.orders.list(caller, &task_id).await?;
            let watches: Vec<_> = orders.iter().map(answer).collect();
            return Ok(Json(json!({ "watches": watches })).into_response());
        }
        Some(Err(_)) => "task_id holds no task ID",
        None => "task_id is needed: /api/watches?task_id= and the ID of a task",
    };
    Err(ProblemDetails::invalid(words))
}

/// `GET /api/watches/{id}`.
async fn one(
    State(api): State<Arc<Api>>,
    Extension(caller): Extension<Caller>,
    id: WatchPath,
) -> Answered {
    let found = match watch_id(id) {
        Some(id) => api.orders.find(caller, id).await?,
        None => None,
    };
    let ordered = found.ok_or_else(no_watch)?;
    Ok(Json(answer(&ordered)).into_response())
}

/// `DELETE /api/watches/{id}`.
async fn stop(
    State(api): State<Arc<Api>>,
    Extension(caller): Extension<Caller>,
    id: WatchPath,
) -> Answered {
    let there = match watch_id(id) {
        Some(id) => api.orders.stop(caller, id).await?,
        None => false,
    };
    match there {
        true => Ok(StatusCode::NO_CONTENT.into_response()),
        false => Err(no_watch()),
    }
}

async fn openapi() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], OPENAPI)
}

async fn nothing() -> ProblemDetails {
    let words = "there is no such path: /api/openapi.json lists the paths";
    ProblemDetails::new(StatusCode::NOT_FOUND, words)
}

async fn not_allowed(uri: Uri) -> Response {
    let methods = match uri.path() {
        "/api/watches" => "GET, POST",
        "/api/openapi.json" => "GET",
        _ => "GET, DELETE",
    };
    let words = format!("this path takes {methods}: /api/openapi.json describes them");
    let problem = ProblemDetails::new(StatusCode::METHOD_NOT_ALLOWED, words);
    ([(ALLOW, methods)], problem).into_response()
}

/// Counts an answer, and keeps it out of caches, because it may hold links to people's videos.
async fn finish(mut response: Response) -> Response {
    metrics::api_request(response.status().as_str());
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

impl Api {
    /// Reads a body within [`BODY_LIMIT`] and [`BODY_TIMEOUT`].
    async fn read(&self, body: Body) -> Result<Bytes, ProblemDetails> {
        let seat = self.bodies.enter().await;
        let body = tokio::select! {
            body = timeout(BODY_TIMEOUT, to_bytes(body, BODY_LIMIT)) => body,
            () = seat.lost() => {
                return Err(ProblemDetails::unavailable("too many orders at once: try again"));
            }
        };
        let slow = |_| {
            ProblemDetails::new(
                StatusCode::REQUEST_TIMEOUT,
                "the body did not arrive in time",
            )
        };
        let large = |_| {
            let words = "the body is larger than 16 KiB or incomplete";
            ProblemDetails::new(StatusCode::PAYLOAD_TOO_LARGE, words)
        };
        body.map_err(slow)?.map_err(large)
    }
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, ProblemDetails> {
    let Some(key) = headers.get("idempotency-key") else {
        return Ok(None);
    };
    let key = key.to_str().ok().map(str::trim);
    match key.filter(|key| (1..=LONGEST_KEY).contains(&key.len())) {
        Some(key) => Ok(Some(key.to_owned())),
        None => {
            let words = "Idempotency-Key takes 1 to 255 visible ASCII characters";
            Err(ProblemDetails::new(StatusCode::BAD_REQUEST, words))
        }
    }
}

/// The path of one watch. An id that is not UTF-8 is none, and no error of its own.
type WatchPath = Result<Path<String>, PathRejection>;

fn watch_id(path: WatchPath) -> Option<WatchId> {
    let Path(text) = path.ok()?;
    let digits = text.bytes().all(|c| c.is_ascii_digit());
    text.parse().ok().filter(|_| digits).map(WatchId)
}

fn no_watch() -> ProblemDetails {
    let words = "this token has ordered no watch with this id, or it is no longer kept";
    ProblemDetails::new(StatusCode::NOT_FOUND, words)
}
