//! What the bot says on Discord, and what it looks up there before: whether it may
//! post, and whether it has posted already.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use serenity::model::channel::GuildChannel;
use serenity::model::id::GenericId;

use super::message_text;
use super::permissions::{self, is_thread};
use super::rest::{Identified, Rest};
pub use super::route::InteractionToken;
use super::route::Route;
use super::upload::Upload;
use crate::domain::discord::DiscordError;
use crate::domain::time::Timestamp;
use crate::domain::watch::DEFAULT_UPLOAD_LIMIT;
use crate::render::body::{EPHEMERAL, Message};
use crate::render::list::Suggestion;
use crate::sync::lock;

const MIB: u64 = 1024 * 1024;

/// How long a server's upload limit is believed.
const UPLOAD_LIMIT_KEPT: Duration = Duration::from_secs(3600);

/// How far our clock may be ahead of Discord's, whose ids tell its time.
const CLOCK_SKEW: Duration = Duration::from_secs(60);

/// The routes by which people are answered. Clones share one client.
///
/// Every method fails with what Discord's reply asks for. An interaction's first
/// answer comes [`DiscordError::TooLate`] after three seconds.
#[derive(Clone)]
pub struct Messenger {
    rest: Rest,
    /// The bot's user: not its application's id where the bot is old.
    bot_id: u64,
    upload_limits: Arc<Mutex<HashMap<u64, (u64, Instant)>>>,
}

/// What comes of a request.
type Sent<T = ()> = Result<T, DiscordError>;

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
        }
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

    /// Edits the message below which a button was pressed, once the press is
    /// answered by it; its files stay.
    pub async fn redraw(&self, press: InteractionToken<'_>, message: &Message) -> Sent {
        let body = json_of(message)?;
        let sent = self
            .rest
            .json(Route::EditOriginalResponse(press), Some(&body))
            .await;
        sent.map(drop)
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

    /// Returns whether the bot reads what was written in a channel: without *Read
    /// Message History* Discord gives an empty list, also of one that has messages.
    pub async fn reads_history(&self, channel: u64) -> Sent<bool> {
        let after = 0;
        let oldest: Vec<Value> = self.get(Route::GetMessages { channel, after }).await?;
        if !oldest.is_empty() {
            return Ok(true);
        }
        let channel: Value = self.get(Route::GetChannel(channel)).await?;
        Ok(channel["last_message_id"].is_null())
    }

    /// Everything that a message says, where the bot may read it.
    pub async fn text_of(&self, channel: u64, id: u64) -> Sent<String> {
        let message: Value = self.get(Route::GetMessage { channel, id }).await?;
        let mut text = String::new();
        message_text::texts(&message, &mut text);
        Ok(text)
    }

    /// The largest file, in bytes, that a server takes by the channel's route: its boosts
    /// decide. What is not known is asked once an hour.
    ///
    /// Source: <https://discord.com/developers/docs/reference#uploading-files>
    pub async fn upload_limit(&self, guild: u64) -> u64 {
        let known = lock(&self.upload_limits).get(&guild).copied();
        if let Some((limit, asked_at)) = known
            && asked_at.elapsed() < UPLOAD_LIMIT_KEPT
        {
            return limit;
        }
        let tier = self.get::<Value>(Route::GetGuild(guild)).await;
        let limit = match tier.map(|guild| guild["premium_tier"].as_u64()) {
            Ok(Some(2)) => 50 * MIB,
            Ok(Some(3)) => 100 * MIB,
            _ => DEFAULT_UPLOAD_LIMIT,
        };
        let mut limits = lock(&self.upload_limits);
        limits.retain(|_, (_, asked_at)| asked_at.elapsed() < UPLOAD_LIMIT_KEPT);
        limits.insert(guild, (limit, Instant::now()));
        limit
    }

    /// Returns whether the bot may post in a channel of a guild at `now`; it may not
    /// where it sees nothing.
    pub async fn may_post(&self, guild: u64, channel: u64, now: Timestamp) -> Sent<bool> {
        let user = self.bot_id;
        let looked = async {
            let (channel, guild, member): (GuildChannel, _, _) = tokio::try_join!(
                self.get(Route::GetChannel(channel)),
                self.get(Route::GetGuild(guild)),
                self.get(Route::GetGuildMember { guild, user }),
            )?;
            let parent = match channel.parent_id.filter(|_| is_thread(channel.kind)) {
                Some(id) => Some(self.get(Route::GetChannel(id.get())).await?),
                None => None,
            };
            let parent = parent.as_ref();
            let may_post = permissions::may_post(&guild, &member, &channel, parent, now);
            Ok::<_, DiscordError>(may_post)
        };
        match looked.await {
            Err(error) if error.is_about_the_place() => Ok(false),
            looked => looked,
        }
    }

    /// Returns whether the bot sent a notification after `since`, among the hundred
    /// messages that follow: it replies to `reply_to`, or holds all of `words`.
    pub async fn has_sent(
        &self,
        channel: u64,
        since: Timestamp,
        reply_to: Option<u64>,
        words: &[String],
    ) -> Sent<bool> {
        let after = since.minus(CLOCK_SKEW).snowflake();
        let us = self.bot_id.to_string();
        let reply_to = reply_to.map(|id| id.to_string());
        let messages: Vec<Value> = self.get(Route::GetMessages { channel, after }).await?;
        let is_it = |message: &Value| {
            let ours = message["author"]["id"] == us.as_str();
            let replied = message["message_reference"]["message_id"].as_str();
            let content = message["content"].as_str().unwrap_or_default();
            let replies = reply_to.is_some() && replied == reply_to.as_deref();
            ours && (replies || words.iter().all(|word| content.contains(word)))
        };
        Ok(messages.iter().any(is_it))
    }

    async fn get<T: DeserializeOwned>(&self, route: Route<'_>) -> Sent<T> {
        self.rest.json(route, None).await?.read()
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

/// What matters of a message that Discord took.
#[derive(Deserialize)]
struct Taken {
    id: GenericId,
    #[serde(default)]
    embeds: Vec<Value>,
    #[serde(default)]
    flags: u64,
}
