//! The REST routes under `/api/v10`, the gateway's address and the files.

mod bot;
mod callback;
pub(crate) mod cdn;
mod channels;
mod commands;
mod users;
mod webhooks;

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::Value;

use crate::core::Core;
use crate::discord::model::errors::ApiError;
use crate::discord::wire::{gateway, limits};
use crate::ids::Id;
use crate::log::Side;
use crate::traffic;

/// The answer of a route.
type Answer = Result<Json<Value>, ApiError>;
/// The answer of a route without a body.
type Done = Result<StatusCode, ApiError>;

/// Returns the routes of the whole origin.
pub(crate) fn router(core: Arc<Core>) -> Router {
    let with_token = Router::new()
        .route("/gateway/bot", get(bot::gateway_bot))
        .route("/users/@me", get(bot::me))
        .route("/users/@me/guilds", get(bot::guilds))
        .route("/users/@me/channels", post(users::open_dm))
        .route("/users/{user}", get(users::user))
        .route("/applications/@me", get(bot::application))
        .route("/oauth2/applications/@me", get(bot::application))
        .route(
            "/applications/{app}/commands",
            get(commands::list).put(commands::replace),
        )
        .route(
            "/applications/{app}/guilds/{guild}/commands",
            get(commands::list_in).put(commands::replace_in),
        )
        .route("/guilds/{guild}", get(users::guild))
        .route("/guilds/{guild}/members/{user}", get(users::member))
        .route("/channels/{channel}", get(channels::channel))
        .route(
            "/channels/{channel}/messages",
            get(channels::list).post(channels::create),
        )
        .route(
            "/channels/{channel}/messages/{message}",
            get(channels::message)
                .patch(channels::edit)
                .delete(channels::delete),
        )
        .layer(from_fn_with_state(Arc::clone(&core), limits::rate_limit))
        .layer(from_fn_with_state(Arc::clone(&core), require_token));
    let with_interaction_token = Router::new()
        .route(
            "/interactions/{id}/{token}/callback",
            post(callback::respond),
        )
        .route("/webhooks/{app}/{token}", post(webhooks::follow_up))
        .route(
            "/webhooks/{app}/{token}/messages/@original",
            get(webhooks::original)
                .patch(webhooks::edit_original)
                .delete(webhooks::delete_original),
        )
        .route(
            "/webhooks/{app}/{token}/messages/{message}",
            get(webhooks::message)
                .patch(webhooks::edit)
                .delete(webhooks::delete),
        );
    let api = with_token
        .layer(from_fn(require_agent))
        // discord.py calls these routes with its HTTP library's user agent.
        .merge(with_interaction_token)
        // serenity calls this route with its own user agent.
        .route("/gateway", get(bot::gateway));
    Router::new()
        .nest("/api/v10", api)
        .route("/", get(gateway::connect))
        .route("/ws", get(gateway::connect))
        .route("/attachments/{channel}/{id}/{filename}", get(cdn::file))
        .fallback(async || ApiError::plain(StatusCode::NOT_FOUND))
        .method_not_allowed_fallback(async || ApiError::plain(StatusCode::METHOD_NOT_ALLOWED))
        .layer(from_fn_with_state(
            (Arc::clone(&core), Side::Discord),
            traffic::pass,
        ))
        .with_state(core)
}

/// Lets only requests with the bot's token through, while it is accepted.
async fn require_token(State(core): State<Arc<Core>>, request: Request, next: Next) -> Response {
    let sent = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let token = sent.and_then(|sent| sent.strip_prefix("Bot "));
    if token.is_some_and(|token| core.read(|state| state.world.accepts(token))) {
        next.run(request).await
    } else {
        ApiError::plain(StatusCode::UNAUTHORIZED).into_response()
    }
}

/// Refuses clients without a user agent of the documented form, whom Discord may block.
///
/// Source: <https://discord.com/developers/docs/reference#user-agent>
async fn require_agent(request: Request, next: Next) -> Response {
    let agent = request.headers().get(header::USER_AGENT);
    let agent = agent.and_then(|agent| agent.to_str().ok());
    let about = agent.and_then(|agent| agent.strip_prefix("DiscordBot ("));
    let documented = about.is_some_and(|about| {
        let url = about.starts_with("https://") || about.starts_with("http://");
        // Libraries add their platform, and write the version in their own ways.
        url && about.contains(' ') && about.contains(')')
    });
    if documented {
        next.run(request).await
    } else {
        ApiError::known(40333).into_response()
    }
}

/// Parses an id in a path.
fn snowflake(text: &str) -> Result<Id, ApiError> {
    let wrong = || {
        ApiError::form(
            "",
            "NUMBER_TYPE_COERCE",
            format!("Value \"{text}\" is not snowflake."),
        )
    };
    text.parse().map_err(|_| wrong())
}
