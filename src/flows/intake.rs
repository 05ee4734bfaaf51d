//! The intake. It takes the commands, presses and typing that come through either door.
//! Discord waits three seconds for the first answer, so every step before it is local or has
//! a short deadline.

mod follow;
mod lists;
mod notifying;
mod presses;
mod suggestions;

use std::collections::BTreeSet;
use std::num::NonZeroU32;
use std::sync::Arc;

use governor::Quota;

use suggestions::Suggestions;

use super::paces::Paces;
use super::start::Starter;
use crate::discord::definitions::{VIDEOSTATUS, VIDEOWATCHES};
use crate::discord::messenger::{InteractionToken, Messenger};
use crate::discord::request::{Asker, Input, NotUnderstood, Request};
use crate::domain::discord::DiscordError;
use crate::domain::schedule::Pace;
use crate::domain::time::Timestamp;
use crate::provider::gateways::Gateways;
use crate::provider::media::Fetcher;
use crate::render::body::Message;
use crate::render::locale::Locale;
use crate::render::notice::Notice;
use crate::store::{Store, StoreError};

/// The parts that the intake is built from.
pub struct Parts {
    /// Starts the watches; also holds the store and the inboxes.
    pub starter: Starter,
    /// Answers people.
    pub messenger: Messenger,
    /// Tells which links may be shown.
    pub fetcher: Arc<Fetcher>,
    /// The gateways, which are asked once about a task that cannot be recorded.
    pub gateways: Gateways,
    /// `POLL_MIN` and `POLL_MAX`.
    pub pace: Pace,
    /// `SPOILER`.
    pub spoiler: bool,
    /// `LANGUAGE`: the language of messages that everybody in a channel sees, if the operator
    /// set one.
    pub language: Option<Locale>,
    /// `MAX_WATCHES_PER_USER`.
    pub max_watches: NonZeroU32,
    /// `ALLOWED_GUILDS`. If it is empty, all servers and direct messages are served.
    pub guilds: BTreeSet<u64>,
}

/// Handles the requests of people.
pub struct Intake {
    parts: Parts,
    /// `COMMANDS_PER_MINUTE`.
    paces: Paces,
    suggestions: Suggestions,
}

impl Intake {
    /// Creates an intake that allows each person this many commands a minute.
    #[must_use]
    pub fn new(parts: Parts, commands_per_minute: NonZeroU32) -> Self {
        Self {
            paces: Paces::new(Quota::per_minute(commands_per_minute)),
            suggestions: Suggestions::new(parts.starter.store.clone()),
            parts,
        }
    }

    /// Handles one request. Errors are handled inside: the person gets an answer if Discord
    /// still accepts one.
    pub async fn take(&self, request: Request) {
        let Request { asker, input } = request;
        if let Input::Typing(typed) = input {
            return self.suggest(&asker, &typed).await;
        }
        if !self.may_go_on(&asker).await {
            return;
        }
        if !self.serves(&asker) {
            return self.notify(&asker, Notice::Elsewhere).await;
        }
        match input {
            Input::Command(name, options) if name == VIDEOSTATUS => {
                self.videostatus(&asker, &options).await;
            }
            Input::Command(name, options) if name == VIDEOWATCHES => {
                self.videowatches(&asker, &options).await;
            }
            Input::Message(id, text) => self.check_message(&asker, id, &text).await,
            Input::Press(press) => self.press(&asker, &press).await,
            // A command of an older version of the bot, which Discord may still show.
            Input::Command(..) | Input::Typing(_) => {
                self.notify(&asker, Notice::InternalError).await;
            }
        }
    }

    /// Tells a person that their interaction was not understood.
    pub async fn apologise(&self, error: NotUnderstood) {
        let Some((interaction_id, token)) = error.answer else {
            return;
        };
        let to = InteractionToken {
            application_id: 0,
            interaction_id,
            token: &token,
        };
        let message = Notice::InternalError.message(Locale::default());
        if let Err(error) = self.parts.messenger.answer(to, &message).await {
            tracing::warn!(interaction_id, %error, "intake.not_answered");
        }
    }

    fn now(&self) -> Timestamp {
        self.parts.starter.clock.now()
    }

    fn store(&self) -> &Store {
        &self.parts.starter.store
    }

    /// Returns whether the bot serves the server in which the person acts.
    fn serves(&self, asker: &Asker) -> bool {
        let guilds = &self.parts.guilds;
        guilds.is_empty() || asker.guild_id.is_some_and(|id| guilds.contains(&id))
    }

    /// Returns whether the person is within their rate limit, and tells them if they are not.
    async fn may_go_on(&self, asker: &Asker) -> bool {
        let Some(wait) = self.paces.wait(asker.user_id) else {
            return true;
        };
        self.notify(asker, Notice::QuotaCommands { wait }).await;
        false
    }

    /// Answers with an ephemeral notice in the person's own language.
    async fn notify(&self, asker: &Asker, notice: Notice) {
        self.answer(asker, &notice.message(Locale::of(&asker.locale)))
            .await;
    }

    async fn answer(&self, asker: &Asker, message: &Message) {
        let sent = self.parts.messenger.answer(asker.reply(), message).await;
        self.log_answer(asker, sent);
    }

    /// Logs an error of the database and tells the person, who can try again.
    async fn store_failed(&self, asker: &Asker, error: &StoreError) {
        tracing::error!(interaction_id = asker.interaction_id, %error, "intake.store_failed");
        self.notify(asker, Notice::StoreDown).await;
    }

    fn log_answer(&self, asker: &Asker, sent: Result<(), DiscordError>) {
        if let Err(error) = sent {
            tracing::warn!(interaction_id = asker.interaction_id, %error, "intake.not_answered");
        }
    }
}
