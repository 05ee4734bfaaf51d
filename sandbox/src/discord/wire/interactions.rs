//! Interactions: their complete payloads, and sending them to the bot.

use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use crate::core::State;
use crate::discord::model::permissions;
use crate::discord::model::render;
use crate::discord::model::things::{APPLICATION, Pending};
use crate::discord::model::world::World;
use crate::ids::Id;

/// A person's action that the bot hears of.
#[derive(Clone, Debug)]
pub(crate) struct Action {
    pub(crate) person: Id,
    pub(crate) channel: Id,
    /// The interaction's type: 2 command, 3 component, 4 autocomplete.
    pub(crate) kind: u8,
    /// The command's name; empty for components.
    pub(crate) name: String,
    pub(crate) data: Value,
    /// The message whose component is used.
    pub(crate) component_of: Option<Id>,
    /// The age that the interaction's id shows.
    pub(crate) age: Duration,
}

impl State {
    /// Sends an interaction to the endpoint, if there is one, or over the gateway. Returns
    /// `None` if no session takes it: it is then lost, as on Discord.
    pub(crate) fn interact(&mut self, action: Action) -> Option<Pending> {
        let world = &mut self.world;
        let id = world.ids.aged(action.age);
        // Real tokens are about as long and as opaque.
        let token = format!("aW50ZXJhY3Rpb246{id}{:x<160}", "Sandbox");
        let pending = Pending {
            id,
            token,
            kind: action.kind,
            person: action.person,
            channel: action.channel,
            name: action.name.clone(),
            sent: Instant::now(),
            callback: None,
            original: None,
            component_of: action.component_of,
            expired: false,
        };
        let mut payload = payload(world, &pending, action.data)?;
        if let Some(distortion) = &world.distortion {
            (distortion.0)(&mut payload);
        }
        let guild = world
            .channels
            .get(&action.channel)
            .and_then(|channel| channel.guild);
        if let Some(endpoint) = &mut self.endpoint {
            endpoint.send(&payload);
        } else if !self
            .gateway
            .sessions
            .dispatch(guild, "INTERACTION_CREATE", &payload)
        {
            return None;
        }
        self.world.record_interaction(pending.clone());
        self.tell_interaction(id, None);
        Some(pending)
    }
}

/// Returns the complete payload, or `None` if the person, the channel or the message does not
/// exist.
fn payload(world: &World, pending: &Pending, data: Value) -> Option<Value> {
    let channel = world.channels.get(&pending.channel)?;
    let person = world.person_by_id(pending.person)?;
    let bits = channel.permissions_of(person.id);
    let app_permissions = match channel.context() {
        0 if channel.user_installed() => permissions::ORDINARY & bits,
        0 => channel.bot_permissions,
        1 => permissions::BOT_DM,
        _ => permissions::PRIVATE,
    };
    let mut payload = json!({
        "id": pending.id, "application_id": APPLICATION, "type": pending.kind, "token": pending.token, "version": 1,
        "data": data, "channel_id": channel.id, "channel": render::channel(world, channel, Some(bits)),
        "locale": person.locale, "app_permissions": app_permissions.to_string(), "entitlements": [],
        "entitlement_sku_ids": [], "authorizing_integration_owners": channel.owners(person.id),
        "context": channel.context(), "attachment_size_limit": world.options.interaction_upload_limit,
    });
    if let (false, Some(fields)) = (world.app_permissions_told, payload.as_object_mut()) {
        fields.remove("app_permissions");
    }
    if let Some(guild) = channel.guild {
        payload["guild_id"] = json!(guild);
        let (locale, community) = &world.server_language;
        let features = if *community {
            vec!["COMMUNITY"]
        } else {
            Vec::new()
        };
        payload["guild"] = json!({"id": guild, "locale": locale, "features": features});
        payload["guild_locale"] = json!(locale);
        payload["member"] = render::member(render::user(person), Some(bits));
    } else {
        payload["user"] = render::user(person);
    }
    if let Some(id) = pending.component_of {
        payload["message"] = render::message(world, world.message(channel.id, id).ok()?);
    }
    Some(payload)
}

/// Returns a command's `data`, with its options typed as registered.
pub(crate) fn command_data(command: &Value, given: &Value, focused: Option<&str>) -> Value {
    let known = command["options"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let mut options = Vec::new();
    for (name, value) in given.as_object().unwrap_or(&Map::new()) {
        let kind = known
            .iter()
            .find(|option| option["name"] == *name)
            .and_then(|option| option["type"].as_u64());
        let kind = kind.unwrap_or(match value {
            Value::Bool(_) => 5,
            Value::Number(number) if number.is_f64() => 10,
            Value::Number(_) => 4,
            _ => 3,
        });
        let mut option = json!({"name": name, "type": kind, "value": value});
        if focused == Some(name) {
            option["focused"] = json!(true);
        }
        options.push(option);
    }
    let mut data = json!({"id": command["id"], "name": command["name"], "type": command["type"], "options": options});
    if let Some(guild) = command.get("guild_id") {
        data["guild_id"] = guild.clone();
    }
    data
}

/// Adds the objects that the ids in a command's options stand for.
pub(crate) fn resolve(world: &World, person: Id, data: &mut Value) {
    let options = data["options"].as_array().cloned().unwrap_or_default();
    for option in options {
        let Some(id) = Id::from_json(&option["value"]) else {
            continue;
        };
        let key = id.to_string();
        match option["type"].as_u64() {
            Some(7) => {
                if let Some(channel) = world.channels.get(&id) {
                    let bits = channel.permissions_of(person);
                    data["resolved"]["channels"][key] = render::channel(world, channel, Some(bits));
                }
            }
            Some(6) => {
                if let Some(person) = world.person_by_id(id) {
                    let mut member = render::member(Value::Null, Some(permissions::ORDINARY));
                    if let Value::Object(member) = &mut member {
                        // The member's user is under `users`.
                        member.remove("user");
                    }
                    data["resolved"]["users"][&key] = render::user(person);
                    data["resolved"]["members"][key] = member;
                }
            }
            _ => {}
        }
    }
}
