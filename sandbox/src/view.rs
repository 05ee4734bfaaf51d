//! The state of a sandbox, as [`Sandbox::until`](crate::Sandbox::until) shows it.

use crate::core::State;
use crate::discord::model::message::Message;
use crate::discord::model::things::{Callback, Channel};
use crate::ids::Id;
use crate::log::RequestRecord;

/// A read-only view of the state.
#[derive(Debug)]
pub struct View<'a>(pub(crate) &'a State);

impl<'a> View<'a> {
    /// Returns the messages of a channel, oldest first, with the deleted ones.
    pub fn messages(
        &self,
        channel: &Channel,
    ) -> impl DoubleEndedIterator<Item = &'a Message> + use<'a> {
        self.0.world.messages_in(channel.id)
    }

    /// Returns a message by its id, deleted or not.
    #[must_use]
    pub fn message(&self, id: Id) -> Option<&'a Message> {
        self.0.world.messages.get(&id)
    }

    /// Returns the message that an interaction's `@original` means.
    #[must_use]
    pub fn original(&self, interaction: Id) -> Option<&'a Message> {
        self.0.world.original(interaction)
    }

    /// Returns the bot's first response to an interaction, if it came.
    #[must_use]
    pub fn callback(&self, interaction: Id) -> Option<&'a Callback> {
        self.0
            .world
            .interactions
            .get(&interaction)?
            .callback
            .as_ref()
    }

    /// Returns the kept requests, oldest first.
    pub fn requests(&self) -> impl Iterator<Item = &'a RequestRecord> + use<'a> {
        self.0.log.records()
    }

    /// Returns how many queries for a task there were.
    #[must_use]
    pub fn polls(&self, id: &str) -> usize {
        self.0.tasks.polls(id).count()
    }

    /// Returns the number of connected gateway sessions.
    #[must_use]
    pub fn sessions(&self) -> usize {
        self.0.gateway.sessions.connected()
    }

    /// Returns how often a bot identified itself.
    #[must_use]
    pub fn identifies(&self) -> usize {
        self.0.gateway.identifies
    }

    /// Returns how often a bot resumed a session, or tried to.
    #[must_use]
    pub fn resumes(&self) -> usize {
        self.0.gateway.resumes
    }

    /// Returns the shards of the connected sessions, each as its number and the total.
    #[must_use]
    pub fn shards(&self) -> Vec<(u64, u64)> {
        self.0.gateway.sessions.shards()
    }

    /// Returns whether a command is registered under this name.
    #[must_use]
    pub fn knows_command(&self, name: &str) -> bool {
        self.0
            .world
            .commands
            .values()
            .flatten()
            .any(|command| command["name"] == name)
    }
}
