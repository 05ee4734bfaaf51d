//! The messenger: how the bot answers people, and sends and edits messages on Discord.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use serde::Deserialize;
use serde_json::{Value, json};
use serenity::model::id::GenericId;

use super::forbidden::Forbidden;
use super::rest::{Identified, Rest};
pub use super::route::InteractionToken;
use super::route::Route;
use super::upload::Upload;
use crate::domain::discord::DiscordError;
use crate::render::body::{EPHEMERAL, Message};
use crate::render::pick::Suggestion;

/// The messenger. Clones share one client.
///
/// Every method that sends fails with a [`DiscordError`], typed by the reaction that Discord's
/// reply asks for. The first answer to an interaction fails with [`DiscordError::TooLate`] after
/// three seconds.
#[derive(Clone)]
pub struct Messenger {
    pub(super) rest: Rest,
    /// The id of the bot's user. Old bots have another one than their application.
    pub(super) bot_id: u64,
    /// For each server, its upload limit in bytes and when it was asked for.
    pub(super) upload_limits: Arc<Mutex<HashMap<u64, (u64, Instant)>>>,
    pub(super) forbidden: Arc<Forbidden>,
}

/// The result of a request.
pub(super) type Sent<T = ()> = Result<T, DiscordError>;

/// A message that Discord has accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posted {
    pub id: u64,
    /// True if the message has embeds: without *Embed Links* Discord drops them silently.
    pub embeds: bool,
    /// True if only the person who acted sees the message. Discord may decide that by itself.
    pub private: bool,
}

impl Messenger {
    /// Creates a messenger that sends through `rest` as the bot's user.
    #[must_use]
    pub fn new(rest: Rest, bot_id: u64) -> Self {
        Self {
            rest,
            bot_id,
            upload_limits: Arc::default(),
            forbidden: Arc::default(),
        }
    }

    /// Returns the id of the bot's user.
    pub fn bot_id(&self) -> u64 {
        self.bot_id
    }

    /// Acknowledges a command within its three seconds: Discord shows
    /// "thinking…" until the message is edited (callback type 5).
    pub async fn acknowledge(&self, to: InteractionToken<'_>, private: bool) -> Sent {
        let flags = if private { EPHEMERAL } else { 0 };
        let body = json!({ "type": 5, "data": { "flags": flags } });
        self.call_back(to, body).await
    }

    /// Answers an interaction at once with a message (callback type 4).
    pub async fn answer(&self, to: InteractionToken<'_>, message: &Message) -> Sent {
        let data = json_of(message)?;
        self.call_back(to, json!({ "type": 4, "data": data })).await
    }

    /// Answers an interaction at once with a message and a file.
    pub async fn answer_with(
        &self,
        to: InteractionToken<'_>,
        message: &Message,
        file: Upload<'_>,
    ) -> Sent {
        let files = [file];
        let body = json!({ "type": 4, "data": with_files(message, &files)? });
        let sent = self
            .rest
            .multipart(Route::CreateInteractionResponse(to), &body, &files)
            .await;
        sent.map(drop)
    }

    /// Acknowledges a press without an answer of its own: the message under the button becomes
    /// `@original` (callback type 6).
    pub async fn acknowledge_press(&self, to: InteractionToken<'_>) -> Sent {
        self.call_back(to, json!({ "type": 6 })).await
    }

    /// Answers a press by changing the message under the button (callback type 7).
    pub async fn update(&self, to: InteractionToken<'_>, message: &Message) -> Sent {
        let data = json_of(message)?;
        self.call_back(to, json!({ "type": 7, "data": data })).await
    }

    /// Sends a further message to an interaction that is already answered.
    pub async fn follow_up(&self, to: InteractionToken<'_>, message: &Message) -> Sent {
        let body = json_of(message)?;
        let sent = self
            .rest
            .json(Route::CreateFollowupMessage(to), Some(&body));
        sent.await.map(drop)
    }

    /// Answers somebody who is typing an option with suggested values (callback type 8).
    pub async fn suggest(&self, to: InteractionToken<'_>, choices: &[Suggestion]) -> Sent {
        let body = json!({ "type": 8, "data": { "choices": choices } });
        self.call_back(to, body).await
    }

    async fn call_back(&self, to: InteractionToken<'_>, body: Value) -> Sent {
        self.rest
            .json(Route::CreateInteractionResponse(to), Some(&body))
            .await
            .map(drop)
    }

    /// Edits the message that answers an interaction, by the interaction's token.
    pub async fn edit_original(
        &self,
        interaction: InteractionToken<'_>,
        message: &Message,
        files: &[Upload<'_>],
    ) -> Sent<Posted> {
        self.deliver(Route::EditOriginalResponse(interaction), message, files)
            .await
    }

    /// Changes one of the bot's messages and keeps its files.
    pub async fn reword(&self, channel: u64, id: u64, message: &Message) -> Sent {
        let body = json_of(message)?;
        let route = Route::EditMessage { channel, id };
        self.rest.json(route, Some(&body)).await.map(drop)
    }

    /// Edits one of the bot's messages in a channel. Files that are not sent along are removed.
    pub async fn edit(
        &self,
        channel: u64,
        id: u64,
        message: &Message,
        files: &[Upload<'_>],
    ) -> Sent<Posted> {
        let route = Route::EditMessage { channel, id };
        self.deliver(route, message, files).await
    }

    /// Sends a new message to a channel.
    pub async fn send(
        &self,
        channel: u64,
        message: &Message,
        files: &[Upload<'_>],
    ) -> Sent<Posted> {
        let route = Route::CreateMessage(channel);
        self.deliver(route, message, files).await
    }

    /// Opens the direct message channel with a person and returns its id.
    pub async fn open_dm(&self, user_id: u64) -> Sent<u64> {
        let body = json!({ "recipient_id": user_id.to_string() });
        let opened = self.rest.json(Route::CreateDm, Some(&body)).await?;
        Ok(opened.read::<Identified>()?.id.get())
    }

    async fn deliver(
        &self,
        route: Route<'_>,
        message: &Message,
        files: &[Upload<'_>],
    ) -> Sent<Posted> {
        let body = with_files(message, files)?;
        let reply = if files.is_empty() {
            self.rest.json(route, Some(&body)).await?
        } else {
            self.rest.multipart(route, &body, files).await?
        };
        let SentMessage { id, embeds, flags } = reply.read()?;
        Ok(Posted {
            id: id.get(),
            embeds: !embeds.is_empty(),
            private: flags & EPHEMERAL != 0,
        })
    }
}

fn json_of(message: &Message) -> Sent<Value> {
    serde_json::to_value(message).map_err(|error| DiscordError::Invalid(error.to_string()))
}

/// Returns a message's body that lists `files`. An empty list is sent too: an edit then removes
/// the files that were attached before.
fn with_files(message: &Message, files: &[Upload<'_>]) -> Sent<Value> {
    let mut body = json_of(message)?;
    let names = files.iter().enumerate();
    let names = names.map(|(n, file)| {
        let mut listed = json!({ "id": n, "filename": file.name });
        if !file.description.is_empty() {
            listed["description"] = file.description.into();
        }
        listed
    });
    body["attachments"] = names.collect();
    Ok(body)
}

/// The parts of Discord's reply to a sent message that the bot needs.
#[derive(Deserialize)]
struct SentMessage {
    id: GenericId,
    #[serde(default)]
    embeds: Vec<Value>,
    #[serde(default)]
    flags: u64,
}
