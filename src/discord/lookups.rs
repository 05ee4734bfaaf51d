//! The lookups on Discord before the bot writes: whether it may post, what a server's upload
//! limit is, what a message says, and whether a notification was already sent.

use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::forbidden::LookupError;
use super::message_text;
use super::messenger::{Messenger, Sent};
use super::route::Route;
use crate::domain::time::Timestamp;
use crate::domain::watch::{DEFAULT_UPLOAD_LIMIT, Watch};
use crate::sync::lock;

const MIB: u64 = 1024 * 1024;

/// The time for which a known upload limit is used before it is asked for again.
const UPLOAD_LIMIT_KEPT: Duration = Duration::from_secs(3600);

impl Messenger {
    /// Returns whether the bot can read a channel's history. Without *Read Message History*
    /// Discord answers with an empty list, so an empty list counts only if the channel has no
    /// last message.
    pub async fn reads_history(&self, channel: u64) -> Sent<bool> {
        let after = 0;
        let oldest: Vec<Value> = self.get(Route::GetMessages { channel, after }).await?;
        if !oldest.is_empty() {
            return Ok(true);
        }
        let channel: Value = self.get(Route::GetChannel(channel)).await?;
        Ok(channel["last_message_id"].is_null())
    }

    /// Returns all of a message's text on a person's behalf. The caller must await it to its
    /// end, so that a refusal is counted.
    pub async fn text_of(&self, person: u64, channel: u64, id: u64) -> Result<String, LookupError> {
        let message = self.get::<Value>(Route::GetMessage { channel, id });
        let message = self.forbidden.look(channel, person, message).await?;
        let mut text = String::new();
        message_text::texts(&message, &mut text);
        Ok(text)
    }

    /// Returns the largest file, in bytes, that a server takes by the channel's route; its
    /// boosts decide. The answer is kept for an hour. If Discord does not answer, it is the
    /// limit without boosts.
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

    /// Returns whether the bot may post at `now` in a guild's channel that `person` named.
    pub async fn may_post(
        &self,
        person: u64,
        guild: u64,
        channel: u64,
        now: Timestamp,
    ) -> Result<bool, LookupError> {
        self.member_may_post(self.bot_id, person, guild, channel, now)
            .await
    }

    /// Returns whether the person may post in a guild's channel at `now`. Somebody who left the
    /// guild may not.
    pub async fn person_may_post(
        &self,
        person: u64,
        guild: u64,
        channel: u64,
        now: Timestamp,
    ) -> Result<bool, LookupError> {
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
    ) -> Result<bool, LookupError> {
        let seen = self.look(user, person, Some(guild), channel).await?;
        Ok(seen.is_some_and(|seen| seen.member_may_post(now)))
    }

    /// Returns whether a notification is among the hundred messages that follow the id `after`:
    /// a message of the bot that replies to `reply_to`, or that contains all of `words`.
    pub async fn has_sent(
        &self,
        channel: u64,
        after: u64,
        reply_to: Option<u64>,
        words: &[String],
    ) -> Sent<bool> {
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

    /// Returns the bot's message for a watch, if it is among the hundred that follow the id
    /// `after`: `message_text::follows` recognises it.
    pub async fn find_message(&self, channel: u64, after: u64, watch: &Watch) -> Sent<Option<u64>> {
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
