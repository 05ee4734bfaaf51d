//! Users, members, the guild, and opening direct messages.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::{Extension, Json};

use super::{Answer, snowflake};
use crate::core::Core;
use crate::discord::model::errors::ApiError;
use crate::discord::model::render;
use crate::discord::model::things::GUILD;
use crate::discord::rules::body::Payload;
use crate::ids::Id;

/// `GET /users/{user}`.
pub(super) async fn user(State(core): State<Arc<Core>>, Path(user): Path<String>) -> Answer {
    let user = snowflake(&user)?;
    let found = core.read(|state| render::user_by_id(&state.world, user));
    found.map(Json).ok_or_else(|| ApiError::known(10013))
}

/// `POST /users/@me/channels`: opens the direct message channel with a person.
pub(super) async fn open_dm(
    State(core): State<Arc<Core>>,
    Extension(payload): Extension<Payload>,
) -> Answer {
    let form = payload.json()?;
    let recipient = Id::from_json(&form["recipient_id"]).ok_or_else(|| {
        ApiError::form(
            "recipient_id",
            "BASE_TYPE_REQUIRED",
            "This field is required",
        )
    })?;
    core.update(|state| {
        let known = state.world.person_by_id(recipient).is_some();
        if !known {
            return Err(ApiError::known(50033));
        }
        let id = state.world.direct(recipient);
        let channel = state.world.visible_channel(id)?;
        Ok(Json(render::channel(&state.world, channel, None)))
    })
}

/// `GET /guilds/{guild}`.
pub(super) async fn guild(State(core): State<Arc<Core>>, Path(guild): Path<String>) -> Answer {
    if snowflake(&guild)? == GUILD {
        Ok(Json(render::guild(core.options.premium_tier)))
    } else {
        Err(ApiError::known(10004))
    }
}

/// `GET /guilds/{guild}/members/{user}`.
pub(super) async fn member(
    State(core): State<Arc<Core>>,
    Path((guild, user)): Path<(String, String)>,
) -> Answer {
    if snowflake(&guild)? != GUILD {
        return Err(ApiError::known(10004));
    }
    let user = snowflake(&user)?;
    let found = core.read(|state| render::user_by_id(&state.world, user));
    found
        .map(|user| Json(render::member(user, None)))
        .ok_or_else(|| ApiError::known(10007))
}
