//! What Discord is told of the bot: its commands in everyone's language, and the
//! link that invites it.

use serde_json::{Map, Value, json};
use serenity::model::Permissions;

use super::rest::Rest;
use super::route::Route;
use crate::domain::discord::DiscordError;
use crate::render::locale::Locale;

/// The main command's name.
pub const VIDEOSTATUS: &str = "videostatus";

/// The name of the command that lists what is being watched.
pub const VIDEOWATCHES: &str = "videowatches";

/// What the bot must be allowed to do in a channel to do all it promises.
pub const PERMISSIONS: Permissions = Permissions::VIEW_CHANNEL
    .union(Permissions::SEND_MESSAGES)
    .union(Permissions::SEND_MESSAGES_IN_THREADS)
    .union(Permissions::EMBED_LINKS)
    .union(Permissions::ATTACH_FILES)
    .union(Permissions::READ_MESSAGE_HISTORY);

/// The page on which an admin adds the bot to a server.
///
/// Source: <https://discord.com/developers/docs/topics/oauth2#bot-authorization-flow>
#[must_use]
pub fn invite_link(application_id: u64) -> String {
    let permissions = PERMISSIONS.bits();
    format!(
        "https://discord.com/oauth2/authorize?client_id={application_id}\
         &scope=bot+applications.commands&permissions={permissions}"
    )
}

/// The commands as Discord's bulk PUT takes them. One guild's own commands have
/// no contexts and kinds of installation: Discord leaves those out.
///
/// Source: <https://discord.com/developers/docs/interactions/application-commands>
#[must_use]
pub fn definitions(for_one_guild: bool) -> Value {
    let choice = |key, value: &str| {
        let mut choice = named("name", key);
        choice.insert("value".into(), value.into());
        choice
    };
    let mut commands = [
        object(
            named("description", "command-videostatus"),
            json!({ "type": 1, "name": VIDEOSTATUS, "options": [
                object(named("description", "option-id"), json!({
                    "type": 3, "name": "id", "required": true, "autocomplete": true,
                })),
                object(named("description", "option-private"), json!({ "type": 5, "name": "private" })),
                object(named("description", "option-notify"), json!({ "type": 3, "name": "notify", "choices": [
                    choice("choice-here", "here"),
                    choice("choice-dm", "dm"),
                    choice("choice-off", "off"),
                ] })),
                // Text and announcement channels and threads.
                object(named("description", "option-channel"), json!({
                    "type": 7, "name": "channel", "channel_types": [0, 5, 10, 11, 12],
                })),
            ] }),
        ),
        object(
            named("description", "command-videowatches"),
            json!({ "type": 1, "name": VIDEOWATCHES, "options": [
                object(named("description", "option-all"), json!({ "type": 5, "name": "all" })),
            ] }),
        ),
        object(named("name", "command-check"), json!({ "type": 3 })),
    ];
    if !for_one_guild {
        for command in &mut commands {
            command["contexts"] = json!([0, 1, 2]);
            command["integration_types"] = json!([0, 1]);
        }
    }
    Value::from_iter(commands)
}

/// A text in the default language as `field`, and in every other one as
/// `field_localizations`.
fn named(field: &str, key: &str) -> Map<String, Value> {
    let others = Locale::ALL
        .iter()
        .map(|locale| (locale.code().to_owned(), locale.text(key).into()));
    Map::from_iter([
        (field.to_owned(), Locale::default().text(key).into()),
        (
            format!("{field}_localizations"),
            Value::Object(others.collect()),
        ),
    ])
}

fn object(mut texts: Map<String, Value>, rest: Value) -> Value {
    if let Value::Object(rest) = rest {
        texts.extend(rest);
    }
    Value::Object(texts)
}

/// Registers the commands, for everybody or for one guild, with one bulk PUT and
/// only if what Discord holds differs. Returns whether it did.
///
/// # Errors
/// As for every request.
pub async fn register(
    rest: &Rest,
    application_id: u64,
    guild_id: Option<u64>,
) -> Result<bool, DiscordError> {
    if registered(rest, application_id, guild_id).await? {
        return Ok(false);
    }
    let route = match guild_id {
        Some(guild_id) => Route::PutGuildCommands {
            application_id,
            guild_id,
        },
        None => Route::PutGlobalCommands { application_id },
    };
    let ours = definitions(guild_id.is_some());
    rest.json(route, Some(&ours)).await?;
    Ok(true)
}

/// Whether what Discord holds are these commands.
///
/// # Errors
/// As for every request.
pub async fn registered(
    rest: &Rest,
    application_id: u64,
    guild_id: Option<u64>,
) -> Result<bool, DiscordError> {
    let route = match guild_id {
        Some(guild_id) => Route::GetGuildCommands {
            application_id,
            guild_id,
        },
        None => Route::GetGlobalCommands { application_id },
    };
    let held = rest.json(route, None).await?;
    Ok(holds(&held.read()?, &definitions(guild_id.is_some())))
}

/// Whether `held`, as Discord returns it, says what `ours` says. Discord adds
/// fields of its own and leaves out empty ones, so only what we set is compared.
fn holds(held: &Value, ours: &Value) -> bool {
    match (held, ours) {
        (Value::Object(held), Value::Object(ours)) => ours
            .iter()
            .all(|(key, value)| holds(held.get(key).unwrap_or(&Value::Null), value)),
        (Value::Array(held), Value::Array(ours)) => {
            let known = |value| held.iter().any(|held| holds(held, value));
            held.len() == ours.len() && ours.iter().all(known)
        }
        (Value::Null, Value::Bool(false)) => true,
        (held, ours) => held == ours,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_invite_link_asks_for_what_is_needed_and_no_more() {
        let link = invite_link(42);
        assert!(
            link.contains("client_id=42&scope=bot+applications.commands"),
            "{link}"
        );
        let wanted = (1 << 10) | (1 << 11) | (1 << 14) | (1 << 15) | (1 << 16) | (1_u64 << 38);
        assert!(link.ends_with(&format!("&permissions={wanted}")), "{link}");
    }

    #[test]
    fn what_discord_adds_or_leaves_out_is_no_difference() {
        let ours =
            json!([{"name": "a", "options": [{"name": "id", "required": true}], "nsfw": false}]);
        let mut held = json!([{"id": "1", "version": "2", "name": "a",
            "options": [{"type": 3, "name": "id", "required": true}]}]);
        assert!(holds(&held, &ours));
        held[0]["options"][0]["required"] = json!(false);
        assert!(!holds(&held, &ours));
        assert!(!holds(&json!([]), &ours));
        assert!(
            !holds(&json!([held[0], held[0]]), &ours),
            "a command too many"
        );
    }

    #[test]
    fn every_language_is_told_including_the_default_one() {
        let commands = definitions(false);
        let words = commands[0]["description_localizations"]
            .as_object()
            .unwrap();
        assert_eq!(words.len(), Locale::ALL.len());
        assert_eq!(words["en-US"], commands[0]["description"]);
        assert_eq!(
            commands[2]["name_localizations"].as_object().unwrap().len(),
            Locale::ALL.len()
        );
        assert!(definitions(true)[0].get("contexts").is_none());
    }
}
