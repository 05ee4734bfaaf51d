//! `videostatus doctor`: what it finds, and that it changes nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sandbox::Fault;
use serde_json::{Value, json};
use testing::Stage;

use super::program::run;

fn finding<'a>(report: &'a Value, check: &str) -> &'a Value {
    let findings = report["findings"].as_array().unwrap();
    let found = findings.iter().find(|one| one["check"] == check);
    found.unwrap_or_else(|| panic!("no {check} in {report:#}"))
}

#[tokio::test]
async fn the_doctor_finds_everything_well() {
    let stage = Stage::new().await;
    stage.bot().await.stop().await;
    let guild = stage.sandbox.guild().to_string();
    let sessions = stage.sandbox.requests().len();
    let ran = run(&stage, &["doctor", "--guild", &guild], &stage.variables()).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    ran.shows(&[
        "✓ configuration complete",
        "✓ database      open, migrated and writable",
        "✓ disk ",
        "✓ Discord token accepted, application ",
        "✓ commands      registered",
        "✓ gateway       answers, ",
        "✓ permissions   complete",
        "✓ video service answers, key accepted",
        "✓ clock         0 s apart",
    ]);
    assert!(ran.out.ends_with("\nno problem\n"), "{}", ran.out);
    assert_eq!(ran.out.lines().count(), 10, "{}", ran.out);
    let requests = stage.sandbox.requests().split_off(sessions);
    let changes = requests.iter().filter(|r| r.method != "GET");
    assert_eq!(changes.count(), 0, "it looks and changes nothing");
}

#[tokio::test]
async fn a_server_without_the_bot_is_told_with_the_invitation() {
    let stage = Stage::new().await;
    let mut variables = stage.variables();
    variables.insert("DISCORD_GUILD_ID", "1100000000000000999".to_owned());
    let ran = run(&stage, &["doctor"], &variables).await;
    assert_eq!(ran.code, Some(1), "{ran:?}");
    ran.shows(&[
        "✗ commands      the bot is not in server 1100000000000000999, which DISCORD_GUILD_ID",
        "→ invite it: https://discord.com/oauth2/authorize?client_id=",
    ]);
}

#[tokio::test]
async fn no_key_is_called_accepted_where_none_was_sent() {
    let stage = Stage::new().await;
    let mut variables = stage.variables();
    variables.insert("VIDEO_API_KEY", String::new());
    let ran = run(&stage, &["doctor"], &variables).await;
    ran.shows(&[
        "! configuration VIDEO_API_KEY is empty",
        "✓ video service answers without a key",
    ]);
}

/// The files of a folder, with what is in them.
fn content(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .map(|path| (path.clone(), std::fs::read(path).unwrap()))
        .collect()
}

#[tokio::test]
async fn the_doctor_leaves_the_database_as_it_is() {
    let stage = Stage::new().await;
    let doctor = async |words: &str| {
        let ran = run(&stage, &["doctor"], &stage.variables()).await;
        let line = ran.out.lines().find(|line| line.contains(" database "));
        assert!(line.is_some_and(|line| line.contains(words)), "{ran:?}");
    };
    let data = stage.folder().join("data");
    std::fs::create_dir(&data).unwrap();
    // A start makes its tables in it.
    std::fs::write(data.join("bot.db"), "").unwrap();
    doctor("will be migrated at the next start").await;
    assert_eq!(content(&data), [(data.join("bot.db"), Vec::new())].into());
    let bot = stage.bot().await;
    doctor("open, migrated and writable").await;
    bot.stop().await;
    let before = content(&data);
    doctor("open, migrated and writable").await;
    assert_eq!(content(&data), before);
    std::fs::write(
        data.join("bot.db"),
        "no database, but longer than a header of one",
    )
    .unwrap();
    doctor("is not a database").await;
}

#[tokio::test]
async fn the_doctor_says_what_is_wrong_and_what_to_do() {
    let stage = Stage::new().await;
    stage.sandbox.video().require_key(Some("another-key"));
    let mut variables = stage.variables();
    let ran = run(&stage, &["doctor", "--json", "--guild", "4"], &variables).await;
    assert_eq!(ran.code, Some(1), "{ran:?}");
    let report = ran.json();
    assert_eq!(report["works"], false);
    let database = finding(&report, "database");
    assert_eq!(database["found"], "will be created at the first start");
    assert!(!stage.folder().join("data").exists(), "it only looks");
    let commands = finding(&report, "commands");
    assert_eq!(commands["verdict"], "doubtful", "nothing is registered yet");
    assert!(
        commands["advice"]
            .as_str()
            .unwrap()
            .contains("start the bot")
    );
    assert_eq!(finding(&report, "video service")["verdict"], "broken");
    let permissions = finding(&report, "permissions");
    assert_eq!(permissions["found"], "the bot is not in server 4");
    assert!(
        permissions["advice"]
            .as_str()
            .unwrap()
            .contains("oauth2/authorize")
    );

    variables.insert("DISCORD_TOKEN", "wrong-token".into());
    variables.insert("DATABASE_URL", "sqlite:///proc/nowhere/bot.db".into());
    let ran = run(&stage, &["doctor"], &variables).await;
    assert_eq!(ran.code, Some(1));
    let token = "✗ Discord token Discord refuses DISCORD_TOKEN";
    ran.shows(&["✗ database ", token, "→ "]);
    for secret in ["wrong-token", "sk-the-api-key"] {
        assert!(
            !ran.out.contains(secret) && !ran.err.contains(secret),
            "{ran:?}"
        );
    }

    variables.remove("DISCORD_TOKEN");
    variables.insert("POLL_MIN", "soon".into());
    let ran = run(&stage, &["doctor"], &variables).await;
    assert_eq!(ran.code, Some(1));
    assert_eq!(ran.out.matches("✗ configuration").count(), 2, "{}", ran.out);
}

#[tokio::test]
async fn the_doctor_tells_a_refused_token_from_a_discord_out_of_reach_and_from_none() {
    let stage = Stage::new().await;
    let mut variables = stage.variables();
    variables.insert("DISCORD_TOKEN", "wrong".into());
    let ran = run(&stage, &["doctor"], &variables).await;
    let refused = "✗ Discord token Discord refuses DISCORD_TOKEN";
    ran.shows(&[refused, "Reset Token"]);
    assert!(!ran.out.contains("can be reached"), "{}", ran.out);

    variables.insert("DISCORD_API_URL", "http://127.0.0.1:1".into());
    let ran = run(&stage, &["doctor"], &variables).await;
    let away = "✗ Discord       http://127.0.0.1:1 is out of reach";
    ran.shows(&[away, "Connection refused"]);
    assert!(!ran.out.contains("Discord token"), "{}", ran.out);

    let mut variables = stage.variables();
    variables.remove("DISCORD_TOKEN");
    let ran = run(&stage, &["doctor"], &variables).await;
    assert_eq!(ran.code, Some(1), "{ran:?}");
    ran.shows(&[
        "✓ database      will be created at the first start",
        "GiB free",
        "✗ Discord token DISCORD_TOKEN is missing",
        "✓ Discord       answers",
        "✓ video service answers, key accepted",
        "1 problem: the bot cannot run like this",
    ]);
    let last = ran.out.trim_end().lines().last().unwrap();
    assert!(last.contains("1 problem"), "{}", ran.out);
    variables.insert("DISCORD_API_URL", "http://127.0.0.1:1".into());
    let ran = run(&stage, &["doctor", "--json"], &variables).await;
    let report = ran.json();
    assert_eq!(
        (&report["problems"], &report["works"]),
        (&json!(2), &json!(false))
    );
}

#[tokio::test]
async fn a_missing_permission_is_named() {
    let stage = Stage::new().await;
    let guild = stage.sandbox.guild();
    let few = json!([{ "id": guild, "permissions": "1024" }]);
    stage
        .sandbox
        .fault(Fault::on("GET /users/@me/guilds").reply(200, few));
    let guild = guild.to_string();
    let ran = run(&stage, &["doctor", "--guild", &guild], &stage.variables()).await;
    assert_eq!(ran.code, Some(0), "it is no reason not to start");
    ran.shows(&["! permissions   missing: ", "Attach Files"]);
    assert!(!ran.out.contains("View Channel"), "{}", ran.out);
}

#[tokio::test]
async fn a_bot_that_hears_no_commands_is_told_so() {
    let stage = Stage::new().await;
    let application = json!({
        "id": "1000", "name": "bot", "interactions_endpoint_url": "https://bot.example/interactions"
    });
    let elsewhere = Fault::on("GET /applications/@me").reply(200, application);
    stage.sandbox.fault(elsewhere.always());
    let mut variables = stage.variables();
    let ran = run(&stage, &["doctor"], &variables).await;
    ran.shows(&["! endpoint "]);
    variables.insert("DISCORD_PUBLIC_KEY", stage.sandbox.public_key());
    variables.insert("DISCORD_GATEWAY", "off".into());
    let ran = run(&stage, &["doctor"], &variables).await;
    assert!(!ran.out.contains("endpoint "), "{}", ran.out);
    assert!(!ran.out.contains("gateway "), "it needs none: {}", ran.out);
}
