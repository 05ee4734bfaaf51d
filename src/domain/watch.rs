//! A watch: one Discord message that follows one task for one requester.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::caller::Order;
use super::secret::Secret;
use super::state::State;
use super::task::{Outcome, Task, TaskId};
use super::time::Timestamp;

/// How long an interaction token is used, from its receipt: Discord ends it after 15
/// minutes by its own clock, and the last minute is left for requests under way.
///
/// Source: <https://discord.com/developers/docs/interactions/receiving-and-responding>
pub const TOKEN_LIFE: Duration = Duration::from_secs(14 * 60);

/// The upload limit where Discord named none, and everywhere without boosts: 20 MiB a
/// file since September 2026.
///
/// Source: <https://discord.com/developers/docs/reference#uploading-files>
pub const DEFAULT_UPLOAD_LIMIT: u64 = 20 * 1024 * 1024;

/// A message that only its token reaches says so this long before that ends.
const FAREWELL: Duration = Duration::from_secs(60);

/// People who saw "thinking…" for longer than this have waited.
const LONG_THOUGHT: Duration = Duration::from_secs(10);

/// No person's id.
pub const NOBODY: u64 = 0;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WatchId(pub i64);

/// Where the requester wants to be told of the end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notify {
    /// A new message in the channel that mentions the requester.
    #[default]
    Here,
    Dm,
    /// Not at all; the message is still kept up to date.
    Off,
}

/// Where the bot can still go once the interaction's token is over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// It can edit its message and post in the channel.
    #[default]
    Channel,
    /// Only a direct message remains: the message is private, or the bot is
    /// not in the channel (user install) or lacks permissions there.
    Dm,
    /// Somebody deleted the message; only those who asked to be told still are.
    Gone,
}

#[derive(Clone, Debug)]
pub struct NewWatch {
    pub task_id: TaskId,
    /// The interaction that asked, of which there is one watch; of a caller's watch a
    /// number that looks like one.
    pub interaction_id: u64,
    /// The bot's application, part of every interaction route.
    pub application_id: u64,
    /// `None` in direct messages.
    pub guild_id: Option<u64>,
    pub channel_id: u64,
    /// The requester; [`NOBODY`] where a caller asks for no person.
    pub user_id: u64,
    /// The language of what everybody in the channel sees, as Discord writes it
    /// (`en-US`).
    pub locale: String,
    /// The requester's own language; empty where it was not recorded.
    pub own_locale: String,
    /// Whether only the requester sees the message.
    pub private: bool,
    pub notify: Notify,
    pub reach: Reach,
    pub token: Secret,
    /// When the token is no longer used.
    pub token_expires_at: Timestamp,
    /// Whether the video is hidden until somebody clicks it.
    pub spoiler: bool,
    /// Whether the channel's own route shows embeds: without *Embed Links* Discord drops
    /// them without a word.
    pub embeds: bool,
    /// The largest file, in bytes, that this message may carry.
    pub upload_limit: u64,
    /// Another channel in which to tell of the end.
    pub announce_channel_id: Option<u64>,
    /// A role that is mentioned at the end in place of the requester.
    pub role_id: Option<u64>,
    /// The caller's order; `None` where a person asked on Discord.
    pub order: Option<Order>,
}

impl NewWatch {
    /// An interaction's id is unique on all of Discord, so it serves as the watch's.
    pub fn id(&self) -> WatchId {
        WatchId(self.interaction_id.cast_signed())
    }

    /// The requester, if that is a person.
    pub fn person(&self) -> Option<u64> {
        Some(self.user_id).filter(|id| *id != NOBODY)
    }

    /// The language of what only the requester sees.
    pub fn own_locale(&self) -> &str {
        if self.own_locale.is_empty() {
            &self.locale
        } else {
            &self.own_locale
        }
    }

    pub fn message_locale(&self) -> &str {
        if self.private {
            self.own_locale()
        } else {
            &self.locale
        }
    }
}

/// Where a watch is in its life: `asked → live → (stopped) → ended`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WatchState {
    /// Its interaction is being acknowledged, and its task need not exist yet.
    Asked,
    /// Its message follows the task.
    Live,
    /// A person stopped it; the message is yet to say so.
    Stopped,
    /// Its last delivery is over.
    Ended,
}

#[derive(Clone, Debug)]
pub struct Watch {
    pub id: WatchId,
    pub asked: NewWatch,
    /// Discord's id of the message: known after the first edit, or from the start
    /// where the message under a pressed button follows the task.
    pub message_id: Option<u64>,
    /// When the bot was first about to send a message of its own for it, because no
    /// interaction had one.
    pub posting_since: Option<Timestamp>,
    /// The task's last unfinished revision that the message showed; 0 before.
    pub shown_revision: i64,
    pub shown_state: Option<State>,
    pub edited_at: Option<Timestamp>,
    pub failures: u32,
    /// When the end was first tried to be shown.
    pub ending_since: Option<Timestamp>,
    /// When a notification was first about to be sent.
    pub notifying_since: Option<Timestamp>,
    /// When the announcement was known to be made.
    pub announced_at: Option<Timestamp>,
    /// When whoever waited was known to be notified.
    pub notified_at: Option<Timestamp>,
    /// Whether nobody could be notified: the message itself says so.
    pub untold: bool,
    /// Until when a file that was not there when the end was shown is to be attached.
    pub attach_until: Option<Timestamp>,
    pub state: WatchState,
    pub stopped_by: Option<u64>,
    /// How the watch ended; `None` before, and where another watch took its message.
    pub ended_as: Option<Outcome>,
    pub created_at: Timestamp,
    /// The claim under which it may be settled.
    pub attempt: i64,
}

impl Watch {
    pub fn new(asked: NewWatch, now: Timestamp) -> Self {
        Self {
            id: asked.id(),
            asked,
            message_id: None,
            posting_since: None,
            shown_revision: 0,
            shown_state: None,
            edited_at: None,
            failures: 0,
            ending_since: None,
            notifying_since: None,
            announced_at: None,
            notified_at: None,
            untold: false,
            attach_until: None,
            state: WatchState::Asked,
            stopped_by: None,
            ended_as: None,
            created_at: now,
            attempt: 0,
        }
    }

    /// How this watch has ended, if it has: stopped by a person, or as its task.
    pub fn outcome(&self, task: &Task) -> Option<Outcome> {
        match self.state {
            WatchState::Stopped => Some(Outcome::Stopped),
            WatchState::Asked | WatchState::Live | WatchState::Ended => task.outcome,
        }
    }

    /// When a message that only its token reaches says that it changes no more; `None`
    /// where the channel's own route goes on.
    pub fn farewell_at(&self) -> Option<Timestamp> {
        let ends = self.asked.token_expires_at;
        (self.asked.reach == Reach::Dm).then(|| ends.minus(FAREWELL))
    }

    /// A moment of this machine's clock as Discord's clock has it. They differ by what
    /// the interaction's own time differs from its receipt.
    pub fn by_discord(&self, moment: Timestamp) -> Timestamp {
        let asked_at = Timestamp::of_snowflake(self.asked.interaction_id);
        let ahead = self.created_at.0.saturating_sub(asked_at.0);
        Timestamp(moment.0.saturating_sub(ahead))
    }

    /// Whether people had been waiting: an unfinished state was shown to them, or
    /// "thinking…" for more than ten seconds, or a poll after the watch was made came
    /// back without an end (which holds also where a crash lost the record of what was
    /// shown). A caller's people do not look at its message when it comes, unless that is
    /// a direct one.
    pub fn has_waited(&self, task: &Task) -> bool {
        let born_at = self.created_at;
        (self.asked.order.is_some() && self.asked.guild_id.is_some())
            || self.shown_revision > 0
            || task.unfinished_at.is_some_and(|at| at >= born_at)
            || self
                .edited_at
                .is_some_and(|at| at.since(born_at) > LONG_THOUGHT)
    }
}
