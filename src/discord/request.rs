//! The requests of people (commands, presses and choices), read from Discord's raw JSON.
//!
//! Each field is read separately, because Discord adds, leaves out and changes fields that the
//! bot does not need. Only an interaction's id, token, type and person are required.
//!
//! Source: <https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object>

use serde_json::Value;
use serenity::model::Permissions;

use super::message_text::texts;
use super::permissions::posting;
use super::route::InteractionToken;
use crate::domain::secret::Secret;
use crate::domain::watch::{DEFAULT_UPLOAD_LIMIT, Notify, Reach};

/// The person who asks, the place they ask in, and the right to answer them.
#[derive(Clone, Debug)]
pub struct Asker {
    pub(crate) interaction_id: u64,
    pub(crate) application_id: u64,
    pub(crate) token: Secret,
    pub(crate) guild_id: Option<u64>,
    /// 0 if Discord does not send it.
    pub(crate) channel_id: u64,
    pub(crate) user_id: u64,
    /// The person's permissions in the channel.
    pub(crate) may: Permissions,
    /// The person's language, as Discord writes it.
    pub(crate) locale: String,
    /// The language of messages that everybody in the channel sees.
    pub(crate) channel_locale: String,
    /// The places where the bot can still write once the token has expired.
    pub(crate) reach: Reach,
    /// True if embeds are shown in messages that the bot sends by the channel's route.
    pub(crate) embeds: bool,
    /// The largest file that an answer may carry, in bytes.
    pub(crate) upload_limit: u64,
}

/// An interaction: who asks, and for what.
#[derive(Clone, Debug)]
pub struct Request {
    pub(crate) asker: Asker,
    pub(crate) input: Input,
}

#[derive(Clone, Debug)]
pub(crate) enum Input {
    /// A slash command.
    Command(String, Options),
    /// The command in a message's menu: the message's id, and all of its text.
    Message(u64, String),
    /// A button or a menu below a message.
    Press(Press),
    /// The text so far of the option that somebody is typing.
    Typing(String),
}

/// A button or a menu that was used.
#[derive(Clone, Debug)]
pub(crate) struct Press {
    pub(crate) custom_id: String,
    /// The values that were chosen from a menu.
    pub(crate) chosen: Vec<String>,
    /// The message that the button or menu belongs to.
    pub(crate) message_id: u64,
    pub(crate) content: String,
}

/// The error for an interaction that lacks a required field.
#[derive(Debug)]
pub struct NotUnderstood {
    /// The field that is missing or wrong.
    pub path: &'static str,
    /// The interaction's id and token, with which the person can be told; `None` if either is
    /// missing.
    pub(crate) answer: Option<(u64, Secret)>,
}

impl Request {
    /// Reads an interaction other than a ping. `application_id` is the bot's own, used if the
    /// interaction names none.
    pub fn read(raw: &Value, application_id: u64) -> Result<Self, NotUnderstood> {
        let (id, token) = (id_at(&raw["id"]), raw["token"].as_str());
        let (id, token) = match (id, token) {
            (Some(id), Some(token)) if !token.is_empty() => (id, Secret::new(token)),
            (None, _) => return Err(not_understood("id", None)),
            _ => return Err(not_understood("token", None)),
        };
        let answer = || Some((id, token.clone()));
        let user = [&raw["member"]["user"]["id"], &raw["user"]["id"]];
        let Some(user_id) = user.into_iter().find_map(id_at) else {
            return Err(not_understood("member.user.id", answer()));
        };
        let data = &raw["data"];
        let input = match raw["type"].as_u64() {
            Some(2) => command(data).ok_or("data.name"),
            Some(3) => press(raw).ok_or("data.custom_id"),
            Some(4) => Ok(Input::Typing(typed(data))),
            _ => Err("type"),
        };
        let input = input.map_err(|path| not_understood(path, answer()))?;
        let locale = raw["locale"].as_str().unwrap_or("en-US").to_owned();
        let channel = &raw["channel"];
        let allowed = permissions(&raw["app_permissions"]);
        let asker = Asker {
            interaction_id: id,
            application_id: id_at(&raw["application_id"]).unwrap_or(application_id),
            token,
            guild_id: id_at(&raw["guild_id"]),
            channel_id: id_at(&raw["channel_id"])
                .or(id_at(&channel["id"]))
                .unwrap_or(0),
            user_id,
            may: permissions(&raw["member"]["permissions"]).unwrap_or_default(),
            channel_locale: server_locale(raw).unwrap_or_else(|| locale.clone()),
            locale,
            reach: reach(raw, allowed),
            embeds: allowed.is_none_or(|held| held.contains(Permissions::EMBED_LINKS)),
            upload_limit: raw["attachment_size_limit"]
                .as_u64()
                .unwrap_or(DEFAULT_UPLOAD_LIMIT),
        };
        Ok(Self { asker, input })
    }
}

fn not_understood(path: &'static str, answer: Option<(u64, Secret)>) -> NotUnderstood {
    NotUnderstood { path, answer }
}

impl Asker {
    /// Returns the token and ids with which the interaction is answered.
    pub(crate) fn reply(&self) -> InteractionToken<'_> {
        InteractionToken {
            application_id: self.application_id,
            interaction_id: self.interaction_id,
            token: &self.token,
        }
    }

    /// Returns whether the person may act on other people's watches in the channel.
    pub(crate) fn moderates(&self) -> bool {
        self.may
            .intersects(Permissions::MANAGE_MESSAGES | Permissions::ADMINISTRATOR)
    }

    /// Returns whether the person may see and stop everybody's watches in the guild.
    pub(crate) fn manages(&self) -> bool {
        self.may
            .intersects(Permissions::MANAGE_GUILD | Permissions::ADMINISTRATOR)
    }
}

/// Returns the language that a server has chosen. Only a community can choose one: Discord
/// reports every other server as `en-US`. Interactions from the gateway come without the
/// features; for them any language but `en-US` counts as chosen.
///
/// Source: <https://discord.com/developers/docs/resources/guild#guild-object>
fn server_locale(raw: &Value) -> Option<String> {
    let locale = raw["guild_locale"].as_str()?;
    let chosen = match raw["guild"]["features"].as_array() {
        Some(features) => features.iter().any(|feature| feature == "COMMUNITY"),
        None => locale != "en-US",
    };
    chosen.then(|| locale.to_owned())
}

/// Returns where the bot can write once the token has expired: to a guild's channel if it is a
/// member there and may post, to its own direct messages, and nowhere else. If the interaction
/// does not say how the bot was installed, its permissions alone decide.
fn reach(raw: &Value, allowed: Option<Permissions>) -> Reach {
    let kind = raw["channel"]["type"].as_u64();
    // The bot must be added to a private thread, unless it may manage threads.
    let needed = match kind {
        Some(12) => posting(kind) | Permissions::MANAGE_THREADS,
        _ => posting(kind),
    };
    let allowed = allowed.is_none_or(|held| held.contains(needed));
    let owners = raw["authorizing_integration_owners"].as_object();
    let member = owners.is_none_or(|owners| owners.is_empty() || owners.contains_key("0"));
    match (raw["context"].as_u64(), id_at(&raw["guild_id"])) {
        (Some(1), _) => Reach::Channel,
        (Some(2), _) => Reach::Dm,
        (_, None) if kind == Some(1) => Reach::Channel,
        (_, None) => Reach::Dm,
        (_, Some(_)) if member && allowed => Reach::Channel,
        (_, Some(_)) => Reach::Dm,
    }
}

fn command(data: &Value) -> Option<Input> {
    if data["type"] == 3 {
        let messages = data["resolved"]["messages"].as_object();
        let mut text = String::new();
        for message in messages.into_iter().flat_map(|messages| messages.values()) {
            texts(message, &mut text);
        }
        return Some(Input::Message(id_at(&data["target_id"])?, text));
    }
    let name = data["name"].as_str()?.to_owned();
    Some(Input::Command(name, options(data)))
}

fn press(raw: &Value) -> Option<Input> {
    let data = &raw["data"];
    let values = data["values"].as_array().into_iter().flatten();
    Some(Input::Press(Press {
        custom_id: data["custom_id"].as_str()?.to_owned(),
        chosen: values
            .filter_map(|one| Some(one.as_str()?.to_owned()))
            .collect(),
        message_id: id_at(&raw["message"]["id"])?,
        content: raw["message"]["content"]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
    }))
}

/// Returns the text so far of the option that has the focus.
fn typed(data: &Value) -> String {
    let mut options = data["options"].as_array().into_iter().flatten();
    let focused = options.find(|option| option["focused"] == true);
    let typed = focused.and_then(|option| option["value"].as_str());
    typed.unwrap_or_default().to_owned()
}

/// The options of a command. Options that are not understood are ignored.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    /// The task's id, as typed.
    pub(crate) id: String,
    /// True if only the person sees the message.
    pub(crate) private: bool,
    /// True if the video is hidden until somebody clicks it.
    pub(crate) spoiler: bool,
    /// True if the list shows everybody's watches.
    pub(crate) all: bool,
    /// True if the list shows ended watches instead of running ones.
    pub(crate) finished: bool,
    /// The way in which the person is notified of the end.
    pub(crate) notify: Notify,
    /// Another channel in which the end is announced.
    pub(crate) channel: Option<Announce>,
}

/// The channel chosen for the announcement.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Announce {
    pub(crate) channel_id: u64,
    /// True if the person may view the channel and send messages there.
    pub(crate) allowed: bool,
}

fn options(data: &Value) -> Options {
    let mut options = Options::default();
    for option in data["options"].as_array().into_iter().flatten() {
        let value = &option["value"];
        match (option["name"].as_str().unwrap_or_default(), value.as_str()) {
            ("id", Some(id)) => id.clone_into(&mut options.id),
            ("private", _) => options.private = value == true,
            ("spoiler", _) => options.spoiler = value == true,
            ("all", _) => options.all = value == true,
            ("show", Some("finished")) => options.finished = true,
            ("notify", Some("dm")) => options.notify = Notify::Dm,
            ("notify", Some("off")) => options.notify = Notify::Off,
            ("channel", Some(id)) => {
                let channel = &data["resolved"]["channels"][id];
                let may = permissions(&channel["permissions"]).unwrap_or_default();
                options.channel = id_at(value).map(|channel_id| Announce {
                    channel_id,
                    allowed: may.contains(posting(channel["type"].as_u64()))
                        || may.contains(Permissions::ADMINISTRATOR),
                });
            }
            _ => {}
        }
    }
    options
}

/// Reads a snowflake, which Discord sends as text. A snowflake's upper bits are a time, so a
/// small number is not one: libraries fill it in for a missing id.
fn id_at(field: &Value) -> Option<u64> {
    let number = field.as_u64();
    number
        .or_else(|| field.as_str()?.parse().ok())
        .filter(|id| *id >> 22 > 0)
}

/// Reads permissions, which Discord sends as the text of a number that may outgrow 64 bits. Bits
/// above the 64th are ignored.
fn permissions(field: &Value) -> Option<Permissions> {
    let bits = field.as_u64().map(u128::from);
    let bits = bits.or_else(|| field.as_str()?.parse().ok())?;
    let low = u64::try_from(bits & u128::from(u64::MAX)).ok()?;
    Some(Permissions::from_bits_truncate(low))
}
