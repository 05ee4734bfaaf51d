//! The rules of what the bot may do in a channel, and how often.

use std::time::{Duration, Instant};

use crate::discord::model::errors::ApiError;
use crate::discord::model::message::Message;
use crate::discord::model::permissions::{
    ATTACH_FILES, EMBED_LINKS, MANAGE_THREADS, READ_MESSAGE_HISTORY, SEND_MESSAGES,
    SEND_MESSAGES_IN_THREADS,
};
use crate::discord::model::things::Channel;
use crate::discord::model::world::World;
use crate::discord::rules::draft::Draft;
use crate::ids::{Id, millis};

/// Returns a message for channel routes, for which ephemeral messages do not exist.
pub(crate) fn public(world: &World, channel: Id, id: Id) -> Result<&Message, ApiError> {
    let message = world.message(channel, id)?;
    if message.ephemeral_for.is_some() {
        Err(ApiError::known(10008))
    } else {
        Ok(message)
    }
}

/// Fails unless the bot may post such a message in this channel.
pub(crate) fn may_post(world: &World, channel: &Channel, draft: &Draft) -> Result<(), ApiError> {
    let mut needed = if channel.kind == 12 {
        // The bot is not a member of private threads.
        SEND_MESSAGES_IN_THREADS | MANAGE_THREADS
    } else if matches!(channel.kind, 10 | 11) {
        SEND_MESSAGES_IN_THREADS
    } else {
        SEND_MESSAGES
    };
    if !draft.files.is_empty() {
        needed |= ATTACH_FILES;
    }
    if draft.is_only_embeds() {
        needed |= EMBED_LINKS;
    }
    if !channel.bot_may(needed) {
        return Err(ApiError::known(50013));
    }
    if channel.locked && !channel.bot_may(MANAGE_THREADS) {
        return Err(ApiError::known(160_005));
    }
    if draft.reference.is_some() && !channel.bot_may(READ_MESSAGE_HISTORY) {
        return Err(ApiError::known(160_002));
    }
    let closed = |id: &Id| {
        world
            .person_by_id(*id)
            .is_some_and(|person| person.dms_closed)
    };
    if channel.kind == 1 && channel.members.iter().any(closed) {
        return Err(ApiError::known(50007));
    }
    Ok(())
}

/// Drops the embeds of a draft if the bot lacks Embed Links, as Discord silently does. A new
/// message of embeds alone is refused instead (see [`may_post`]).
pub(crate) fn drop_embeds(channel: &Channel, draft: &mut Draft) {
    if draft.embeds.is_some() && !channel.bot_may(EMBED_LINKS) {
        draft.embeds = Some(Vec::new());
    }
}

/// Returns the message that has this nonce and is young enough to be found by it.
pub(crate) fn message_with_nonce<'w>(
    world: &'w World,
    channel: Id,
    nonce: &str,
) -> Option<&'w Message> {
    let window = millis(world.options.nonce_window);
    let mut young = world
        .messages_in(channel)
        .rev()
        .take_while(|message| message.age_ms() < window);
    young.find(|message| message.nonce.as_deref() == Some(nonce))
}

pub(crate) fn replied_to(
    world: &World,
    channel: Id,
    draft: &Draft,
) -> Result<Option<Id>, ApiError> {
    let Some((id, must_exist)) = draft.reference else {
        return Ok(None);
    };
    match public(world, channel, id) {
        Ok(_) => Ok(Some(id)),
        Err(_) if must_exist => Err(ApiError::form(
            "message_reference",
            "REPLIES_UNKNOWN_MESSAGE",
            "Unknown message",
        )),
        Err(_) => Ok(None),
    }
}

/// Counts an edit, and refuses more than a few edits of old messages in a short time.
pub(crate) fn count_old_edit(world: &mut World, message: &Message) -> Result<(), ApiError> {
    let rule = world.old_edits;
    if Duration::from_millis(message.age_ms()) < rule.older_than {
        return Ok(());
    }
    let made = world.old_edits_made.entry(message.channel).or_default();
    made.retain(|at| at.elapsed() < rule.window);
    if made.len() >= rule.times {
        return Err(ApiError::known(30046));
    }
    made.push(Instant::now());
    Ok(())
}
