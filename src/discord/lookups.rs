//! Lookups on Discord before the bot says something: whether it may post, what
//! a server takes, what a message says, and whether a notification was sent already.

use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::forbidden::NotSeen;
use super::message_text;
use super::messenger::{Messenger, Sent};
use super::route::Route;
use crate::domain::time::Timestamp;
use crate::domain::watch::{DEFAULT_UPLOAD_LIMIT, Watch};
use crate::sync::lock;

const MIB: u64 = 1024 * 1024;

/// How long a server's upload limit is believed.
const UPLOAD_LIMIT_KEPT: Duration = Duration::from_secs(3600);

/// How far our clock may be ahead of Discord's, whose ids tell its time.
const CLOCK_SKEW: Duration = Duration::from_secs(60);

impl Messenger {
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

    /// Everything that a message says, where the bot may read it, for a person. Run to its
    /// end, so that a refusal is counted.
    pub async fn text_of(&self, person: u64, channel: u64, id: u64) -> Result<String, NotSeen> {
        let message = self.get::<Value>(Route::GetMessage { channel, id });
        let message = self.forbidden.look(channel, person, message).await?;
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

    /// Returns whether the bot may post in a channel of a guild at `now`, for somebody who
    /// names the channel.
    pub async fn may_post(
        &self,
        person: u64,
        guild: u64,
        channel: u64,
        now: Timestamp,
    ) -> Result<bool, NotSeen> {
        self.member_may_post(self.bot_id, person, guild, channel, now)
            .await
    }

    /// Returns whether the person themselves may post in a channel of a guild at `now`; who
    /// left the guild may not.
    pub async fn person_may_post(
        &self,
        person: u64,
        guild: u64,
        channel: u64,
        now: Timestamp,
    ) -> Result<bool, NotSeen> {
        self.member_may_post(person, person, guild, channel, now)
            .await
    }

    async fn member_may_post(
        &self,
        user: u64,
        person: u64,
        guild: u64,
        channel: u64,
        now: Timestamp,
    ) -> Result<bool, NotSeen> {
        let seen = self.look(user, person, Some(guild), channel).await?;
        Ok(seen.is_some_and(|seen| seen.member_may_post(now)))
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

    /// The bot's own message that follows a watch's task, among the hundred that came after
    /// `since`: its buttons have the watch's number, or it has none and names the task.
    pub async fn find_message(
        &self,
        channel: u64,
        since: Timestamp,
        watch: &Watch,
    ) -> Sent<Option<u64>> {
        let after = since.minus(CLOCK_SKEW).snowflake();
        let messages: Vec<Value> = self.get(Route::GetMessages { channel, after }).await?;
        let us = self.bot_id.to_string();
        let found = messages.iter().find(|message| {
            let ours = message["author"]["id"] == us.as_str();
            ours && message_text::follows(message, watch)
        });
        Ok(found.and_then(|message| message["id"].as_str()?.parse().ok()))
    }

    pub(super) async fn get<T: DeserializeOwned>(&self, route: Route<'_>) -> Sent<T> {
        self.rest.json(route, None).await?.read()
    }
}
