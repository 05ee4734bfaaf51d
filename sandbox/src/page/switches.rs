//! `POST /api/control`: the switches of the side panel.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

use super::scenes::{self, Scene};
use super::{BotControl, Shared};
use crate::discord::model::sessions::Cut;
use crate::ids::Id;

/// A switch of the panel.
#[derive(Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(super) enum Control {
    /// Makes a task; answers with its card.
    Task { scene: Scene },
    /// Takes the video service down or up.
    Service { down: bool },
    /// Expires every interaction token.
    ExpireTokens,
    /// Breaks the gateway connections, after which the bot may resume.
    CutGateway,
    /// Kills the bot as a crash would, and starts it again.
    RestartBot,
    /// Makes a task and orders a watch of it as a script does, without any command.
    Script { channel: Id, person: Id },
    /// Changes the language of a person's client.
    Locale { person: Id, locale: String },
    /// Sets whether a person refuses direct messages from the bot.
    Dms { person: Id, closed: bool },
}

/// Turns a switch of the panel.
pub(super) async fn control(
    State(shared): State<Arc<Shared>>,
    Json(control): Json<Control>,
) -> Json<Value> {
    let sandbox = &shared.sandbox;
    let note = |text: &str| {
        shared
            .panel
            .send_modify(|panel| panel.note(text.to_owned()))
    };
    match control {
        Control::Task { scene } => {
            let card = scenes::set(sandbox, &scene);
            shared.panel.send_modify(|panel| {
                panel.note(format!("the task {} is made: {}", card.id, card.title));
                panel.keep(card.clone());
            });
            return Json(json!(card));
        }
        Control::Service { down } => {
            sandbox.video().down(down);
            shared.panel.send_modify(|panel| panel.down = down);
            note(if down {
                "the video service goes down"
            } else {
                "the video service is back"
            });
        }
        Control::ExpireTokens => {
            sandbox.expire_tokens();
            note("all interaction tokens end: only the channel route is left");
        }
        Control::CutGateway => {
            sandbox.cut_gateway(Cut::Abrupt);
            note("the gateway connection breaks");
        }
        Control::RestartBot => {
            note("the bot is killed and started again");
            // An error means that the program is about to end.
            let _ = shared.bot.send(BotControl::Restart);
        }
        Control::Script { channel, person } => {
            let card = scenes::set(sandbox, &Scene::Progress);
            let task = card.id.clone();
            shared.panel.send_modify(|panel| {
                panel.note(format!("a script asks for {task}: POST /api/watches"));
                panel.keep(card);
            });
            let order = BotControl::Order {
                task,
                channel,
                person,
            };
            let _ = shared.bot.send(order);
        }
        Control::Locale { person, locale } => {
            if let Ok(person) = shared.person(person) {
                sandbox.locale(&person, &locale);
                note(&format!("{}'s Discord speaks {locale} now", person.name));
            }
        }
        Control::Dms { person, closed } => {
            if let Ok(person) = shared.person(person) {
                sandbox.close_dms(&person, closed);
                let takes = if closed { "refuses" } else { "takes" };
                note(&format!("{} {takes} direct messages", person.name));
            }
        }
    }
    Json(json!({}))
}
