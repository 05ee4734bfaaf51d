//! The definitions of the bot's commands in every language, and the link that invites the bot.

use serde_json::{Map, Value, json};
use serenity::model::Permissions;

use crate::render::locale::Locale;

/// The name of the command that follows a task.
pub const VIDEOSTATUS: &str = "videostatus";

/// The name of the command that lists watches.
pub const VIDEOWATCHES: &str = "videowatches";

/// The permissions that the bot needs in a channel for all of its features.
pub const PERMISSIONS: Permissions = Permissions::VIEW_CHANNEL
    .union(Permissions::SEND_MESSAGES)
    .union(Permissions::SEND_MESSAGES_IN_THREADS)
    .union(Permissions::EMBED_LINKS)
    .union(Permissions::ATTACH_FILES)
    .union(Permissions::READ_MESSAGE_HISTORY);

/// Returns the address of the page on which an administrator adds the bot to a server.
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

/// Returns the commands in the form that Discord's bulk PUT takes. A guild's own commands have
/// neither contexts nor installation types, because Discord leaves those out. With
/// `user_installs` the commands also serve people who installed the application for themselves;
/// Discord takes that only if the application allows it.
///
/// Source: <https://discord.com/developers/docs/interactions/application-commands>
#[must_use]
pub fn definitions(for_one_guild: bool, user_installs: bool) -> Value {
    let choice = |key, value| named("name", key, json!({ "value": value }));
    let option = |key, option| named("description", key, option);
    let status = json!({ "type": 1, "name": VIDEOSTATUS, "options": [
        option("option-id", json!({
            "type": 3, "name": "id", "required": true, "autocomplete": true,
        })),
        option("option-private", json!({ "type": 5, "name": "private" })),
        option("option-spoiler", json!({ "type": 5, "name": "spoiler" })),
        option("option-notify", json!({ "type": 3, "name": "notify", "choices": [
            choice("choice-here", "here"),
            choice("choice-dm", "dm"),
            choice("choice-off", "off"),
        ] })),
        // Text and announcement channels and threads.
        option("option-channel", json!({
            "type": 7, "name": "channel", "channel_types": [0, 5, 10, 11, 12],
        })),
    ] });
    let all = option("option-all", json!({ "type": 5, "name": "all" }));
    let show = option(
        "option-show",
        json!({ "type": 3, "name": "show", "choices": [
        choice("choice-running", "running"),
        choice("choice-finished", "finished"),
    ] }),
    );
    let watches = json!({ "type": 1, "name": VIDEOWATCHES, "options": [show, all] });
    let mut commands = [
        option("command-videostatus", status),
        option("command-videowatches", watches),
        named("name", "command-check", json!({ "type": 3 })),
    ];
    if !for_one_guild {
        for command in &mut commands {
            let (contexts, types) = if user_installs {
                (json!([0, 1, 2]), json!([0, 1]))
            } else {
                (json!([0, 1]), json!([0]))
            };
            command["contexts"] = contexts;
            command["integration_types"] = types;
        }
    }
    Value::from_iter(commands)
}

/// Adds a text to `object`: in the default language as `field`, and in every language as
/// `field_localizations`.
fn named(field: &str, key: &str, mut object: Value) -> Value {
    let texts: Map<_, _> = Locale::ALL
        .iter()
        .map(|locale| (locale.code().to_owned(), locale.text(key).into()))
        .collect();
    object[field] = Locale::default().text(key).into();
    object[format!("{field}_localizations")] = texts.into();
    object
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
    fn every_language_is_told_including_the_default_one() {
        let commands = definitions(false, true);
        let words = commands[0]["description_localizations"]
            .as_object()
            .unwrap();
        assert_eq!(words.len(), Locale::ALL.len());
        assert_eq!(words["en-US"], commands[0]["description"]);
        assert_eq!(
            commands[2]["name_localizations"].as_object().unwrap().len(),
            Locale::ALL.len()
        );
        assert!(definitions(true, true)[0].get("contexts").is_none());
    }
}
