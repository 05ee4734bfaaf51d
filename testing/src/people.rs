//! The acts of people on a stage, and the messages that they see there.

use sandbox::{Channel, Interaction, Message};
use serde_json::{Value, json};

use crate::stage::{Stage, TASK, running};

/// Returns the custom id of the message's button or menu whose custom id contains `word`.
pub fn control(message: &Message, word: &str) -> String {
    let rows = message.components.as_array().unwrap();
    let parts = rows
        .iter()
        .flat_map(|row| row["components"].as_array().unwrap());
    let mut ids = parts.filter_map(|part| part["custom_id"].as_str());
    ids.find(|id| id.contains(word))
        .unwrap_or_else(|| panic!("no {word}: {}", message.components))
        .to_owned()
}

/// Returns the text of the private answer to an interaction.
pub fn answer(interaction: &Interaction) -> String {
    let message = interaction.original().unwrap();
    assert!(message.ephemeral_for.is_some());
    message.content
}

impl Stage {
    /// Uses a command as this person in the channel `general`.
    pub fn command(&self, person: &str, command: &str, options: Value) -> Interaction {
        let (person, channel) = (self.sandbox.person(person), self.sandbox.channel());
        let sent = self.sandbox.command(&person, &channel, command, options);
        sent.unwrap()
    }

    /// Uses `/videostatus` as Ada with these options, for [`TASK`] where they name no ID.
    pub fn ask_with(&self, options: Value) -> Interaction {
        let mut all = json!({ "id": TASK });
        let options = options.as_object().cloned().unwrap_or_default();
        all.as_object_mut().unwrap().extend(options);
        self.command("ada", "videostatus", all)
    }

    /// Uses `/videostatus` as Ada for [`TASK`] in another channel.
    pub fn ask_in(&self, place: &Channel) -> Interaction {
        let (ada, options) = (self.sandbox.person("ada"), json!({ "id": TASK }));
        let sent = self.sandbox.command(&ada, place, "videostatus", options);
        sent.unwrap()
    }

    /// Does what [`Stage::watching`] does, with further options.
    pub async fn watching_with(&self, options: Value) -> (Interaction, Message) {
        self.task(TASK, [running(TASK)]);
        let asked = self.ask_with(options);
        let message = self.titled(&asked, "Making your video").await;
        (asked, message)
    }

    /// Starts a watch of each of these running tasks, each by another person, and waits until
    /// their messages show it.
    pub async fn crowd(&self, ids: &[String]) -> Vec<Interaction> {
        let mut asked = Vec::new();
        for (n, id) in ids.iter().enumerate() {
            self.task(id, [running(id)]);
            let options = json!({ "id": id });
            asked.push(self.command(&format!("person {n}"), "videostatus", options));
        }
        for one in &asked {
            self.titled(one, "Making your video").await;
        }
        asked
    }

    /// Presses, as this person, the button whose custom id contains `word`.
    pub fn press(&self, person: &str, message: &Message, word: &str) -> Interaction {
        let person = self.sandbox.person(person);
        let pressed = self
            .sandbox
            .press(&person, message, &control(message, word));
        pressed.unwrap()
    }

    /// Presses that button, and waits until the bot has acknowledged it.
    pub async fn pressed(&self, person: &str, message: &Message, word: &str) -> Interaction {
        let press = self.press(person, message, word);
        press.callback().await;
        press
    }

    /// Waits until a channel has `count` messages, and returns them.
    pub async fn said(&self, place: &Channel, count: usize) -> Vec<Message> {
        self.sandbox
            .until(|view| {
                let messages: Vec<_> = view.messages(place).cloned().collect();
                (messages.len() >= count).then_some(messages)
            })
            .await
    }

    /// Waits until Ada has `count` direct messages, and returns them.
    pub async fn dms(&self, count: usize) -> Vec<Message> {
        let ada = self.sandbox.person("ada");
        self.said(&self.sandbox.dm(&ada), count).await
    }

    /// Waits until a bot is connected.
    pub async fn connected(&self) {
        self.sandbox
            .until(|view| (view.sessions() > 0).then_some(()))
            .await;
    }

    /// Waits until a request was answered with this status.
    pub async fn answered(&self, status: u16) {
        self.sandbox
            .until(|view| {
                let mut requests = view.requests();
                requests.find(|one| one.status == Some(status)).map(drop)
            })
            .await;
    }
}
