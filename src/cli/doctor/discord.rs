//! What Discord says: the token, the commands, the gateway, the permissions.

use std::time::Duration;

use serde_json::Value;
use serenity::model::Permissions;

use super::finding::Finding;
use crate::config::Config;
use crate::discord::application::Application;
use crate::discord::definitions;
use crate::discord::rest::Rest;
use crate::discord::route::Route;

/// How long the gateway may take to answer.
const GATEWAY_TIMEOUT: Duration = Duration::from_secs(10);

pub(super) async fn examine(config: &Config, guild: Option<u64>) -> Vec<Finding> {
    const CHECK: &str = "Discord token";
    let rest = match Rest::new(&config.discord_api_url, &config.discord_token) {
        Ok(rest) => rest,
        Err(error) => {
            let advice = "copy the token again from your application's Bot page";
            return vec![Finding::broken(CHECK, error.to_string(), advice)];
        }
    };
    let has_public_key = config.discord_public_key.is_some();
    let application = match Application::log_in(&rest, has_public_key).await {
        Ok(application) => application,
        Err(error) => {
            let advice = "set DISCORD_TOKEN, and check that DISCORD_API_URL can be reached";
            return vec![Finding::broken(CHECK, error.to_string(), advice)];
        }
    };
    let application_id = application.id;
    let mut findings = vec![
        Finding::fine(CHECK, format!("accepted, application {application_id}")),
        commands(&rest, &application, config.discord_guild_id).await,
    ];
    if application.deaf {
        findings.push(Finding::doubtful(
            "endpoint",
            "the application has an Interactions Endpoint URL: no command comes over the gateway",
            "remove the URL on the application's page, or set DISCORD_PUBLIC_KEY",
        ));
    }
    if config.discord_gateway {
        findings.push(gateway(&rest).await);
    }
    if let Some(guild) = guild {
        findings.push(permissions(&rest, application_id, guild).await);
    }
    findings
}

async fn commands(rest: &Rest, application: &Application, guild_id: Option<u64>) -> Finding {
    const CHECK: &str = "commands";
    match application.has_registered(rest, guild_id).await {
        Ok(true) => Finding::fine(CHECK, "registered"),
        Ok(false) => Finding::doubtful(
            CHECK,
            "not registered, or another version's",
            "start the bot: it registers them by itself",
        ),
        Err(error) => Finding::broken(
            CHECK,
            error.to_string(),
            "check DISCORD_GUILD_ID, and invite the bot with the scope applications.commands",
        ),
    }
}

/// Whether the gateway's address answers at all; the bot's own session is not
/// touched, and no start of the thousand a day is used up.
async fn gateway(rest: &Rest) -> Finding {
    const CHECK: &str = "gateway";
    let reply = rest.json(Route::GetGatewayBot, None).await;
    let reply = match reply.and_then(|reply| reply.read::<Value>()) {
        Ok(reply) => reply,
        Err(error) => {
            let advice = "wait: Discord tells no address (https://discordstatus.com)";
            return Finding::broken(CHECK, error.to_string(), advice);
        }
    };
    // ws and http, and wss and https, are the same door.
    let url = reply["url"].as_str().unwrap_or_default();
    if let Err(error) = knock(&url.replacen("ws", "http", 1)).await {
        let advice = "let the bot connect to this host: a firewall or a proxy is in the way";
        return Finding::broken(CHECK, format!("{url} does not answer: {error}"), advice);
    }
    let left = reply["session_start_limit"]["remaining"]
        .as_u64()
        .unwrap_or_default();
    let found = format!("answers, {left} starts left today");
    match left {
        20.. => Finding::fine(CHECK, found),
        _ => Finding::doubtful(CHECK, found, "find out why the bot restarts so often"),
    }
}

/// Any answer will do.
async fn knock(url: &str) -> Result<(), reqwest::Error> {
    let client = reqwest::Client::builder()
        .timeout(GATEWAY_TIMEOUT)
        .build()?;
    client.get(url).send().await.map(|_| ())
}

async fn permissions(rest: &Rest, application_id: u64, guild: u64) -> Finding {
    const CHECK: &str = "permissions";
    let invite = || {
        format!(
            "invite it again: {}",
            definitions::invite_link(application_id)
        )
    };
    // The list begins after the id that is asked for, so one before is asked.
    let after = guild.saturating_sub(1);
    let guilds = rest.json(Route::GetCurrentUserGuilds { after }, None).await;
    let guilds = match guilds.and_then(|guilds| guilds.read::<Vec<Value>>()) {
        Ok(guilds) => guilds,
        Err(error) => return Finding::broken(CHECK, error.to_string(), "try again"),
    };
    let id = guild.to_string();
    let Some(found) = guilds.iter().find(|one| one["id"] == id.as_str()) else {
        return Finding::broken(CHECK, format!("the bot is not in server {id}"), invite());
    };
    let held = held(&found["permissions"]);
    let missing = definitions::PERMISSIONS - held;
    if held.contains(Permissions::ADMINISTRATOR) || missing.is_empty() {
        Finding::fine(CHECK, "all there; a channel may still take some away")
    } else {
        let missing = missing.get_permission_names().join(", ");
        Finding::doubtful(CHECK, format!("missing: {missing}"), invite())
    }
}

fn held(permissions: &Value) -> Permissions {
    let bits = permissions.as_str().and_then(|bits| bits.parse().ok());
    Permissions::from_bits_truncate(bits.unwrap_or_default())
}
