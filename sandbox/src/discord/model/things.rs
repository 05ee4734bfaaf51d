//! The objects of the world: people, channels, interactions.

use std::collections::HashMap;
use std::time::Instant;

use serde::Serialize;
use serde_json::{Value, json};

use crate::discord::model::permissions;
use crate::ids::Id;

/// The bot's application.
pub(crate) const APPLICATION: Id = Id::new(1_100_000_000_000_000_001);
/// The bot's user. Its id differs from the application's, as for old bots on Discord.
pub(crate) const BOT: Id = Id::new(1_100_000_000_000_000_003);
/// The role that came with the bot when it was invited.
pub(crate) const BOT_ROLE: Id = Id::new(1_100_000_000_000_000_101);
/// A role that anybody may mention.
pub(crate) const NEWS_ROLE: Id = Id::new(1_100_000_000_000_000_102);
/// A role that only those with Mention Everyone may mention.
pub(crate) const STAFF_ROLE: Id = Id::new(1_100_000_000_000_000_103);
/// The guild that everything happens in.
pub(crate) const GUILD: Id = Id::new(1_100_000_000_000_000_100);
/// The guild's text channel `general`. Its id is always the same, so that documents can name it.
pub(crate) const GENERAL: Id = Id::new(1_100_000_000_000_000_110);
/// Another guild, which the bot was not invited to.
pub(crate) const FOREIGN_GUILD: Id = Id::new(1_100_000_000_000_000_200);
/// The bot's token; its first part is the bot's id in base64.
pub(crate) const TOKEN: &str =
    "MTEwMDAwMDAwMDAwMDAwMDAwMw.Gsandb.oxTokenThatOpensNothingAnywhereElse_000";

/// Somebody who uses the bot.
#[derive(Clone, Debug, Serialize)]
pub struct Person {
    /// Their id.
    pub id: Id,
    /// Their user name.
    pub name: String,
    /// The language of their client, such as `en-US`.
    pub locale: String,
    /// True if the person takes no direct messages from the bot.
    pub dms_closed: bool,
}

/// A channel, thread or direct message channel.
#[derive(Clone, Debug, Serialize)]
pub struct Channel {
    /// The channel's id.
    pub id: Id,
    /// The channel's name; empty in direct messages.
    pub name: String,
    /// Discord's channel type: 0 text, 1 direct message, 2 voice, 3 group, 5 announcements,
    /// 10 to 12 threads, of which the last are private, 15 forum.
    pub kind: u8,
    /// The channel's guild; `None` in direct and group messages.
    pub guild: Option<Id>,
    /// The channel that a thread belongs to.
    pub parent: Option<Id>,
    /// The people in a direct or group message, without the bot.
    pub members: Vec<Id>,
    /// The bot's permissions in the channel.
    pub bot_permissions: u64,
    /// The permissions of single people, if they differ from the ordinary ones.
    pub person_permissions: HashMap<Id, u64>,
    /// True if the thread is archived.
    pub archived: bool,
    /// True if the thread is locked.
    pub locked: bool,
    /// True if the channel was deleted.
    pub deleted: bool,
}

impl Channel {
    /// Returns Discord's interaction context: 0 guild, 1 the bot's direct messages, 2 private
    /// channels without the bot.
    #[must_use]
    pub fn context(&self) -> u8 {
        match self.kind {
            _ if self.guild.is_some() => 0,
            1 => 1,
            _ => 2,
        }
    }

    /// Returns whether only people who installed the bot for themselves can use it here.
    #[must_use]
    pub fn user_installed(&self) -> bool {
        self.context() == 2 || self.guild.is_some_and(|guild| guild != GUILD)
    }

    /// Returns a person's permissions in the channel.
    #[must_use]
    pub fn permissions_of(&self, person: Id) -> u64 {
        self.person_permissions
            .get(&person)
            .copied()
            .unwrap_or(permissions::ORDINARY)
    }

    /// Returns the `authorizing_integration_owners` of a person's interactions here.
    pub(crate) fn owners(&self, person: Id) -> Value {
        if self.user_installed() {
            return json!({"1": person});
        }
        // "0" in direct messages means that the bot is installed in some guild.
        self.guild
            .map_or_else(|| json!({"0": "0"}), |guild| json!({"0": guild}))
    }

    /// Returns whether the bot has all of `bits` here.
    pub(crate) fn bot_may(&self, bits: u64) -> bool {
        self.bot_permissions & bits == bits
    }
}

/// The bot's first response to an interaction.
#[derive(Clone, Debug, Serialize)]
pub struct Callback {
    /// Discord's callback type: 4 message, 5 deferred, 6 deferred update, 7
    /// update, 8 autocomplete, 9 modal.
    pub kind: u8,
    /// The callback's `data` as sent; `null` if there is none.
    pub data: Value,
    /// The time of the callback, in milliseconds since 1970.
    pub at: u64,
    /// The time since the interaction was sent, in microseconds.
    pub after_us: u64,
}

/// An interaction that was sent to the bot.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    pub(crate) id: Id,
    pub(crate) token: String,
    /// The interaction's type: 2 command, 3 component, 4 autocomplete.
    pub(crate) kind: u8,
    pub(crate) person: Id,
    pub(crate) channel: Id,
    /// The command's name; empty for components.
    pub(crate) name: String,
    pub(crate) sent: Instant,
    pub(crate) callback: Option<Callback>,
    /// The message that `@original` means.
    pub(crate) original: Option<Id>,
    /// The message whose component was used.
    pub(crate) component_of: Option<Id>,
    pub(crate) expired: bool,
}
