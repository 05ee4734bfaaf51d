//! Looks up a channel together with its guild and one member of the guild.

use serde_json::Value;
use serenity::model::Permissions;
use serenity::model::channel::{ChannelType, GuildChannel};
use serenity::model::guild::{Member, PartialGuild};

use super::forbidden::LookupError;
use super::messenger::Messenger;
use super::permissions::{is_thread, may_post, permissions_in};
use super::route::Route;
use crate::domain::discord::DiscordError;
use crate::domain::time::Timestamp;

/// A channel in which the bot may post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Venue {
    pub guild_id: u64,
    /// True if embeds are shown in messages that the bot sends by the channel's route.
    pub embeds: bool,
    /// The guild's language as Discord writes it, if the guild is a community and so chose one.
    pub locale: Option<String>,
    /// The roles that the bot may mention in the channel; the everyone role is never among them.
    pub roles: Vec<u64>,
}

/// A member of a guild, seen in one of its channels.
pub(super) struct MemberInChannel {
    guild: PartialGuild,
    member: Member,
    channel: GuildChannel,
    /// The channel that a thread belongs to; `None` for other channels.
    parent: Option<GuildChannel>,
}

impl MemberInChannel {
    pub(super) fn member_may_post(&self, now: Timestamp) -> bool {
        let parent = self.parent.as_ref();
        may_post(&self.guild, &self.member, &self.channel, parent, now)
    }

    fn mentionable(&self) -> Vec<u64> {
        let any = Permissions::MENTION_EVERYONE | Permissions::ADMINISTRATOR;
        let any = self.permissions().intersects(any);
        let everyone = self.guild.id.get();
        let roles = self.guild.roles.values();
        let roles = roles.filter(|role| role.mentionable || any);
        let ids = roles.map(|role| role.id.get());
        ids.filter(|id| *id != everyone).collect()
    }

    fn permissions(&self) -> Permissions {
        let parent = self.parent.as_ref();
        permissions_in(&self.guild, &self.member, &self.channel, parent)
    }
}

impl Messenger {
    /// Looks up a channel as a place for the bot to post in, on a person's behalf. Returns
    /// `None` if the bot may not post there at `now`, or the channel is of a type that takes no
    /// messages.
    pub async fn venue(
        &self,
        person: u64,
        channel: u64,
        now: Timestamp,
    ) -> Result<Option<Venue>, LookupError> {
        let seen = self.look(self.bot_id, person, None, channel).await?;
        let takes_messages = |seen: &MemberInChannel| {
            is_thread(seen.channel.kind)
                || matches!(
                    seen.channel.kind,
                    ChannelType::Text | ChannelType::News | ChannelType::Voice | ChannelType::Stage
                )
        };
        let seen = seen.filter(|seen| takes_messages(seen) && seen.member_may_post(now));
        Ok(seen.map(|seen| {
            let embeds = Permissions::EMBED_LINKS | Permissions::ADMINISTRATOR;
            let community = seen.guild.features.iter().any(|one| one == "COMMUNITY");
            Venue {
                guild_id: seen.guild.id.get(),
                embeds: seen.permissions().intersects(embeds),
                roles: seen.mentionable(),
                locale: community.then(|| seen.guild.preferred_locale.clone()),
            }
        }))
    }

    /// Looks up a channel and the member `user` of `guild`, or of the channel's own guild.
    /// Returns `None` if the channel is in no guild, or Discord does not show the guild or the
    /// member. The channel is asked for first, because it is what Discord may refuse. The caller
    /// must await this to its end, so that a refusal is counted.
    pub(super) async fn look(
        &self,
        user: u64,
        person: u64,
        guild: Option<u64>,
        channel: u64,
    ) -> Result<Option<MemberInChannel>, LookupError> {
        let place = self.get::<Value>(Route::GetChannel(channel));
        let place = self.forbidden.look(channel, person, place).await?;
        if place["guild_id"].is_null() {
            return Ok(None);
        }
        let channel: GuildChannel = serde_json::from_value(place).map_err(|error| {
            let words = format!("a channel not understood: {error}");
            LookupError::Unknown(DiscordError::Unavailable(words))
        })?;
        let parent = match channel.parent_id.filter(|_| is_thread(channel.kind)) {
            Some(id) => {
                let parent = self.get(Route::GetChannel(id.get()));
                Some(self.forbidden.look(id.get(), person, parent).await?)
            }
            None => None,
        };
        let guild = guild.unwrap_or(channel.guild_id.get());
        let (guild, member) = tokio::join!(
            self.get(Route::GetGuild(guild)),
            self.get(Route::GetGuildMember { guild, user }),
        );
        match (guild, member) {
            (Ok(guild), Ok(member)) => Ok(Some(MemberInChannel {
                guild,
                member,
                channel,
                parent,
            })),
            (Err(error), _) | (_, Err(error)) if error.is_about_the_place() => Ok(None),
            (Err(error), _) | (_, Err(error)) => Err(LookupError::Unknown(error)),
        }
    }
}
