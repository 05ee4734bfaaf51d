//! The routes about the bot itself and its gateway.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::Answer;
use crate::core::Core;
use crate::discord::model::errors::ApiError;
use crate::discord::model::permissions;
use crate::discord::model::render;
use crate::discord::model::things::{APPLICATION, GUILD};
use crate::discord::wire::endpoint;
use crate::discord::wire::gateway::ws_url;

/// `GET /gateway`.
pub(super) async fn gateway(State(core): State<Arc<Core>>) -> Answer {
    open(&core)?;
    Ok(Json(json!({"url": ws_url(&core.discord_url)})))
}

/// `GET /gateway/bot`. Session starts are counted but never run out.
pub(super) async fn gateway_bot(State(core): State<Arc<Core>>) -> Answer {
    open(&core)?;
    let used = core.read(|state| state.gateway.identifies);
    let limit = json!({
        "total": 1000, "remaining": 1000_usize.saturating_sub(used).max(1), "reset_after": 86_400_000,
        "max_concurrency": 1,
    });
    let shards = core.read(|state| state.gateway.shards);
    Ok(Json(
        json!({"url": ws_url(&core.discord_url), "shards": shards, "session_start_limit": limit}),
    ))
}

fn open(core: &Core) -> Result<(), ApiError> {
    let refused = core.read(|state| state.gateway.refused);
    if refused {
        Err(ApiError::plain(StatusCode::SERVICE_UNAVAILABLE))
    } else {
        Ok(())
    }
}

/// `GET /users/@me`.
pub(super) async fn me() -> Json<Value> {
    let mut user = render::bot_user();
    user["verified"] = json!(true);
    user["mfa_enabled"] = json!(false);
    user["email"] = json!(null);
    user["locale"] = json!("en-US");
    Json(user)
}

/// `GET /users/@me/guilds`.
pub(super) async fn guilds() -> Json<Value> {
    Json(json!([{
        "id": GUILD, "name": "Sandbox", "icon": null, "banner": null, "owner": false, "features": [],
        "permissions": permissions::ORDINARY.to_string(),
    }]))
}

/// `GET /applications/@me`, and its older form under `/oauth2`.
pub(super) async fn application(State(core): State<Arc<Core>>) -> Json<Value> {
    let installs = if core.options.user_installs {
        json!({ "0": {}, "1": {} })
    } else {
        json!({ "0": {} })
    };
    Json(json!({
        "id": APPLICATION, "name": "videostatus", "icon": null, "description": "", "summary": "", "type": null,
        "bot": render::bot_user(), "bot_public": true, "bot_require_code_grant": false, "rpc_origins": [],
        "verify_key": endpoint::public_key(), "flags": 0, "tags": [], "team": null, "redirect_uris": [],
        "interactions_endpoint_url": null, "role_connections_verification_url": null,
        "integration_types_config": installs, "approximate_guild_count": 1,
        "approximate_user_install_count": 0,
        "owner": {
            "id": "1100000000000000002", "username": "owner", "global_name": null, "discriminator": "0",
            "avatar": null, "public_flags": 0,
        },
    }))
}
