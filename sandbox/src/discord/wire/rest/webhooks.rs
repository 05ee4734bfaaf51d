//! `/webhooks/{app}/{token}`: an interaction's messages, by its token.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::{Extension, Json};

use super::{Answer, Done, callback, snowflake};
use crate::core::{Core, State as Everything};
use crate::discord::model::errors::ApiError;
use crate::discord::model::message::{Message, Route};
use crate::discord::model::render;
use crate::discord::model::things::{APPLICATION, Pending};
use crate::discord::rules::body::Payload;
use crate::discord::rules::draft::Draft;
use crate::ids::{Id, now_ms};

/// The application and token of the path, which [`checked`] checks.
type Hook = Path<(String, String)>;
type HookMessage = Path<(String, String, String)>;

/// `POST`: a follow-up message.
pub(super) async fn follow_up(
    State(core): State<Arc<Core>>,
    Path((app, token)): Hook,
    Extension(payload): Extension<Payload>,
) -> Answer {
    core.update(|state| {
        let pending = checked(state, &app, &token)?;
        let message = callback::answer(state, &pending, Draft::read(&payload, 0)?)?;
        Ok(Json(render::message(&state.world, &message)))
    })
}

/// `GET …/@original`.
pub(super) async fn original(State(core): State<Arc<Core>>, Path((app, token)): Hook) -> Answer {
    core.read(|state| {
        let (pending, id) = checked_original(state, &app, &token)?;
        Ok(Json(render::message(
            &state.world,
            state.world.message(pending.channel, id)?,
        )))
    })
}

/// `PATCH …/@original`.
pub(super) async fn edit_original(
    State(core): State<Arc<Core>>,
    Path((app, token)): Hook,
    Extension(payload): Extension<Payload>,
) -> Answer {
    core.update(|state| {
        let (pending, id) = checked_original(state, &app, &token)?;
        change(state, &pending, id, &payload)
    })
}

/// `DELETE …/@original`.
pub(super) async fn delete_original(
    State(core): State<Arc<Core>>,
    Path((app, token)): Hook,
) -> Done {
    core.update(|state| {
        let (pending, id) = checked_original(state, &app, &token)?;
        remove(state, &pending, id)
    })
}

/// `GET …/{message}`.
pub(super) async fn message(
    State(core): State<Arc<Core>>,
    Path((app, token, id)): HookMessage,
) -> Answer {
    core.read(|state| {
        let (pending, id) = checked_message(state, &app, &token, &id)?;
        Ok(Json(render::message(
            &state.world,
            state.world.message(pending.channel, id)?,
        )))
    })
}

/// `PATCH …/{message}`.
pub(super) async fn edit(
    State(core): State<Arc<Core>>,
    Path((app, token, id)): HookMessage,
    Extension(payload): Extension<Payload>,
) -> Answer {
    core.update(|state| {
        let (pending, id) = checked_message(state, &app, &token, &id)?;
        change(state, &pending, id, &payload)
    })
}

/// `DELETE …/{message}`.
pub(super) async fn delete(
    State(core): State<Arc<Core>>,
    Path((app, token, id)): HookMessage,
) -> Done {
    core.update(|state| {
        let (pending, id) = checked_message(state, &app, &token, &id)?;
        remove(state, &pending, id)
    })
}

fn change(state: &mut Everything, pending: &Pending, id: Id, payload: &Payload) -> Answer {
    let mut message: Message = state.world.message(pending.channel, id)?.clone();
    let answered = !message.thinking;
    let draft = Draft::read(payload, message.flags)?;
    state.world.compose(&mut message, draft, Route::Token)?;
    // The first edit of a deferred answer creates its content, so it is not marked "edited".
    message.edited_at = answered.then(now_ms);
    let message = state.world.keep(message, Route::Token);
    state.tell_message(&message);
    Ok(Json(render::message(&state.world, &message)))
}

fn remove(state: &mut Everything, pending: &Pending, id: Id) -> Done {
    state.delete(pending.channel, id)?;
    Ok(StatusCode::NO_CONTENT)
}

fn checked(state: &Everything, app: &str, token: &str) -> Result<Pending, ApiError> {
    if snowflake(app)? != APPLICATION {
        return Err(ApiError::known(10015));
    }
    state.world.interaction(token).cloned()
}

fn checked_original(state: &Everything, app: &str, token: &str) -> Result<(Pending, Id), ApiError> {
    let pending = checked(state, app, token)?;
    let id = pending.original.ok_or_else(|| ApiError::known(10008))?;
    Ok((pending, id))
}

/// Returns a message of this interaction: an answer, a follow-up, or the one whose component was
/// used.
fn checked_message(
    state: &Everything,
    app: &str,
    token: &str,
    id: &str,
) -> Result<(Pending, Id), ApiError> {
    // Some clients write `@` as `%40`.
    if id == "@original" {
        return checked_original(state, app, token);
    }
    let pending = checked(state, app, token)?;
    let id = snowflake(id)?;
    let source = state.world.message(pending.channel, id)?.source.as_ref();
    let own = pending.original == Some(id) || source.is_some_and(|source| source.id == pending.id);
    if own {
        Ok((pending, id))
    } else {
        Err(ApiError::known(10008))
    }
}
