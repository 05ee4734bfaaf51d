//! `POST /interactions/{id}/{token}/callback`: the bot's first response.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::Deserialize;
use serde_json::{Value, json};

use super::snowflake;
use crate::core::{Core, State as Everything};
use crate::discord::model::errors::{ApiError, Mistakes};
use crate::discord::model::message::{EPHEMERAL, LOADING, Message, Route, Source};
use crate::discord::model::permissions::USE_EXTERNAL_APPS;
use crate::discord::model::render;
use crate::discord::model::things::{BOT, Callback, Pending};
use crate::discord::rules::body::Payload;
use crate::discord::rules::compose::flags_of_new;
use crate::discord::rules::draft::Draft;
use crate::discord::rules::validate;
use crate::ids::{Id, now_ms};

#[derive(Debug, Deserialize)]
pub(super) struct Wish {
    with_response: Option<String>,
}

/// Accepts the first response to an interaction: within its time limit, once, and of a type that
/// fits.
pub(super) async fn respond(
    State(core): State<Arc<Core>>,
    Path((id, token)): Path<(String, String)>,
    Query(wish): Query<Wish>,
    Extension(payload): Extension<Payload>,
) -> Result<Response, ApiError> {
    let id = snowflake(&id)?;
    let form = payload.json()?;
    let limit = core.options.ack_limit;
    let message = core.update(|state| {
        let pending = state
            .world
            .interactions
            .get(&id)
            .filter(|pending| pending.token == token);
        let pending = pending.cloned().ok_or_else(|| ApiError::known(10062))?;
        if pending.callback.is_some() {
            return Err(ApiError::known(40060));
        }
        let after = pending.sent.elapsed();
        if after > limit {
            return Err(ApiError::known(10062));
        }
        let kind = fitting_kind(&form, pending.kind)?;
        let message = take(state, &pending, kind, &form["data"], &payload)?;
        if let Some(pending) = state.world.interactions.get_mut(&id) {
            pending.callback = Some(Callback {
                kind,
                data: form["data"].clone(),
                at: now_ms(),
                after_us: u64::try_from(after.as_micros()).unwrap_or(u64::MAX),
            });
            pending.original = message;
        }
        state.tell_interaction(id, Some(kind));
        Ok(message.map(|message| (pending.channel, message)))
    })?;
    if wish.with_response.as_deref() != Some("true") {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let body = core.read(|state| {
        let shown = message.and_then(|(channel, id)| state.world.message(channel, id).ok());
        let pending = state.world.interactions.get(&id);
        json!({
            "interaction": {
                "id": id, "type": pending.map(|pending| pending.kind), "response_message_id": shown.map(|m| m.id),
                "response_message_loading": shown.is_some_and(|m| m.thinking),
                "response_message_ephemeral": shown.is_some_and(|m| m.ephemeral_for.is_some()),
            },
            "resource": {"type": form["type"], "message": shown.map(|m| render::message(&state.world, m))},
        })
    });
    Ok(Json(body).into_response())
}

/// Returns the callback's type, if that kind of interaction may be answered with it.
fn fitting_kind(form: &Value, interaction: u8) -> Result<u8, ApiError> {
    let kind = form["type"]
        .as_u64()
        .and_then(|kind| u8::try_from(kind).ok());
    let kind =
        kind.ok_or_else(|| ApiError::form("type", "BASE_TYPE_REQUIRED", "This field is required"))?;
    let fits = match interaction {
        2 => matches!(kind, 4 | 5 | 9),
        3 => matches!(kind, 4..=7 | 9),
        _ => kind == 8,
    };
    if fits {
        return Ok(kind);
    }
    let allowed = match interaction {
        2 => "4, 5, 9",
        3 => "4, 5, 6, 7, 9",
        _ => "8",
    };
    Err(ApiError::form(
        "type",
        "BASE_TYPE_CHOICES",
        format!("Value must be one of {{{allowed}}}."),
    ))
}

/// Carries out the callback. Returns the message that `@original` then means.
fn take(
    state: &mut Everything,
    pending: &Pending,
    kind: u8,
    data: &Value,
    payload: &Payload,
) -> Result<Option<Id>, ApiError> {
    match kind {
        4 => {
            let draft = Draft::from_json(data, payload.files.clone(), 0)?;
            answer(state, pending, draft).map(|message| Some(message.id))
        }
        5 => {
            let flags = data["flags"].as_u64().unwrap_or(0);
            if flags & !EPHEMERAL != 0 {
                let text = "Only the flag EPHEMERAL may be set on a deferred response.";
                return Err(ApiError::form("data.flags", "BITFIELD_TYPE_INVALID", text));
            }
            let mut message = blank_answer(state, pending, flags);
            message.thinking = true;
            message.flags |= LOADING;
            let message = state.world.keep(message, Route::Token);
            state.tell_message(&message);
            Ok(Some(message.id))
        }
        7 => {
            let Some(id) = pending.component_of else {
                return Ok(None);
            };
            let mut message = state.world.message(pending.channel, id)?.clone();
            let draft = Draft::from_json(data, payload.files.clone(), message.flags)?;
            state.world.compose(&mut message, draft, Route::Token)?;
            message.edited_at = Some(now_ms());
            let message = state.world.keep(message, Route::Token);
            state.tell_message(&message);
            Ok(Some(id))
        }
        6 => Ok(pending.component_of),
        8 => {
            let mut mistakes = Mistakes::default();
            validate::definitions::choices(&mut mistakes, "data", &data["choices"]);
            mistakes.check().map(|()| None)
        }
        _ => Ok(None),
    }
}

/// Creates a message of the bot that answers an interaction.
pub(super) fn answer(
    state: &mut Everything,
    pending: &Pending,
    draft: Draft,
) -> Result<Message, ApiError> {
    let mut message = blank_answer(state, pending, flags_of_new(&draft));
    let allowed = draft.allowed.clone();
    state.world.compose(&mut message, draft, Route::Token)?;
    state.world.ping(&mut message, &allowed);
    let message = state.world.keep(message, Route::Token);
    state.tell_message(&message);
    Ok(message)
}

fn blank_answer(state: &mut Everything, pending: &Pending, flags: u64) -> Message {
    let id = state.world.ids.next();
    let mut message = Message::new(id, pending.channel, BOT);
    // The answers of an application that somebody installed for themselves are hidden from
    // others, unless the person has Use External Apps.
    let hidden = (state.world.channels.get(&pending.channel)).is_some_and(|channel| {
        channel.guild.is_some()
            && channel.user_installed()
            && channel.permissions_of(pending.person) & USE_EXTERNAL_APPS == 0
    });
    let flags = if hidden { flags | EPHEMERAL } else { flags };
    message.flags = flags;
    message.ephemeral_for = (flags & EPHEMERAL != 0).then_some(pending.person);
    message.source = Some(Source {
        id: pending.id,
        kind: pending.kind,
        person: pending.person,
        name: pending.name.clone(),
        component_of: pending.component_of,
    });
    message
}
