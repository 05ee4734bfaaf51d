//! `POST /api/act`: the actions of a person in the chat.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Shared;
use crate::discord::model::message::Message;
use crate::discord::model::things::{Callback, Channel, Person};
use crate::ids::Id;
use crate::people::{Interaction, NotSent};

/// A person's action.
#[derive(Debug, Deserialize)]
pub(super) struct Act {
    person: Id,
    #[serde(flatten)]
    what: What,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
enum What {
    Command {
        channel: Id,
        name: String,
        options: Value,
    },
    Autocomplete {
        channel: Id,
        name: String,
        options: Value,
        focused: String,
    },
    MessageCommand {
        message: Id,
        name: String,
    },
    Press {
        message: Id,
        custom_id: String,
    },
    Select {
        message: Id,
        custom_id: String,
        values: Vec<String>,
    },
    Say {
        channel: Id,
        content: String,
    },
    Delete {
        message: Id,
    },
}

/// Performs an action and answers with the bot's response as the person's client sees it:
/// `{"kind", "data"}` of its callback, `{"failed": "why"}`, or `{}` if no response is due.
pub(super) async fn act(State(shared): State<Arc<Shared>>, Json(act): Json<Act>) -> Json<Value> {
    let sent = match shared.perform(&act) {
        Ok(Some(interaction)) => interaction,
        Ok(None) => return Json(json!({})),
        Err(error) => return Json(json!({"failed": error.to_string()})),
    };
    Json(match shared.answer(&sent).await {
        Some(callback) => json!({"kind": callback.kind, "data": callback.data}),
        None => json!({"failed": "the bot did not answer within 3 seconds"}),
    })
}

impl Shared {
    fn perform(&self, act: &Act) -> Result<Option<Interaction>, NotSent> {
        let sandbox = &self.sandbox;
        let person = self.person(act.person)?;
        let note = |text| self.note(&person, text);
        match &act.what {
            What::Command {
                channel,
                name,
                options,
            } => {
                note(format!("uses /{name}{}", written(options)));
                let channel = self.channel(*channel)?;
                sandbox.command(&person, &channel, name, options.clone())
            }
            What::Autocomplete {
                channel,
                name,
                options,
                focused,
            } => {
                let channel = self.channel(*channel)?;
                sandbox.autocomplete(&person, &channel, name, options.clone(), focused)
            }
            What::MessageCommand { message, name } => {
                note(format!("uses “{name}” on a message"));
                sandbox.message_command(&person, &self.message(*message)?, name)
            }
            What::Press { message, custom_id } => {
                let message = self.message(*message)?;
                let label = label(&message.components, custom_id).unwrap_or(custom_id);
                note(format!("presses “{label}”"));
                sandbox.press(&person, &message, custom_id)
            }
            What::Select {
                message,
                custom_id,
                values,
            } => {
                note(format!("chooses {} from a menu", values.len()));
                let values: Vec<_> = values.iter().map(String::as_str).collect();
                sandbox.select(&person, &self.message(*message)?, custom_id, &values)
            }
            What::Say { channel, content } => {
                note("writes a message".to_owned());
                // The feed tells all pages about the message.
                let _ = sandbox.say(&person, &self.channel(*channel)?, content);
                return Ok(None);
            }
            What::Delete { message } => {
                note("deletes a message".to_owned());
                sandbox.delete_message(&self.message(*message)?);
                return Ok(None);
            }
        }
        .map(Some)
    }

    /// Returns the bot's first response, if it comes within Discord's limit.
    async fn answer(&self, sent: &Interaction) -> Option<Callback> {
        let core = &self.sandbox.core;
        let answered = core.wait(|state| {
            let pending = state.world.interactions.get(&sent.id)?;
            pending.callback.clone()
        });
        let answered = tokio::time::timeout(core.options.ack_limit, answered).await;
        answered.ok().flatten()
    }

    fn note(&self, person: &Person, what: String) {
        let text = format!("{} {what}", person.name);
        self.panel.send_modify(|panel| panel.note(text));
    }

    /// Returns a person, or the error of an action that never reaches the bot.
    pub(super) fn person(&self, id: Id) -> Result<Person, NotSent> {
        let found = self
            .sandbox
            .core
            .read(|state| state.world.person_by_id(id).cloned());
        found.ok_or(NotSent::UnknownCommand)
    }

    fn channel(&self, id: Id) -> Result<Channel, NotSent> {
        let found = self
            .sandbox
            .core
            .read(|state| state.world.channels.get(&id).cloned());
        found.ok_or(NotSent::UnknownCommand)
    }

    fn message(&self, id: Id) -> Result<Message, NotSent> {
        let found = self
            .sandbox
            .core
            .read(|state| state.world.messages.get(&id).cloned());
        found.ok_or(NotSent::UnknownComponent)
    }
}

/// Returns options as a person types them.
fn written(options: &Value) -> String {
    let options = options.as_object().into_iter().flatten();
    let text = |(name, value): (&String, &Value)| match value {
        Value::String(value) => format!(" {name}:{value}"),
        value => format!(" {name}:{value}"),
    };
    options.map(text).collect()
}

/// Returns a button's label.
fn label<'a>(place: &'a Value, custom_id: &str) -> Option<&'a str> {
    match place {
        Value::Array(parts) => parts.iter().find_map(|part| label(part, custom_id)),
        Value::Object(part) if part.get("custom_id").is_some_and(|id| id == custom_id) => {
            part.get("label")?.as_str()
        }
        Value::Object(part) => part.values().find_map(|part| label(part, custom_id)),
        _ => None,
    }
}
