//! The application that the bot token belongs to: logging in, and registering its
//! commands.

use serde::Deserialize;
use serde_json::Value;
use serenity::model::id::ApplicationId;
use thiserror::Error;

use super::definitions::{definitions, invite_link};
use super::rest::{Identified, Rest};
use super::route::Route;
use crate::domain::discord::DiscordError;

/// An application that the bot token was accepted for.
#[derive(Clone, Copy, Debug)]
pub struct Application {
    /// The application's id.
    pub id: u64,
    /// The id of the bot's user. It differs from the application's only for bots
    /// from before 2016.
    pub bot_id: u64,
    /// Whether no command reaches this process: Discord sends them to the
    /// application's *Interactions Endpoint URL* and not over the gateway, and
    /// without the public key nobody here can check who sent them.
    pub deaf: bool,
}

/// Why the bot could not log in at `DISCORD_API_URL`, in words for the operator.
#[derive(Debug, Error)]
pub enum LoginError {
    /// Another token is needed.
    #[error("Discord refuses DISCORD_TOKEN: copy the token again from your application's Bot page")]
    TokenRefused,
    /// Discord did not answer, or answered with an error that may pass.
    #[error("{0} does not let the bot log in: {1}")]
    Unreachable(String, DiscordError),
    /// Something else answered.
    #[error("{0} is no Discord API")]
    NotDiscord(String),
}

/// Why the commands are not registered, in words for the operator.
#[derive(Debug, Error)]
pub enum RegistrationError {
    /// Discord refuses them for everybody.
    #[error("the commands cannot be registered: {0}")]
    Global(DiscordError),
    /// Discord refuses them for the one guild that was chosen.
    #[error("the commands cannot be registered in DISCORD_GUILD_ID {0}: {1}")]
    Guild(u64, DiscordError),
}

/// Discord's application object, as far as it is needed.
///
/// Source: <https://discord.com/developers/docs/resources/application>
#[derive(Deserialize)]
struct CurrentApplication {
    id: ApplicationId,
    name: Option<String>,
    bot: Option<Identified>,
    interactions_endpoint_url: Option<String>,
}

impl Application {
    /// Checks the token and returns its application. `has_public_key` tells whether
    /// this process can take in signed interactions by HTTP.
    pub async fn log_in(rest: &Rest, has_public_key: bool) -> Result<Self, LoginError> {
        let origin = || rest.origin().to_owned();
        let reply = rest.json(Route::GetCurrentApplication, None).await;
        let reply = reply.map_err(|error| match error {
            DiscordError::Unauthorized => LoginError::TokenRefused,
            error => LoginError::Unreachable(origin(), error),
        })?;
        let told = reply.read::<CurrentApplication>();
        let told = told.map_err(|_| LoginError::NotDiscord(origin()))?;
        let id = told.id.get();
        tracing::info!(
            application = told.name.unwrap_or_default(),
            invite = invite_link(id),
            hint = "invite the bot with this link",
            "discord.logged_in"
        );
        let deaf = told.interactions_endpoint_url.is_some() && !has_public_key;
        if deaf {
            tracing::warn!(
                hint = "the application has an Interactions Endpoint URL, so no command comes \
                        over the gateway: remove the URL, or set DISCORD_PUBLIC_KEY",
                "discord.deaf"
            );
        }
        Ok(Self {
            id,
            bot_id: told.bot.map_or(id, |bot| bot.id.get()),
            deaf,
        })
    }

    /// Registers the commands for everybody or for one guild, with one bulk PUT and
    /// only if Discord holds others.
    pub async fn register(&self, rest: &Rest, guild: Option<u64>) -> Result<(), RegistrationError> {
        let failed = |error| match guild {
            Some(guild) => RegistrationError::Guild(guild, error),
            None => RegistrationError::Global(error),
        };
        let held = self.has_registered(rest, guild).await;
        let changed = !held.map_err(failed)?;
        if changed {
            let route = Route::PutCommands(self.id, guild);
            let ours = definitions(guild.is_some());
            rest.json(route, Some(&ours)).await.map_err(failed)?;
        }
        tracing::info!(changed, "discord.commands_registered");
        Ok(())
    }

    /// Returns whether Discord holds exactly this version's commands.
    pub async fn has_registered(
        &self,
        rest: &Rest,
        guild_id: Option<u64>,
    ) -> Result<bool, DiscordError> {
        let route = Route::GetCommands(self.id, guild_id);
        let held = rest.json(route, None).await?;
        Ok(holds(&held.read()?, &definitions(guild_id.is_some())))
    }
}

/// Returns whether `held`, as Discord returns it, says what `ours` says. Discord adds
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
    use sandbox::{Fault, Options, Sandbox};
    use serde_json::json;

    use super::*;
    use crate::domain::secret::Secret;

    #[tokio::test]
    async fn each_failure_to_log_in_has_its_words() {
        let sandbox = Sandbox::start(Options::default()).await.unwrap();
        let rest = Rest::new(sandbox.discord_url(), &Secret::new(sandbox.token())).unwrap();
        for (status, words) in [
            (401, "Discord refuses DISCORD_TOKEN"),
            (502, "does not let the bot log in"),
            (200, "is no Discord API"),
        ] {
            let fault = Fault::on("GET /applications/@me");
            sandbox.fault(fault.reply(status, json!({})));
            let error = Application::log_in(&rest, false).await.unwrap_err();
            assert!(error.to_string().contains(words), "{error}");
        }
        Application::log_in(&rest, false).await.unwrap();
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
