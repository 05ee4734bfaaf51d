//! The actions of people (commands, buttons, menus), and the bot's answers.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::core::{Core, State};
use crate::discord::model::message::Message;
use crate::discord::model::render;
use crate::discord::model::things::{Callback, Channel, Pending, Person};
use crate::discord::wire::interactions::{Action, command_data, resolve};
use crate::ids::Id;
use crate::sandbox::Sandbox;

/// The reason why an action never reached the bot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSent {
    /// Discord would not offer the person this command.
    #[error("no such command is registered")]
    UnknownCommand,
    /// The message has no such component, or a disabled one.
    #[error("the message has no such component that could be used")]
    UnknownComponent,
    /// No session takes the interaction: the person sees "The application did not respond".
    #[error("no gateway session takes interactions")]
    NoSession,
}

/// An interaction that was sent to the bot.
#[derive(Clone, Debug)]
pub struct Interaction {
    core: Arc<Core>,
    /// The interaction's id.
    pub id: Id,
    /// The interaction's token.
    pub token: String,
}

impl Interaction {
    /// Returns the bot's first response, if it came.
    #[must_use]
    pub fn answered(&self) -> Option<Callback> {
        self.core
            .read(|state| state.world.interactions.get(&self.id)?.callback.clone())
    }

    /// Waits for the bot's first response.
    ///
    /// # Panics
    /// Panics if it did not come in time ([`crate::Options::patience`]).
    #[expect(clippy::panic, reason = "a test that waits in vain has failed")]
    pub async fn callback(&self) -> Callback {
        let id = self.id;
        let answered = |state: &State| state.world.interactions.get(&id)?.callback.clone();
        let Some(callback) = self.core.wait(answered).await else {
            panic!(
                "interaction {id} was not answered within {:?}",
                self.core.options.patience
            );
        };
        callback
    }

    /// Returns the message that `@original` means, deleted or not.
    #[must_use]
    pub fn original(&self) -> Option<Message> {
        self.core
            .read(|state| state.world.original(self.id).cloned())
    }
}

impl Sandbox {
    /// Uses a slash command as a person. `options` is an object from names to values. Its
    /// lengths and completeness are not checked as Discord's client would, because a bot must
    /// not rely on that.
    ///
    /// # Errors
    /// Fails if the command is not registered or no gateway session takes it.
    pub fn command(
        &self,
        person: &Person,
        channel: &Channel,
        name: &str,
        options: Value,
    ) -> Result<Interaction, NotSent> {
        self.command_at(person, channel, name, options, Duration::ZERO)
    }

    /// Uses a slash command whose id says that it was used `age` ago. Its token is that much
    /// closer to its end, but its 3 seconds begin now.
    ///
    /// # Errors
    /// Fails as [`Sandbox::command`] does.
    pub fn command_at(
        &self,
        person: &Person,
        channel: &Channel,
        name: &str,
        options: Value,
        age: Duration,
    ) -> Result<Interaction, NotSent> {
        let mut data = self.data_of(person, channel, name, &options, None)?;
        self.core
            .read(|state| resolve(&state.world, person.id, &mut data));
        self.send(Action {
            name: name.to_owned(),
            age,
            ..action(person, channel.id, 2, data)
        })
    }

    /// Types into an option of a slash command as a person. The bot answers with a callback of
    /// type 8 with the choices.
    ///
    /// # Errors
    /// Fails as [`Sandbox::command`] does.
    pub fn autocomplete(
        &self,
        person: &Person,
        channel: &Channel,
        name: &str,
        options: Value,
        focused: &str,
    ) -> Result<Interaction, NotSent> {
        let data = self.data_of(person, channel, name, &options, Some(focused))?;
        self.send(Action {
            name: name.to_owned(),
            ..action(person, channel.id, 4, data)
        })
    }

    /// Uses a command from a message's menu as a person.
    ///
    /// # Errors
    /// Fails as [`Sandbox::command`] does.
    pub fn message_command(
        &self,
        person: &Person,
        message: &Message,
        name: &str,
    ) -> Result<Interaction, NotSent> {
        let data = self.core.read(|state| {
            let command = state.world.command(name, 3, person.id, message.channel)?;
            let mut data =
                json!({"id": command["id"], "name": name, "type": 3, "target_id": message.id});
            let message = state.world.message(message.channel, message.id).ok()?;
            data["resolved"]["messages"][message.id.to_string()] =
                render::message(&state.world, message);
            Some(data)
        });
        let data = data.ok_or(NotSent::UnknownCommand)?;
        self.send(Action {
            name: name.to_owned(),
            ..action(person, message.channel, 2, data)
        })
    }

    /// Presses a button as a person.
    ///
    /// # Errors
    /// Fails if the message has no such button, or no gateway session takes it.
    pub fn press(
        &self,
        person: &Person,
        message: &Message,
        custom_id: &str,
    ) -> Result<Interaction, NotSent> {
        self.use_component(person, message, custom_id, 2, json!({}))
    }

    /// Presses a button that the message had before, and that the person's client still shows.
    ///
    /// # Errors
    /// Fails if no gateway session takes it.
    pub fn press_of_before(
        &self,
        person: &Person,
        message: &Message,
        custom_id: &str,
    ) -> Result<Interaction, NotSent> {
        let data = json!({ "custom_id": custom_id, "component_type": 2 });
        self.send(Action {
            component_of: Some(message.id),
            ..action(person, message.channel, 3, data)
        })
    }

    /// Chooses values from a select menu as a person.
    ///
    /// # Errors
    /// Fails if the message has no such menu, or no gateway session takes it.
    pub fn select(
        &self,
        person: &Person,
        message: &Message,
        custom_id: &str,
        values: &[&str],
    ) -> Result<Interaction, NotSent> {
        self.use_component(person, message, custom_id, 3, json!({"values": values}))
    }

    fn use_component(
        &self,
        person: &Person,
        message: &Message,
        custom_id: &str,
        kind: u8,
        mut data: Value,
    ) -> Result<Interaction, NotSent> {
        let now = self
            .message(message)
            .filter(|now| !now.deleted && now.ephemeral_for.is_none_or(|only| only == person.id))
            .ok_or(NotSent::UnknownComponent)?;
        let usable = |part: &Value| {
            part["custom_id"] == custom_id && part["type"] == kind && part["disabled"] != true
        };
        if !contains(&now.components, &usable) {
            return Err(NotSent::UnknownComponent);
        }
        data["custom_id"] = json!(custom_id);
        data["component_type"] = json!(kind);
        self.send(Action {
            component_of: Some(message.id),
            ..action(person, message.channel, 3, data)
        })
    }

    fn data_of(
        &self,
        person: &Person,
        channel: &Channel,
        name: &str,
        options: &Value,
        focused: Option<&str>,
    ) -> Result<Value, NotSent> {
        let data = self.core.read(|state| {
            Some(command_data(
                state.world.command(name, 1, person.id, channel.id)?,
                options,
                focused,
            ))
        });
        data.ok_or(NotSent::UnknownCommand)
    }

    fn send(&self, action: Action) -> Result<Interaction, NotSent> {
        let sent: Option<Pending> = self.core.update(|state| state.interact(action));
        let sent = sent.ok_or(NotSent::NoSession)?;
        Ok(Interaction {
            core: Arc::clone(&self.core),
            id: sent.id,
            token: sent.token,
        })
    }
}

fn action(person: &Person, channel: Id, kind: u8, data: Value) -> Action {
    Action {
        person: person.id,
        channel,
        kind,
        name: String::new(),
        data,
        component_of: None,
        age: Duration::ZERO,
    }
}

/// Returns whether a component that fits is anywhere in `place`.
fn contains(place: &Value, fits: &impl Fn(&Value) -> bool) -> bool {
    match place {
        Value::Array(list) => list.iter().any(|part| contains(part, fits)),
        Value::Object(map) => fits(place) || map.values().any(|part| contains(part, fits)),
        _ => false,
    }
}
