//! The command line, as an operator uses it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sandbox::{Fault, Reply, Script};
use serde_json::Value;
use testing::{Stage, TASK, running};

use super::program::{Program, run};

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
    for line in [
        "✓ configuration complete",
        "✓ database      open, migrated and writable",
        "✓ disk ",
        "✓ Discord token accepted, application ",
        "✓ commands      registered",
        "✓ gateway       answers, ",
        "✓ permissions   all there",
        "✓ video service answers, key accepted",
        "✓ clock         0 s beside",
    ] {
        assert!(ran.out.contains(line), "no {line:?} in\n{}", ran.out);
    }
    assert!(ran.out.ends_with("\nno problem\n"), "{}", ran.out);
    assert_eq!(ran.out.lines().count(), 10, "{}", ran.out);
    let requests = stage.sandbox.requests().split_off(sessions);
    let changes = requests.iter().filter(|r| r.method != "GET");
    assert_eq!(changes.count(), 0, "it looks and changes nothing");
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
    let report: Value = serde_json::from_str(&ran.out).unwrap();
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
    assert!(ran.out.contains("✗ database "), "{}", ran.out);
    assert!(
        ran.out
            .contains("✗ Discord token Discord refuses DISCORD_TOKEN"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("→ "), "{}", ran.out);
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
async fn a_missing_permission_is_named() {
    let stage = Stage::new().await;
    let guild = stage.sandbox.guild();
    let few = serde_json::json!([{ "id": guild, "permissions": "1024" }]);
    stage
        .sandbox
        .fault(Fault::on("GET /users/@me/guilds").reply(200, few));
    let guild = guild.to_string();
    let ran = run(&stage, &["doctor", "--guild", &guild], &stage.variables()).await;
    assert_eq!(ran.code, Some(0), "it is no reason not to start");
    assert!(ran.out.contains("! permissions   missing: "), "{}", ran.out);
    assert!(ran.out.contains("Attach Files"), "{}", ran.out);
    assert!(!ran.out.contains("View Channel"), "{}", ran.out);
}

#[tokio::test]
async fn a_bot_that_hears_no_commands_is_told_so() {
    let stage = Stage::new().await;
    let application = serde_json::json!({
        "id": "1000", "name": "bot", "interactions_endpoint_url": "https://bot.example/interactions"
    });
    let elsewhere = Fault::on("GET /applications/@me").reply(200, application);
    stage.sandbox.fault(elsewhere.always());
    let mut variables = stage.variables();
    let ran = run(&stage, &["doctor"], &variables).await;
    assert!(ran.out.contains("! endpoint "), "{}", ran.out);
    variables.insert("DISCORD_PUBLIC_KEY", stage.sandbox.public_key());
    variables.insert("DISCORD_GATEWAY", "off".into());
    let ran = run(&stage, &["doctor"], &variables).await;
    assert!(!ran.out.contains("endpoint "), "{}", ran.out);
    assert!(!ran.out.contains("gateway "), "it needs none: {}", ran.out);
}

#[tokio::test]
async fn a_filter_that_is_none_is_a_mistake_and_a_blank_one_is_the_default() {
    let stage = Stage::new().await;
    let mut variables = stage.variables();
    variables.insert("RUST_LOG", "videostatus=loud".into());
    variables.insert("POLL_MIN", "soon".into());
    let ran = run(&stage, &["run"], &variables).await;
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(
        ran.err.contains("RUST_LOG takes") && ran.err.contains("POLL_MIN takes"),
        "{ran:?}"
    );
    let bot = Program::start(&stage, &[("RUST_LOG", "")]).await;
    let (status, log) = bot.stop().await;
    assert!(status.success() && log.contains("app.stopped"), "{log}");
}

#[tokio::test]
async fn one_task_is_asked_for_without_discord() {
    let stage = Stage::new().await;
    let mut variables = stage.variables();
    variables.remove("DISCORD_TOKEN");
    stage.task(TASK, [stage.done(TASK)]);
    let ran = run(&stage, &["query", TASK], &variables).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(
        ran.out.starts_with(&format!("{TASK}: completed, 100 %\n")),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("  model      grok-3\n"), "{}", ran.out);

    let ran = run(&stage, &["query", TASK, "--json"], &variables).await;
    let snapshot: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(
        (&snapshot["phase"], &snapshot["ratio"]),
        (&"completed".into(), &"3:2".into())
    );

    let ran = run(&stage, &["query", TASK, "--raw"], &variables).await;
    let body: Value = serde_json::from_str(&ran.out).unwrap();
    let host = stage.sandbox.video_url().trim_start_matches("http://");
    let told = format!("HTTP 200 from {host}\n");
    assert_eq!((body, ran.err), (stage.done(TASK), told));

    let ran = run(&stage, &["query", "grok:nobodys"], &variables).await;
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.err.contains("the video service does not know the task"),
        "{ran:?}"
    );
    let ran = run(&stage, &["query", "no id"], &variables).await;
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.err.contains("a task id is 1 to 512 characters"),
        "{ran:?}"
    );
}

#[tokio::test]
async fn a_task_is_followed_to_its_end() {
    let stage = Stage::new().await;
    let variables = stage.variables();
    let done = stage.done(TASK);
    stage.task(TASK, [running(TASK), running(TASK), done]);
    let ran = run(&stage, &["query", TASK, "--watch"], &variables).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.out.contains("completed, 100 %"), "{}", ran.out);
    assert_eq!(stage.sandbox.video().polls(TASK).len(), 3);

    let failed = serde_json::json!({ "id": "f", "status": "failed", "error": "too many cats" });
    let down = Reply::json(502, Value::Null);
    stage
        .sandbox
        .video()
        .task("f", Script::steps([down, Reply::json(200, failed)]));
    let ran = run(&stage, &["query", "f", "--watch"], &variables).await;
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(
        ran.out.contains("f: failed\n  error      too many cats"),
        "{}",
        ran.out
    );
}

#[tokio::test]
async fn a_running_bot_is_copied_and_forgets_a_person() {
    let stage = Stage::new().await;
    let bot = Program::start(&stage, &[]).await;
    stage.watching().await;
    let variables = stage.variables();

    let copy = stage.folder().join("copy.db");
    let ran = run(&stage, &["backup", copy.to_str().unwrap()], &variables).await;
    assert_eq!((ran.code, copy.exists()), (Some(0), true), "{ran:?}");
    let ran = run(&stage, &["backup", copy.to_str().unwrap()], &variables).await;
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("exists already"), "{ran:?}");

    let ada = stage.sandbox.person("ada").id.to_string();
    let ran = run(&stage, &["forget", "--user", &ada], &variables).await;
    assert_eq!(
        ran.out, "removed: 1 watch, 0 subscriptions, 1 task\n",
        "{ran:?}"
    );
    // The poll that was under way finds nothing to settle; the bot goes on.
    stage.task("grok:other", [stage.done("grok:other")]);
    let other = stage.ask("grok:other");
    stage.titled(&other, "Your video is ready").await;
    let (status, log) = bot.stop().await;
    assert!(status.success() && !log.contains("ERROR"), "{log}");
}

#[tokio::test]
async fn what_ended_is_removed_after_its_retention() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    stage.task(TASK, [stage.done(TASK)]);
    let interaction = stage.ask(TASK);
    stage.titled(&interaction, "Your video is ready").await;
    bot.stop().await;
    let mut bot = Program::start(&stage, &[("RETENTION", "1ms")]).await;
    let line = bot.line("cleaner.removed").await;
    assert!(line.contains("watches=1 tasks=1"), "{line}");
    let (status, _) = bot.stop().await;
    assert!(status.success());
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused_in_words() {
    let stage = Stage::new().await;
    stage.bot().await.stop().await;
    let variables = stage.variables();
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                 SELECT 9999, 'of the future', success, checksum, 0 FROM _sqlx_migrations LIMIT 1";
    stage.alter(newer).await;
    let ran = run(&stage, &["run"], &variables).await;
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.err
            .contains("newer version of videostatus (migration 9999)"),
        "{ran:?}"
    );
}

#[tokio::test]
async fn versions_completions_and_help_need_no_configuration() {
    let stage = Stage::new().await;
    let none = std::collections::HashMap::new();
    let ran = run(&stage, &["--version"], &none).await;
    let version = concat!("videostatus ", env!("CARGO_PKG_VERSION"), " (");
    assert!(ran.out.starts_with(version), "{}", ran.out);
    let commit = ran
        .out
        .trim_end()
        .rsplit('(')
        .next()
        .unwrap()
        .trim_end_matches(')');
    assert!(commit.len() >= 7, "{commit}");
    for (shell, word) in [
        ("bash", "complete -F"),
        ("zsh", "#compdef"),
        ("fish", "complete -c"),
    ] {
        let ran = run(&stage, &["completions", shell], &none).await;
        assert_eq!(ran.code, Some(0));
        assert!(
            ran.out.contains(word) && ran.out.contains("doctor"),
            "{shell}"
        );
    }
    for command in ["doctor", "query", "backup", "forget", "completions"] {
        let ran = run(&stage, &[command, "--help"], &none).await;
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{command}");
    }
}
