//! The messages that the bot sends, edits and answers with on Discord.

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

/// The routes by which people are answered. Clones share one client.
///
/// Every method fails with what Discord's reply asks for. An interaction's first
/// answer comes [`DiscordError::TooLate`] after three seconds.
#[derive(Clone)]
pub struct Messenger {
    pub(super) rest: Rest,
    /// The bot's user: not its application's id where the bot is old.
    pub(super) bot_id: u64,
    /// The upload limits of servers, in bytes, and when each was asked.
    pub(super) upload_limits: Arc<Mutex<HashMap<u64, (u64, Instant)>>>,
    pub(super) forbidden: Arc<Forbidden>,
}

/// The result of a request.
pub(super) type Sent<T = ()> = Result<T, DiscordError>;

/// A message as Discord has taken it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posted {
    pub id: u64,
    /// Whether it has embeds: without *Embed Links* Discord drops them without a word.
    pub embeds: bool,
    /// Whether only the person who acted sees it, as Discord may decide by itself.
    pub private: bool,
}

impl Messenger {
    /// A messenger that sends through `rest` as the bot's user.
    #[must_use]
    pub fn new(rest: Rest, bot_id: u64) -> Self {
        Self {
            rest,
            bot_id,
            upload_limits: Arc::default(),
            forbidden: Arc::default(),
        }
    }

    /// The bot's user.
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

    /// Acknowledges a press without an answer of its own: the message below
    /// which it was becomes `@original` (callback type 6).
    pub async fn acknowledge_press(&self, to: InteractionToken<'_>) -> Sent {
        self.call_back(to, json!({ "type": 6 })).await
    }

    /// Answers a press by changing the message it was below (callback type 7).
    pub async fn update(&self, to: InteractionToken<'_>, message: &Message) -> Sent {
        let data = json_of(message)?;
        self.call_back(to, json!({ "type": 7, "data": data })).await
    }

    /// Answers an interaction that is answered already with one message more.
    pub async fn follow_up(&self, to: InteractionToken<'_>, message: &Message) -> Sent {
        let body = json_of(message)?;
        let sent = self
            .rest
            .json(Route::CreateFollowupMessage(to), Some(&body));
        sent.await.map(drop)
    }

    /// Suggests values while somebody types (callback type 8).
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

    /// Edits the message of an interaction by its token.
    pub async fn edit_original(
        &self,
        interaction: InteractionToken<'_>,
        message: &Message,
        files: &[Upload<'_>],
    ) -> Sent<Posted> {
        self.deliver(Route::EditOriginalResponse(interaction), message, files)
            .await
    }

    /// Changes what a message of the bot's own says; its files stay.
    pub async fn reword(&self, channel: u64, id: u64, message: &Message) -> Sent {
        let body = json_of(message)?;
        let route = Route::EditMessage { channel, id };
        self.rest.json(route, Some(&body)).await.map(drop)
    }

    /// Edits a message of the bot's own in a channel.
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

    /// Opens (or finds) the direct message channel with a person.
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
        let Taken { id, embeds, flags } = reply.read()?;
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

/// A message whose body lists `files`, also where there are none: an edit then takes
/// away what was attached before.
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

/// The parts of a message that matter once Discord took it.
#[derive(Deserialize)]
struct Taken {
    id: GenericId,
    #[serde(default)]
    embeds: Vec<Value>,
    #[serde(default)]
    flags: u64,
}
