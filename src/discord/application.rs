//! The application that the bot token belongs to, and how the bot logs in.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;
use serenity::model::id::ApplicationId;
use thiserror::Error;

use super::definitions::invite_link;
use super::rest::{Identified, Rest};
use super::route::Route;
use crate::domain::discord::DiscordError;

/// An application whose bot token Discord accepted.
#[derive(Clone, Copy, Debug)]
pub struct Application {
    /// The application's id.
    pub id: u64,
    /// The id of the bot's user. It differs from the application's id only for bots from before
    /// 2016.
    pub bot_id: u64,
    /// True if no command reaches this process. Discord then sends commands to the application's
    /// *Interactions Endpoint URL* and not over the gateway, and without the public key this
    /// process cannot check who sent them.
    pub deaf: bool,
    /// True if people can install the application for themselves.
    pub user_installs: bool,
}

/// The reason why the bot could not log in at `DISCORD_API_URL`, in words for the operator.
#[derive(Debug, Error)]
pub enum LoginError {
    /// Discord refuses the token, so the operator has to set another one.
    #[error("Discord refuses DISCORD_TOKEN: copy the token again from your application's Bot page")]
    TokenRefused,
    /// Discord did not answer, or answered with an error that may pass.
    #[error("{0} is out of reach: {1}")]
    OutOfReach(String, DiscordError),
    /// A server answered that is not Discord's API.
    #[error("{0} is no Discord API")]
    NotDiscord(String),
}

/// The needed parts of Discord's application object.
///
/// Source: <https://discord.com/developers/docs/resources/application>
#[derive(Deserialize)]
struct CurrentApplication {
    id: ApplicationId,
    name: Option<String>,
    bot: Option<Identified>,
    interactions_endpoint_url: Option<String>,
    #[serde(default)]
    integration_types_config: HashMap<String, Value>,
}

impl Application {
    /// Checks the token and returns its application. `has_public_key` is true if this process
    /// can verify signed interactions that come over HTTP.
    pub async fn log_in(rest: &Rest, has_public_key: bool) -> Result<Self, LoginError> {
        let origin = || rest.origin().to_owned();
        let reply = rest.json(Route::GetCurrentApplication, None).await;
        let reply = reply.map_err(|error| match error {
            DiscordError::Unauthorized => LoginError::TokenRefused,
            error => LoginError::OutOfReach(origin(), error),
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
            user_installs: told.integration_types_config.contains_key("1"),
        })
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
            (502, "is out of reach"),
            (200, "is no Discord API"),
        ] {
            let fault = Fault::on("GET /applications/@me");
            sandbox.fault(fault.reply(status, json!({})));
            let error = Application::log_in(&rest, false).await.unwrap_err();
            assert!(error.to_string().contains(words), "{error}");
        }
        Application::log_in(&rest, false).await.unwrap();
    }
}
