//! What the bot looks up on Discord before it says something: whether it may post,
//! and whether it has posted already.

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::Value;
use serenity::model::channel::GuildChannel;

use super::messenger::Messenger;
use super::permissions::{self, is_thread};
use super::route::Route;
use crate::domain::discord::DiscordError;
use crate::domain::time::Timestamp;

/// How far our clock may be ahead of Discord's, whose ids tell its time.
const CLOCK_SKEW: Duration = Duration::from_secs(60);

/// How to recognise a notification that may already have been sent.
#[derive(Clone, Copy, Debug)]
pub struct Trace<'a> {
    /// The message that it replies to, unless Discord refused the reply.
    pub reply_to: Option<u64>,
    /// Words that its content holds, all of them, where it is no reply.
    pub words: &'a [String],
}

impl Messenger {
    /// Whether the bot may post in a channel of a guild at `now`.
    ///
    /// # Errors
    /// As for every request, but for those that say that it sees nothing there;
    /// and where a reply is not understood.
    pub async fn may_post(
        &self,
        guild_id: u64,
        channel_id: u64,
        now: Timestamp,
    ) -> Result<bool, DiscordError> {
        let user_id = self.bot_id;
        let looked = async {
            let (channel, guild, member) = tokio::try_join!(
                self.channel(channel_id),
                self.get(Route::GetGuild { guild_id }),
                self.get(Route::GetGuildMember { guild_id, user_id }),
            )?;
            let parent = self.parent(&channel).await?;
            Ok::<_, DiscordError>(permissions::may_post(
                &guild,
                &member,
                &channel,
                parent.as_ref(),
                now,
            ))
        };
        match looked.await {
            Err(error) if error.is_about_the_place() => Ok(false),
            looked => looked,
        }
    }

    async fn channel(&self, channel_id: u64) -> Result<GuildChannel, DiscordError> {
        self.get(Route::GetChannel { channel_id }).await
    }

    /// The channel that a thread is part of.
    async fn parent(&self, channel: &GuildChannel) -> Result<Option<GuildChannel>, DiscordError> {
        match channel.parent_id.filter(|_| is_thread(channel.kind)) {
            Some(id) => self.channel(id.get()).await.map(Some),
            None => Ok(None),
        }
    }

    /// Reads what is there, as serenity understands it.
    async fn get<T: DeserializeOwned>(&self, route: Route<'_>) -> Result<T, DiscordError> {
        self.rest.json(route, None).await?.read()
    }

    /// Whether the bot sent a message like this after `since`, among the hundred
    /// messages that follow: a notification whose sending was not recorded.
    ///
    /// # Errors
    /// As for every request.
    pub async fn has_sent(
        &self,
        channel_id: u64,
        since: Timestamp,
        trace: Trace<'_>,
    ) -> Result<bool, DiscordError> {
        let after = since.minus(CLOCK_SKEW).snowflake();
        let us = self.bot_id.to_string();
        let messages: Vec<Value> = self.get(Route::GetMessages { channel_id, after }).await?;
        let is_it = |message: &Value| {
            let ours = message["author"]["id"] == us.as_str();
            let replied = message["message_reference"]["message_id"].as_str();
            let content = message["content"].as_str().unwrap_or_default();
            let replies = trace.reply_to.is_some()
                && replied.and_then(|replied| replied.parse().ok()) == trace.reply_to;
            ours && (replies || trace.words.iter().all(|word| content.contains(word)))
        };
        Ok(messages.iter().any(is_it))
    }
}
