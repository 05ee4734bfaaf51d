//! What the bot says on Discord: acknowledge, answer, edit, send, tell.

use serde::Deserialize;
use serde_json::{Value, json};
use serenity::model::id::GenericId;

use super::rest::{ResponseBody, Rest};
use super::route::Route;
use super::upload::Upload;
use crate::domain::discord::DiscordError;
use crate::domain::secret::Secret;
use crate::render::body::{EPHEMERAL, Message};
use crate::render::list::Suggestion;

/// The routes by which people are answered. Clones share one client.
#[derive(Clone)]
pub struct Messenger {
    pub(super) rest: Rest,
    /// The bot's user: not its application's id where the bot is old.
    pub(super) bot_id: u64,
}

/// An interaction's token, which is the right to answer it, and the ids that its
/// routes take beside it.
#[derive(Clone, Copy, Debug)]
pub struct InteractionToken<'a> {
    /// The application's id.
    pub application_id: u64,
    /// The interaction's id.
    pub interaction_id: u64,
    /// Its token.
    pub token: &'a Secret,
}

impl<'a> InteractionToken<'a> {
    /// The route that answers the interaction.
    fn response(self) -> Route<'a> {
        Route::CreateInteractionResponse {
            interaction_id: self.interaction_id,
            token: self.token,
        }
    }

    /// The route that edits the answer.
    fn original(self) -> Route<'a> {
        Route::EditOriginalResponse {
            application_id: self.application_id,
            token: self.token,
        }
    }
}

impl Messenger {
    /// A messenger that sends through `rest` as the bot's user.
    #[must_use]
    pub fn new(rest: Rest, bot_id: u64) -> Self {
        Self { rest, bot_id }
    }

    /// Acknowledges a command within its three seconds: Discord shows
    /// "thinking…" until the message is edited (callback type 5).
    ///
    /// # Errors
    /// [`DiscordError::TooLate`] after three seconds, and as for every request.
    pub async fn acknowledge(
        &self,
        interaction: InteractionToken<'_>,
        private: bool,
    ) -> Result<(), DiscordError> {
        let flags = if private { EPHEMERAL } else { 0 };
        self.callback(
            interaction,
            &json!({ "type": 5, "data": { "flags": flags } }),
        )
        .await
    }

    /// Answers an interaction at once with a message (callback type 4).
    ///
    /// # Errors
    /// [`DiscordError::TooLate`] after three seconds, and as for every request.
    pub async fn answer(
        &self,
        interaction: InteractionToken<'_>,
        message: &Message,
    ) -> Result<(), DiscordError> {
        self.callback(
            interaction,
            &json!({ "type": 4, "data": json_of(message)? }),
        )
        .await
    }

    /// Answers an interaction at once with a message and a file.
    ///
    /// # Errors
    /// [`DiscordError::TooLate`] after three seconds, and as for every request.
    pub async fn answer_with(
        &self,
        interaction: InteractionToken<'_>,
        message: &Message,
        file: Upload<'_>,
    ) -> Result<(), DiscordError> {
        let mut data = json_of(message)?;
        data["attachments"] = json!([{ "id": 0, "filename": file.name }]);
        let body = json!({ "type": 4, "data": data });
        self.rest
            .multipart(interaction.response(), &body, &[file])
            .await
            .map(|_| ())
    }

    /// Acknowledges a press without an answer of its own: the message below
    /// which it was becomes `@original` (callback type 6).
    ///
    /// # Errors
    /// [`DiscordError::TooLate`] after three seconds, and as for every request.
    pub async fn acknowledge_press(
        &self,
        interaction: InteractionToken<'_>,
    ) -> Result<(), DiscordError> {
        self.callback(interaction, &json!({ "type": 6 })).await
    }

    /// Answers a press by changing the message it was below (callback type 7).
    ///
    /// # Errors
    /// [`DiscordError::TooLate`] after three seconds, and as for every request.
    pub async fn update(
        &self,
        interaction: InteractionToken<'_>,
        message: &Message,
    ) -> Result<(), DiscordError> {
        self.callback(
            interaction,
            &json!({ "type": 7, "data": json_of(message)? }),
        )
        .await
    }

    /// Suggests values while somebody types (callback type 8).
    ///
    /// # Errors
    /// [`DiscordError::TooLate`] after three seconds, and as for every request.
    pub async fn suggest(
        &self,
        interaction: InteractionToken<'_>,
        choices: &[Suggestion],
    ) -> Result<(), DiscordError> {
        self.callback(
            interaction,
            &json!({ "type": 8, "data": { "choices": choices } }),
        )
        .await
    }

    async fn callback(
        &self,
        interaction: InteractionToken<'_>,
        body: &Value,
    ) -> Result<(), DiscordError> {
        let sent = self.rest.json(interaction.response(), Some(body)).await;
        sent.map(|_| ())
    }

    /// Edits the message of an interaction by its token; returns its id.
    ///
    /// # Errors
    /// [`DiscordError::TokenOver`] once the token is, and as for every request.
    pub async fn edit_original(
        &self,
        interaction: InteractionToken<'_>,
        message: &Message,
        files: &[Upload<'_>],
    ) -> Result<u64, DiscordError> {
        self.deliver(interaction.original(), message, files).await
    }

    /// Edits the message below which a button was pressed, once the press is
    /// answered by it; its files stay.
    ///
    /// # Errors
    /// As for every request.
    pub async fn redraw(
        &self,
        press: InteractionToken<'_>,
        message: &Message,
    ) -> Result<(), DiscordError> {
        let body = json_of(message)?;
        let sent = self.rest.json(press.original(), Some(&body)).await;
        sent.map(|_| ())
    }

    /// Edits a message of the bot's own in a channel; returns its id.
    ///
    /// # Errors
    /// [`DiscordError::MessageGone`] if somebody deleted it, and as for every request.
    pub async fn edit(
        &self,
        channel_id: u64,
        message_id: u64,
        message: &Message,
        files: &[Upload<'_>],
    ) -> Result<u64, DiscordError> {
        let route = Route::EditMessage {
            channel_id,
            message_id,
        };
        self.deliver(route, message, files).await
    }

    /// Sends a new message to a channel; returns its id.
    ///
    /// # Errors
    /// As for every request.
    pub async fn send(
        &self,
        channel_id: u64,
        message: &Message,
        files: &[Upload<'_>],
    ) -> Result<u64, DiscordError> {
        let route = Route::CreateMessage { channel_id };
        self.deliver(route, message, files).await
    }

    /// Opens (or finds) the direct message channel with a person.
    ///
    /// # Errors
    /// [`DiscordError::NoDm`] if they take none, and as for every request.
    pub async fn open_dm(&self, user_id: u64) -> Result<u64, DiscordError> {
        let body = json!({ "recipient_id": user_id.to_string() });
        let channel = self.rest.json(Route::CreateDm, Some(&body)).await?;
        id_of(&channel)
    }

    /// Sends a message with `files`. The body lists them, also where there are none:
    /// an edit then takes away what was attached before.
    async fn deliver(
        &self,
        route: Route<'_>,
        message: &Message,
        files: &[Upload<'_>],
    ) -> Result<u64, DiscordError> {
        let mut body = json_of(message)?;
        let names = files
            .iter()
            .enumerate()
            .map(|(n, file)| json!({ "id": n, "filename": file.name }));
        body["attachments"] = names.collect();
        let reply = if files.is_empty() {
            self.rest.json(route, Some(&body)).await?
        } else {
            self.rest.multipart(route, &body, files).await?
        };
        id_of(&reply)
    }
}

fn json_of(message: &Message) -> Result<Value, DiscordError> {
    serde_json::to_value(message).map_err(|error| DiscordError::Invalid(error.to_string()))
}

fn id_of(created: &ResponseBody) -> Result<u64, DiscordError> {
    #[derive(Deserialize)]
    struct Created {
        id: GenericId,
    }
    Ok(created.read::<Created>()?.id.get())
}
