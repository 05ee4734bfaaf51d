//! A watch: one Discord message that follows one task for one requester.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::caller::Order;
use super::secret::Secret;
use super::state::State;
use super::task::{Outcome, Task, TaskId};
use super::time::Timestamp;

/// How long the bot uses an interaction token, from its receipt. Discord ends the token after
/// 15 minutes by its own clock, so the last minute is left for requests in progress.
///
/// Source: <https://discord.com/developers/docs/interactions/receiving-and-responding>
pub const TOKEN_LIFE: Duration = Duration::from_secs(14 * 60);

/// The upload limit in bytes if Discord named none: 20 MiB a file since September 2026, in
/// every place without boosts.
///
/// Source: <https://discord.com/developers/docs/reference#uploading-files>
pub const DEFAULT_UPLOAD_LIMIT: u64 = 20 * 1024 * 1024;

/// How long before its token ends a message that only the token reaches says that it will
/// change no more.
const FAREWELL: Duration = Duration::from_secs(60);

/// The most by which this machine's clock may be ahead of Discord's, whose time is in its ids.
const CLOCK_SKEW: Duration = Duration::from_secs(60);

/// The time after which people who see "thinking…" have waited.
const LONG_THOUGHT: Duration = Duration::from_secs(10);

/// A user id that stands for nobody.
pub const NOBODY: u64 = 0;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WatchId(pub i64);

/// The place where the requester wants to be notified of the end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notify {
    /// A new message in the channel, which mentions the requester.
    #[default]
    Here,
    Dm,
    /// Nowhere; the message is still kept up to date.
    Off,
}

/// The place that the bot can still reach after the interaction's token has ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// The bot can edit its message and post in the channel.
    #[default]
    Channel,
    /// Only a direct message is left: the message is ephemeral, or the bot is not in the
    /// channel (user install) or lacks permissions there.
    Dm,
    /// Somebody deleted the message. Only people who asked to be notified still are.
    Gone,
}

#[derive(Clone, Debug)]
pub struct NewWatch {
    pub task_id: TaskId,
    /// The id of the interaction that asked, which has only one watch. A caller's watch has a
    /// made-up id in the same form.
    pub interaction_id: u64,
    /// The bot's application, part of every interaction route.
    pub application_id: u64,
    /// `None` in direct messages.
    pub guild_id: Option<u64>,
    pub channel_id: u64,
    /// The requester, or [`NOBODY`] if a caller ordered the watch for no person.
    pub user_id: u64,
    /// The language of messages that everybody in the channel sees, as Discord writes it
    /// (`en-US`).
    pub locale: String,
    /// The requester's own language; empty if it was not recorded.
    pub own_locale: String,
    /// True if only the requester sees the message.
    pub private: bool,
    pub notify: Notify,
    pub reach: Reach,
    pub token: Secret,
    /// When the bot stops using the token.
    pub token_expires_at: Timestamp,
    /// True if the video is hidden until somebody clicks it.
    pub spoiler: bool,
    /// True if a message by the channel's route may show embeds. Without the permission
    /// *Embed Links* Discord drops them silently.
    pub embeds: bool,
    /// The largest file in bytes that the message may carry.
    pub upload_limit: u64,
    /// Another channel in which the end is announced.
    pub announce_channel_id: Option<u64>,
    /// A role that is mentioned at the end in place of the requester.
    pub role_id: Option<u64>,
    /// The caller's order, or `None` if a person asked on Discord.
    pub order: Option<Order>,
}

impl NewWatch {
    /// Returns the watch's id. It is the interaction's, which is unique on all of Discord.
    pub fn id(&self) -> WatchId {
        WatchId(self.interaction_id.cast_signed())
    }

    /// Returns the requester, if there is one.
    pub fn person(&self) -> Option<u64> {
        Some(self.user_id).filter(|id| *id != NOBODY)
    }

    /// Returns the language of messages that only the requester sees.
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

/// The state in a watch's life: `asked → live → (stopped) → ended`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WatchState {
    /// The watch is recorded and its interaction is being acknowledged. Its task may not
    /// exist yet.
    Asked,
    /// The watch's message follows the task.
    Live,
    /// A person stopped the watch. Its message does not say so yet.
    Stopped,
    /// The watch's last delivery is over.
    Ended,
}

#[derive(Clone, Debug)]
pub struct Watch {
    pub id: WatchId,
    pub asked: NewWatch,
    /// Discord's id of the message. It is known after the first edit, or from the start if
    /// the message under a pressed button is reused.
    pub message_id: Option<u64>,
    /// When the bot first tried to send the watch's message itself, because no interaction
    /// has one to edit.
    pub posting_since: Option<Timestamp>,
    /// The last unfinished revision that the message showed; 0 before that.
    pub shown_revision: i64,
    pub shown_state: Option<State>,
    pub edited_at: Option<Timestamp>,
    pub failures: u32,
    /// When the bot first tried to show the end.
    pub ending_since: Option<Timestamp>,
    /// When the bot first tried to notify somebody.
    pub notifying_since: Option<Timestamp>,
    /// When the bot learned that the announcement was sent.
    pub announced_at: Option<Timestamp>,
    /// When the bot learned that the people who waited were notified.
    pub notified_at: Option<Timestamp>,
    /// True if the requester could not be notified. The message then says so.
    pub untold: bool,
    /// Until when the bot tries to attach a file that was missing when the end was shown.
    pub attach_until: Option<Timestamp>,
    pub state: WatchState,
    pub stopped_by: Option<u64>,
    /// How the watch ended; `None` before that, and if another watch took over its message.
    pub ended_as: Option<Outcome>,
    pub created_at: Timestamp,
    /// The number of the claim that may settle the watch.
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

    /// Returns how the watch has ended, if it has: a person stopped it, or its task ended.
    pub fn outcome(&self, task: &Task) -> Option<Outcome> {
        match self.state {
            WatchState::Stopped => Some(Outcome::Stopped),
            // The task itself may go on, or be followed again by somebody else.
            WatchState::Ended => self.ended_as.or(task.outcome),
            WatchState::Asked | WatchState::Live => task.outcome,
        }
    }

    /// Returns when a message that only its token reaches says that it will change no more,
    /// or `None` if the channel's route reaches the message too.
    pub fn farewell_at(&self) -> Option<Timestamp> {
        let ends = self.asked.token_expires_at;
        (self.asked.reach == Reach::Dm).then(|| ends.minus(FAREWELL))
    }

    /// Converts a moment of this machine's clock to Discord's clock. The two differ by as
    /// much as the time in the interaction's id differs from the time of its receipt.
    pub fn by_discord(&self, moment: Timestamp) -> Timestamp {
        let asked_at = Timestamp::of_snowflake(self.asked.interaction_id);
        let ahead = self.created_at.0.saturating_sub(asked_at.0);
        Timestamp(moment.0.saturating_sub(ahead))
    }

    /// Returns an id that is below those of all messages that the bot has sent for this watch
    /// since `since`, a moment of this machine's clock.
    pub fn messages_after(&self, since: Timestamp) -> u64 {
        let after = self.by_discord(since).minus(CLOCK_SKEW).snowflake();
        match &self.asked.order {
            // The id of an order has this machine's time, which may be ahead of Discord's.
            Some(_) => after,
            // Notifications of an earlier watch on the same message came before.
            None => after.max(self.asked.interaction_id),
        }
    }

    /// Returns whether people have waited for the end. They have if an unfinished state was
    /// shown to them, if they saw "thinking…" for more than ten seconds, or if a poll after
    /// the watch's start came back without an end; the latter holds even if a crash lost the
    /// record of what was shown. People have always waited for a caller's watch in a server,
    /// because nobody there looks at its message when it comes.
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
