//! The doctor's checks of Discord: the token, the commands, the gateway and the permissions.

use std::time::Duration;

use serde_json::Value;
use serenity::model::Permissions;

use super::certificates;
use super::finding::{Check, Fault, Found};
use crate::cli::output::counted;
use crate::config::Config;
use crate::discord::application::{Application, LoginError};
use crate::discord::definitions;
use crate::discord::rest::Rest;
use crate::discord::route::Route;
use crate::domain::discord::DiscordError;

pub(super) async fn examine(config: &Config, guild: Option<u64>) -> Vec<Check> {
    let (rest, application) = match log_in(config).await {
        Ok(both) => both,
        Err(unable) => return vec![unable],
    };
    let accepted = format!("accepted, application {}", application.id);
    let commands = commands(&rest, &application, config.discord_guild_id).await;
    let mut checks = vec![("Discord token", Ok(accepted)), ("commands", commands)];
    let other = match config.discord_guild_id {
        Some(_) => Some(None),
        None => guild.map(Some),
    };
    if let Some(other) = other
        && application.is_in(&rest, other).await.unwrap_or_default()
    {
        let place = other.map_or("everybody".to_owned(), |id| format!("server {id}"));
        let found = format!("also registered for {place}: people see each command twice");
        let advice = "start the bot: it removes what it registered there before";
        checks.push(("commands", Err(Fault::doubtful(found, advice))));
    }
    if application.deaf {
        let fault = Fault::doubtful(
            "the application has an Interactions Endpoint URL: no command comes over the gateway",
            "remove the URL on the application's page, or set DISCORD_PUBLIC_KEY",
        );
        checks.push(("endpoint", Err(fault)));
    }
    if config.discord_gateway {
        checks.push(("gateway", gateway(&rest).await));
    }
    if let Some(guild) = guild {
        let permissions = permissions(&rest, application.id, guild).await;
        checks.push(("permissions", permissions));
    }
    checks
}

const NEW_TOKEN: &str = "press Reset Token on your application's Bot page, \
                         https://discord.com/developers/applications, and set DISCORD_TOKEN anew";
const NO_WAY: &str = "see https://discordstatus.com, and check this machine's network \
                      (firewall, DNS, HTTPS_PROXY), and DISCORD_API_URL if it is set";

/// Logs in. A refused token fails one check, and no answer from Discord fails another.
async fn log_in(config: &Config) -> Result<(Rest, Application), Check> {
    let rest = Rest::new(&config.discord_api_url, &config.discord_token)
        .map_err(|error| ("Discord token", Err(Fault::broken(error, NEW_TOKEN))))?;
    let application = Application::log_in(&rest, config.discord_public_key.is_some()).await;
    let application = application.map_err(|error| {
        let check = match error {
            LoginError::TokenRefused => "Discord token",
            LoginError::OutOfReach(..) | LoginError::NotDiscord(_) => "Discord",
        };
        (check, Err(unable(&error)))
    })?;
    Ok((rest, application))
}

fn unable(error: &LoginError) -> Fault {
    let told = error.to_string();
    let advice = match error {
        LoginError::TokenRefused => NEW_TOKEN,
        LoginError::OutOfReach(..) => certificates::advice(&told).unwrap_or(NO_WAY),
        LoginError::NotDiscord(_) => {
            "set DISCORD_API_URL to Discord or a proxy of it, or leave it out"
        }
    };
    Fault::broken(told, advice)
}

/// Checks that Discord answers when there is no valid token: its refusal is an answer.
pub(super) async fn reach(config: &Config) -> Found {
    let rest = Rest::new(&config.discord_api_url, &config.discord_token)
        .map_err(|error| Fault::broken(error, NO_WAY))?;
    match Application::log_in(&rest, true).await {
        Ok(_) | Err(LoginError::TokenRefused) => Ok("answers".to_owned()),
        Err(error) => Err(unable(&error)),
    }
}

async fn commands(rest: &Rest, application: &Application, guild_id: Option<u64>) -> Found {
    match application.has_registered(rest, guild_id).await {
        Ok(true) => Ok("registered".to_owned()),
        Ok(false) => Err(Fault::doubtful(
            "not registered, or another version's",
            "start the bot: it registers them by itself",
        )),
        Err(error) => Err(match (error, guild_id) {
            (DiscordError::ChannelOut(_), Some(guild)) => Fault::broken(
                format!("the bot is not in server {guild}, which DISCORD_GUILD_ID names"),
                &format!("invite it: {}", definitions::invite_link(application.id)),
            ),
            (error, _) => Fault::broken(error, "try again later; see https://discordstatus.com"),
        }),
    }
}

/// Checks that the gateway's address answers at all. It opens no session, so it uses none of the
/// thousand session starts a day and leaves the bot's session alone.
async fn gateway(rest: &Rest) -> Found {
    let reply = rest.json(Route::GetGatewayBot, None).await;
    let advice = "wait: Discord names no gateway address (https://discordstatus.com)";
    let reply = reply
        .and_then(|reply| reply.read::<Value>())
        .map_err(|error| Fault::broken(error, advice))?;
    // WebSockets begin as HTTP requests, so `ws` becomes `http` and `wss` becomes `https`.
    let url = reply["url"].as_str().unwrap_or_default();
    let advice = "let the bot connect to this host: a firewall or a proxy is in the way";
    knock(&url.replacen("ws", "http", 1))
        .await
        .map_err(|error| Fault::broken(format!("{url} does not answer: {error}"), advice))?;
    let left = reply["session_start_limit"]["remaining"].as_u64();
    let left = left.unwrap_or_default();
    let left_today = counted(left, "start", "starts");
    let found = format!("answers, {left_today} left today");
    match left {
        20.. => Ok(found),
        _ => Err(Fault::doubtful(
            found,
            "find out why the bot restarts so often",
        )),
    }
}

/// Sends a request, for which any answer will do. The bot's session uses no proxy, so this does
/// not either.
async fn knock(url: &str) -> Result<(), reqwest::Error> {
    let client = reqwest::Client::builder().no_proxy();
    let client = client.timeout(Duration::from_secs(10));
    client.build()?.get(url).send().await.map(drop)
}

async fn permissions(rest: &Rest, application_id: u64, guild: u64) -> Found {
    let invite = definitions::invite_link(application_id);
    let invite = format!("invite it again: {invite}");
    // The list begins after the id in the request, so the id before the server's is sent.
    let after = guild.saturating_sub(1);
    let guilds = rest.json(Route::GetCurrentUserGuilds { after }, None).await;
    let guilds = guilds
        .and_then(|guilds| guilds.read::<Vec<Value>>())
        .map_err(|error| Fault::broken(error, "try again"))?;
    let id = guild.to_string();
    let Some(found) = guilds.iter().find(|one| one["id"] == id.as_str()) else {
        let found = format!("the bot is not in server {id}");
        return Err(Fault::broken(found, &invite));
    };
    let held = found["permissions"].as_str();
    let held = held.and_then(|bits| bits.parse().ok()).unwrap_or_default();
    let held = Permissions::from_bits_truncate(held);
    let missing = definitions::PERMISSIONS - held;
    if held.contains(Permissions::ADMINISTRATOR) || missing.is_empty() {
        return Ok("complete; a channel may still deny some of them".to_owned());
    }
    let missing = missing.get_permission_names().join(", ");
    Err(Fault::doubtful(format!("missing: {missing}"), &invite))
}
