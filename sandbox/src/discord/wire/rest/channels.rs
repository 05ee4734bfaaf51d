//! `/channels/{channel}`: messages by the bot token.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use serde::Deserialize;
use serde_json::Value;

use super::{Answer, Done, snowflake};
use crate::core::{Core, State as Everything};
use crate::discord::model::errors::ApiError;
use crate::discord::model::message::{Message, Route};
use crate::discord::model::permissions::{ATTACH_FILES, MANAGE_MESSAGES, READ_MESSAGE_HISTORY};
use crate::discord::model::render;
use crate::discord::model::things::BOT;
use crate::discord::rules::allowed::{
    count_old_edit, drop_embeds, may_post, message_with_nonce, public, replied_to,
};
use crate::discord::rules::body::Payload;
use crate::discord::rules::draft::Draft;
use crate::ids::{Id, now_ms};

/// `GET /channels/{channel}`.
pub(super) async fn channel(State(core): State<Arc<Core>>, Path(id): Path<String>) -> Answer {
    let id = snowflake(&id)?;
    core.read(|state| {
        let channel = state.world.visible_channel(id)?;
        Ok(Json(render::channel(&state.world, channel, None)))
    })
}

#[derive(Debug, Deserialize)]
pub(super) struct Range {
    limit: Option<usize>,
    before: Option<String>,
    after: Option<String>,
    around: Option<String>,
}

/// `GET …/messages`: newest first, 50 by default (1 to 100).
pub(super) async fn list(
    State(core): State<Arc<Core>>,
    Path(id): Path<String>,
    Query(range): Query<Range>,
) -> Answer {
    let id = snowflake(&id)?;
    let limit = range.limit.unwrap_or(50);
    if !(1..=100).contains(&limit) {
        let text = "int value should be between 1 and 100.";
        return Err(ApiError::form("limit", "NUMBER_TYPE_MAX", text));
    }
    let bound = |text: &Option<String>| text.as_deref().map(snowflake).transpose();
    let (before, after, around) = (
        bound(&range.before)?,
        bound(&range.after)?,
        bound(&range.around)?,
    );
    core.read(|state| {
        let world = &state.world;
        let channel = world.visible_channel(id)?;
        if !channel.bot_may(READ_MESSAGE_HISTORY) {
            return Ok(Json(Value::Array(Vec::new())));
        }
        let shown = world
            .messages_in(id)
            .filter(|message| !message.deleted && message.ephemeral_for.is_none());
        let older = |than: Id| shown.clone().rev().filter(move |message| message.id < than);
        let newer = |than: Id| shown.clone().filter(move |message| message.id > than);
        let mut shown: Vec<&Message> = match (before, after, around) {
            (Some(before), ..) => older(before).take(limit).collect(),
            (None, Some(after), _) => newer(after).take(limit).collect(),
            (None, None, Some(around)) => {
                let half = limit / 2;
                let itself = shown.clone().filter(|message| message.id == around);
                let around = older(around)
                    .take(half)
                    .chain(itself)
                    .chain(newer(around).take(half));
                around.take(limit).collect()
            }
            (None, None, None) => shown.rev().take(limit).collect(),
        };
        shown.sort_by_key(|message| std::cmp::Reverse(message.id));
        Ok(Json(
            shown
                .into_iter()
                .map(|message| render::message(world, message))
                .collect(),
        ))
    })
}

/// `POST …/messages`.
pub(super) async fn create(
    State(core): State<Arc<Core>>,
    Path(id): Path<String>,
    Extension(payload): Extension<Payload>,
) -> Answer {
    let id = snowflake(&id)?;
    core.update(|state| {
        let mut draft = Draft::read(&payload, 0)?;
        let world = &mut state.world;
        let place = world.visible_channel(id)?;
        may_post(world, place, &draft)?;
        drop_embeds(place, &mut draft);
        if let Some(message) = draft
            .nonce
            .as_ref()
            .filter(|_| draft.enforce_nonce)
            .and_then(|n| message_with_nonce(world, id, n))
        {
            return Ok(Json(render::message(world, message)));
        }
        if let Some(channel) = world.channels.get_mut(&id) {
            // A new message reopens an archived thread.
            channel.archived = false;
        }
        let mut message = Message::new(world.ids.next(), id, BOT);
        message.nonce = draft.nonce.clone();
        message.reference = replied_to(world, id, &draft)?;
        let allowed = draft.allowed.clone();
        world.compose(&mut message, draft, Route::Channel)?;
        world.ping(&mut message, &allowed);
        let message = world.keep(message, Route::Channel);
        state.tell_message(&message);
        Ok(Json(render::message(&state.world, &message)))
    })
}

/// `GET …/messages/{message}`.
pub(super) async fn message(
    State(core): State<Arc<Core>>,
    Path((channel, id)): Path<(String, String)>,
) -> Answer {
    let (channel, id) = (snowflake(&channel)?, snowflake(&id)?);
    core.read(|state| {
        if !state
            .world
            .visible_channel(channel)?
            .bot_may(READ_MESSAGE_HISTORY)
        {
            return Err(ApiError::known(50013));
        }
        Ok(Json(render::message(
            &state.world,
            public(&state.world, channel, id)?,
        )))
    })
}

/// `PATCH …/messages/{message}`.
pub(super) async fn edit(
    State(core): State<Arc<Core>>,
    Path((channel, id)): Path<(String, String)>,
    Extension(payload): Extension<Payload>,
) -> Answer {
    let (channel, id) = (snowflake(&channel)?, snowflake(&id)?);
    core.update(|state| {
        let world = &mut state.world;
        let place = world.visible_channel(channel)?;
        let mut message = public(world, channel, id)?.clone();
        if message.author != BOT {
            return Err(ApiError::known(50005));
        }
        if place.archived {
            return Err(ApiError::known(50083));
        }
        let mut draft = Draft::read(&payload, message.flags)?;
        drop_embeds(place, &mut draft);
        if !draft.files.is_empty() && !place.bot_may(ATTACH_FILES) {
            return Err(ApiError::known(50013));
        }
        count_old_edit(world, &message)?;
        world.compose(&mut message, draft, Route::Channel)?;
        message.edited_at = Some(now_ms());
        let message = world.keep(message, Route::Channel);
        state.tell_message(&message);
        Ok(Json(render::message(&state.world, &message)))
    })
}

/// `DELETE …/messages/{message}`.
pub(super) async fn delete(
    State(core): State<Arc<Core>>,
    Path((channel, id)): Path<(String, String)>,
) -> Done {
    let (channel, id) = (snowflake(&channel)?, snowflake(&id)?);
    core.update(|state| {
        let place = state.world.visible_channel(channel)?;
        let own = public(&state.world, channel, id)?.author == BOT;
        if !own && !place.bot_may(MANAGE_MESSAGES) {
            return Err(ApiError::known(50013));
        }
        state.delete(channel, id)?;
        Ok(StatusCode::NO_CONTENT)
    })
}

impl Everything {
    /// Deletes a message, whose versions stay visible to tests.
    pub(crate) fn delete(&mut self, channel: Id, id: Id) -> Result<(), ApiError> {
        self.world.message(channel, id)?;
        if let Some(message) = self.world.messages.get_mut(&id) {
            message.deleted = true;
            let message = message.clone();
            self.tell_message(&message);
        }
        Ok(())
    }
}
