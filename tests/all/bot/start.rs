//! Starting: registration, health, and refusing to start with a clear reason.

use std::time::Duration;

use sandbox::{Fault, Options};
use serde_json::{Value, json};
use testing::{Bot, Stage};

pub(super) async fn get(url: &str) -> (u16, Value) {
    let client = reqwest::Client::builder().timeout(Duration::from_secs(10));
    let response = client.build().unwrap().get(url).send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

#[tokio::test]
async fn commands_are_registered_once_and_again_only_if_they_differ() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    bot.stop().await;
    let bot = stage.bot().await;
    bot.stop().await;
    assert_eq!(stage.sandbox.command_puts(), 1);
    let commands = stage.sandbox.commands();
    assert_eq!(commands[0]["name"], "videostatus");
    assert!(commands[0]["guild_id"].is_null());
}

#[tokio::test]
async fn one_guild_alone_can_have_the_commands() {
    let stage = Stage::new().await;
    let guild = stage.sandbox.guild().to_string();
    let bot = stage.bot_with(&[("DISCORD_GUILD_ID", &guild)]).await;
    assert_eq!(stage.sandbox.commands()[0]["guild_id"], guild);
    bot.stop().await;
}

#[tokio::test]
async fn a_new_application_for_servers_only_is_registered_once() {
    for trims_commands in [false, true] {
        let stage = Stage::with(Options {
            user_installs: false,
            trims_commands,
            ..Stage::options()
        })
        .await;
        for _ in 0..2 {
            stage.bot().await.stop().await;
        }
        let commands = stage.sandbox.commands();
        assert_eq!(commands[0]["integration_types"], json!([0]));
        assert_eq!(commands[0]["contexts"], json!([0, 1]));
        assert_eq!(stage.sandbox.command_puts(), 1);
    }
}

/// The names of the commands in each scope.
fn scopes(stage: &Stage) -> (usize, usize) {
    let commands = stage.sandbox.commands();
    let of = |global: bool| {
        commands
            .iter()
            .filter(move |one| one["guild_id"].is_null() == global)
    };
    (of(true).count(), of(false).count())
}

#[tokio::test]
async fn a_change_of_scope_leaves_no_command_behind() {
    let stage = Stage::new().await;
    let guild = stage.sandbox.guild().to_string();
    let in_guild = [("DISCORD_GUILD_ID", guild.as_str())];
    stage.bot().await.stop().await;
    assert_eq!(scopes(&stage), (3, 0));
    stage.bot_with(&in_guild).await.stop().await;
    assert_eq!(scopes(&stage), (0, 3));
    stage.bot().await.stop().await;
    assert_eq!(scopes(&stage), (3, 0));
    // A database that is new knows nothing of the commands for everybody.
    let other = stage.other_database();
    let anew = [in_guild[0], ("DATABASE_URL", other.as_str())];
    stage.bot_with(&anew).await.stop().await;
    assert_eq!(scopes(&stage), (0, 3));
}

#[tokio::test]
async fn an_activitys_command_stays_and_another_bots_goes() {
    let stage = Stage::new().await;
    let launch = json!({ "type": 4, "name": "launch", "handler": 2, "description": "" });
    let other = json!({ "type": 1, "name": "other", "description": "another bot's" });
    stage.sandbox.hold_command(None, launch);
    stage.sandbox.hold_command(None, other);
    for _ in 0..2 {
        stage.bot().await.stop().await;
    }
    let commands = stage.sandbox.commands();
    let names: Vec<_> = commands
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert!(
        names.contains(&"launch") && !names.contains(&"other"),
        "{names:?}"
    );
    assert_eq!((names.len(), stage.sandbox.command_puts()), (4, 1));
}

#[tokio::test]
async fn commands_that_cannot_be_registered_now_keep_nobody_waiting() {
    let stage = Stage::new().await;
    stage.bot().await.stop().await;
    for (route, status, code) in [
        ("PUT /applications/{app}/commands", 429, 30034),
        ("PUT /applications/{app}/commands", 503, 0),
        ("GET /applications/{app}/commands", 429, 0),
    ] {
        // Discord holds another version's.
        stage
            .sandbox
            .hold_command(None, json!({ "type": 1, "name": "older" }));
        let body = json!({ "message": "later", "code": code, "retry_after": 0.1 });
        stage
            .sandbox
            .fault(Fault::on(route).always().reply(status, body));
        let bot = stage.bot().await;
        let ready = format!("{}/readyz", bot.http);
        let (status, body) = get(&ready).await;
        assert_eq!(status, 200);
        assert!(body["warnings"]["commands"].is_string(), "{body}");
        stage.watching().await;
        stage.sandbox.heal();
        while get(&ready).await.1["warnings"]["commands"].is_string() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(scopes(&stage), (3, 0));
        bot.stop().await;
    }
}

#[tokio::test]
async fn a_bot_that_is_not_yet_in_its_server_waits_for_the_invitation() {
    let stage = Stage::new().await;
    let guild = stage.sandbox.guild().to_string();
    for code in [10004, 50001] {
        let route = Fault::on("GET /applications/{app}/guilds/{guild}/commands");
        stage.sandbox.fault(route.always().discord(code));
        let bot = stage.bot_with(&[("DISCORD_GUILD_ID", &guild)]).await;
        let ready = format!("{}/readyz", bot.http);
        let (status, body) = get(&ready).await;
        let warning = body["warnings"]["commands"].as_str().unwrap_or_default();
        assert_eq!(status, 200, "{body}");
        assert!(
            warning.starts_with(&format!(
                "the bot is not in server {guild}: invite it with https://discord.com/oauth2/"
            )),
            "{body}"
        );
        stage.sandbox.heal();
        while get(&ready).await.1["warnings"]["commands"].is_string() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(scopes(&stage), (0, 3));
        bot.stop().await;
    }
}

#[tokio::test]
async fn health_and_readiness_tell_the_truth() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let (status, body) = get(&format!("{}/healthz", bot.http)).await;
    assert_eq!(
        (status, &body["parts"]["poller"], &body["parts"]["courier"]),
        (200, &"ok".into(), &"ok".into())
    );
    let ready = format!("{}/readyz", bot.http);
    until(&ready, 200).await;

    stage.sandbox.refuse_gateway(true);
    stage.sandbox.cut_gateway(sandbox::Cut::Abrupt);
    let body = until(&ready, 503).await;
    assert_eq!(
        (&body["parts"]["gateway"], &body["parts"]["database"]),
        (&"failing".into(), &"ok".into())
    );
    stage.sandbox.refuse_gateway(false);
    until(&ready, 200).await;
}

/// Asks until the status is as wanted; serenity reconnects in its own time.
pub(super) async fn until(url: &str, wanted: u16) -> Value {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
    loop {
        let (status, body) = get(url).await;
        if status == wanted {
            return body;
        }
        assert!(
            tokio::time::Instant::now() < deadline,
            "{url} still answers {status}: {body}"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_gateway_that_cannot_be_had_is_never_replaced_by_the_real_one() {
    let stage = Stage::new().await;
    stage.sandbox.refuse_gateway(true);
    let bot = Bot::start(stage.variables()).await.unwrap();
    let asked = |request: &&sandbox::RequestRecord| request.path.ends_with("/gateway/bot");
    while stage.sandbox.requests().iter().filter(asked).count() < 3 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(stage.sandbox.until(|view| Some(view.sessions())).await, 0);
    bot.stop().await;

    // serenity asks once more by itself; its silent way out must not be taken.
    stage.sandbox.refuse_gateway(false);
    stage
        .sandbox
        .fault(Fault::on("GET /gateway").always().discord(130_000));
    let bot = stage.bot().await;
    assert_eq!(
        stage
            .sandbox
            .until(|view| (view.sessions() > 0).then(|| view.sessions()))
            .await,
        1
    );
    bot.stop().await;
}

#[tokio::test]
async fn a_refused_token_is_told_in_words() {
    let stage = Stage::new().await;
    let mut variables = stage.variables();
    variables.insert("DISCORD_TOKEN", "wrong-token".into());
    let Err(error) = Bot::start(variables).await else {
        panic!("it started")
    };
    let text = format!("{error:#}");
    assert!(
        text.contains("Discord refuses DISCORD_TOKEN") && !text.contains("wrong-token"),
        "{text}"
    );
}

#[tokio::test]
async fn a_taken_port_is_told_in_words() {
    let stage = Stage::new().await;
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut variables = stage.variables();
    variables.insert("HTTP_ADDR", taken.local_addr().unwrap().to_string());
    let Err(error) = Bot::start(variables).await else {
        panic!("it started")
    };
    assert!(format!("{error:#}").contains("HTTP_ADDR"), "{error:#}");
}
