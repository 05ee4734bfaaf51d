//! The place for an order's message, and whether the bot may send it there.

use super::{Orders, Unplaced};
use crate::discord::forbidden::LookupError;
use crate::domain::caller::{Mention, Order, Target, Wanted};
use crate::domain::discord::DiscordError;

/// The place for a message that the bot sends itself, and the recipients at its end.
pub(super) struct Spot {
    pub(super) guild_id: Option<u64>,
    pub(super) channel_id: u64,
    pub(super) user_id: Option<u64>,
    pub(super) role_id: Option<u64>,
    pub(super) embeds: bool,
    pub(super) locale: Option<String>,
}

impl Orders {
    /// Determines where the message goes, and checks that the bot may send it there.
    pub(super) async fn spot(&self, order: &Order, wanted: &Wanted) -> Result<Spot, Unplaced> {
        let serves = |guild| self.guilds.is_empty() || self.guilds.contains(&guild);
        match wanted.target {
            Target::Channel(channel_id) => {
                let now = self.now();
                let looked = self.messenger.venue(order.caller.0, channel_id, now);
                let venue = looked.await.map_err(unseen)?.ok_or(Unplaced::NoPosting)?;
                if !serves(venue.guild_id) {
                    return Err(Unplaced::Elsewhere);
                }
                let (user_id, role_id) = match wanted.mention {
                    Some(Mention::Role(id)) if venue.roles.contains(&id) => (None, Some(id)),
                    Some(Mention::Role(_)) => return Err(Unplaced::NoRole),
                    Some(Mention::Person(id)) => (Some(id), None),
                    None => (None, None),
                };
                Ok(Spot {
                    guild_id: Some(venue.guild_id),
                    channel_id,
                    user_id,
                    role_id,
                    embeds: venue.embeds,
                    locale: venue.locale,
                })
            }
            Target::Person(_) if !self.guilds.is_empty() => Err(Unplaced::Elsewhere),
            Target::Person(user_id) => Ok(Spot {
                guild_id: None,
                channel_id: self.messenger.open_dm(user_id).await.map_err(unopened)?,
                user_id: Some(user_id),
                role_id: None,
                embeds: true,
                locale: None,
            }),
        }
    }
}

fn unseen(error: LookupError) -> Unplaced {
    match error {
        LookupError::Refused => Unplaced::NoPosting,
        LookupError::TooMany(wait) => Unplaced::TooManyRefused(wait),
        LookupError::Unknown(DiscordError::Wait(wait)) => Unplaced::Wait(wait),
        LookupError::Unknown(error) => Unplaced::NotAnswering(error.to_string()),
    }
}

fn unopened(error: DiscordError) -> Unplaced {
    match error {
        DiscordError::Wait(wait) => Unplaced::Wait(wait),
        DiscordError::Unavailable(_) | DiscordError::Unauthorized => {
            Unplaced::NotAnswering(error.to_string())
        }
        _ => Unplaced::NoDirectMessages,
    }
}
