//! The bot's commands: what Discord is told of them and what people send.

use reqwest::Method;
use serde_json::{Value, json};
use serenity::model::Permissions;
use serenity::model::application::{
    AuthorizingIntegrationOwner, CommandInteraction, InteractionContext,
};

use super::rest::{Bucket, Rest};
use crate::domain::decide::delivery::DiscordError;
use crate::domain::secret::Secret;
use crate::domain::watch::Reach;

/// The main command's name.
pub const VIDEOSTATUS: &str = "videostatus";

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

/// The commands as Discord's bulk PUT takes them.
///
/// Source: <https://discord.com/developers/docs/interactions/application-commands>
#[must_use]
pub fn definitions() -> Value {
    json!([{
        "type": 1,
        "name": VIDEOSTATUS,
        "description": "Follow an AI video task and see the video here when it is done",
        "contexts": [0, 1, 2],
        "integration_types": [0, 1],
        "options": [{
            "type": 3,
            "name": "id",
            "description": "The task ID, for example grok:eee6faa8-9dee-455c-aa82-02ac623adf3a",
            "required": true,
        }],
    }])
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
    let path = match guild_id {
        Some(guild_id) => format!("/applications/{application_id}/guilds/{guild_id}/commands"),
        None => format!("/applications/{application_id}/commands"),
    };
    let with_words = format!("{path}?with_localizations=true");
    let held = rest
        .json(Method::GET, &with_words, Bucket::Bot(0), None)
        .await?;
    let ours = definitions();
    if holds(&held, &ours) {
        return Ok(false);
    }
    rest.json(Method::PUT, &path, Bucket::Bot(0), Some(&ours))
        .await?;
    Ok(true)
}

/// Whether `held`, as Discord returns it, says what `ours` says. Discord adds
/// fields of its own and leaves out empty ones, so only what we set is compared.
fn holds(held: &Value, ours: &Value) -> bool {
    match (held, ours) {
        (Value::Object(held), Value::Object(ours)) => ours
            .iter()
            .all(|(key, value)| holds(held.get(key).unwrap_or(&Value::Null), value)),
        (Value::Array(held), Value::Array(ours)) => {
            held.len() == ours.len()
                && ours
                    .iter()
                    .all(|value| held.iter().any(|held| holds(held, value)))
        }
        (Value::Null, Value::Bool(false)) => true,
        (held, ours) => held == ours,
    }
}

/// Who asks, where, and how the bot may answer.
#[derive(Clone, Debug)]
pub struct Asker {
    /// The interaction's id.
    pub interaction_id: u64,
    /// The application's id.
    pub application_id: u64,
    /// The interaction's token.
    pub token: Secret,
    /// The guild, if any.
    pub guild_id: Option<u64>,
    /// The channel.
    pub channel_id: u64,
    /// The person.
    pub user_id: u64,
    /// The person's language, as Discord writes it.
    pub locale: String,
    /// The language of what everybody in the channel sees.
    pub channel_locale: String,
    /// Where the bot can go once the token is over.
    pub reach: Reach,
    /// The largest file that an answer may carry, in bytes.
    pub upload_limit: u64,
}

impl Asker {
    /// Reads a command's interaction.
    #[must_use]
    pub fn of(command: &CommandInteraction) -> Self {
        Self {
            interaction_id: command.id.get(),
            application_id: command.application_id.get(),
            token: Secret::new(command.token.as_str()),
            guild_id: command.guild_id.map(serenity::all::GuildId::get),
            channel_id: command.channel_id.get(),
            user_id: command.user.id.get(),
            locale: command.locale.clone(),
            channel_locale: command
                .guild_locale
                .clone()
                .unwrap_or_else(|| command.locale.clone()),
            reach: reach(command),
            upload_limit: u64::from(command.attachment_size_limit),
        }
    }
}

/// Where the bot can go later: into a guild's channel if it is a member there
/// and may post, into its own direct messages, and nowhere else.
///
/// Source: <https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object>
fn reach(command: &CommandInteraction) -> Reach {
    let may_post = Permissions::VIEW_CHANNEL | Permissions::SEND_MESSAGES;
    let allowed = command
        .app_permissions
        .is_none_or(|held| held.contains(may_post));
    let owners = &command.authorizing_integration_owners.0;
    let member = owners
        .iter()
        .any(|owner| matches!(owner, AuthorizingIntegrationOwner::GuildInstall(_)));
    match command.context {
        Some(InteractionContext::BotDm) => Reach::Channel,
        Some(InteractionContext::PrivateChannel) => Reach::Dm,
        _ if member && allowed => Reach::Channel,
        _ => Reach::Dm,
    }
}

/// A string option of a command; empty if it is missing.
#[must_use]
pub fn text_option<'a>(command: &'a CommandInteraction, name: &str) -> &'a str {
    let option = command
        .data
        .options
        .iter()
        .find(|option| option.name == name);
    option
        .and_then(|option| option.value.as_str())
        .unwrap_or_default()
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
}
