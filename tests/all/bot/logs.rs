//! The log of a bot to which everything happens: no secret is in it, whatever
//! `RUST_LOG` says, and a failure is one line.

use std::process::Stdio;
use std::time::Duration;

use sandbox::{Cut, Fault, Interaction, Reply, Script};
use serde_json::{Value, json};
use testing::{Stage, TASK, running};
use tokio::io::{AsyncBufReadExt, BufReader};

use super::caller::TOKEN;
use super::program::{Program, command, run};

const EDIT: &str = "PATCH /webhooks/{app}/{token}/messages/@original";
const QUERY: &str = "GET /v1/video/query";
/// A token with a slip in it is as secret.
const NEARLY: &str = "the-forst-api-token";
const PASSWORD: &str = "hunter2-of-the-database";

/// Every failure that there is a fault for; returns the interactions.
async fn bad_day(stage: &Stage) -> Vec<Interaction> {
    let sandbox = &stage.sandbox;
    // Discord does not answer, breaks off, fails, and makes wait.
    let slow = ask_slow(stage).await;
    sandbox.fault(Fault::on(EDIT).drop_connection());
    sandbox.fault(Fault::on(EDIT).reply(503, json!({ "message": "marker-503", "code": 0 })));
    sandbox.fault(Fault::on(EDIT).rate_limited(Duration::from_millis(10)));
    sandbox.fault(Fault::on(EDIT).discord(50035));
    // So does the provider, and it quotes the key.
    sandbox.fault(Fault::on(QUERY).in_path("299604b7").drop_connection());
    sandbox.fault(
        Fault::on(QUERY)
            .in_path("299604b7")
            .reply(502, json!("no JSON object")),
    );
    let (asked, _) = stage.watching().await;
    let quoting = json!({ "error": { "message": "sk-the-api-key is no valid key" } });
    sandbox
        .video()
        .task("denied", Script::always(Reply::json(401, quoting)));
    let denied = stage.ask("denied");
    stage
        .message(&denied, |message| message.versions.len() > 1)
        .await;
    // An answer that cannot be given, and a gateway that goes away.
    sandbox.fault(Fault::on("POST /interactions/{id}/{token}/callback").drop_connection());
    let unanswered = stage.ask("grok:unanswered");
    sandbox.cut_gateway(Cut::Abrupt);
    // The bot token is refused once, and the channel's route breaks off.
    sandbox.expire_tokens();
    let route = "PATCH /channels/{channel}/messages/{message}";
    sandbox
        .fault(Fault::on(route).reply(401, json!({ "message": "401: Unauthorized", "code": 0 })));
    sandbox.fault(Fault::on(route).drop_connection());
    let mut done = stage.done(TASK);
    let media = sandbox
        .video()
        .media("/gone.mp4", Reply::bytes("text/html", b"gone".to_vec()));
    done["video_url"] = media.into();
    stage.task(TASK, [done]);
    stage.titled(&asked, "Your video is ready").await;
    vec![slow, asked, denied, unanswered]
}

/// A message whose first edit never gets an answer.
async fn ask_slow(stage: &Stage) -> Interaction {
    stage.sandbox.fault(Fault::on(EDIT).hang());
    stage.task("grok:slow", [running("grok:slow")]);
    let slow = stage.ask("grok:slow");
    let asked = |r: &sandbox::RequestRecord| r.route.contains("@original");
    while !stage.sandbox.requests().iter().any(asked) {
        tokio::task::yield_now().await;
    }
    slow
}

async fn nothing_secret_is_logged(format: &str) -> String {
    let stage = Stage::new().await;
    let changes = [
        ("RUST_LOG", "trace"),
        ("LOG_FORMAT", format),
        ("API_TOKEN", TOKEN),
    ];
    let mut program = Program::start(&stage, &changes).await;
    let interactions = bad_day(&stage).await;
    for token in [TOKEN, NEARLY] {
        let url = format!("{}/api/watches?task_id=1", program.http);
        let asked = reqwest::Client::new().get(url).bearer_auth(token);
        asked.send().await.unwrap();
    }
    // The edit that hangs: its time is over after 15 s.
    program.line("operation timed out").await;
    let (status, log) = program.stop().await;
    assert!(status.success());
    let mut secrets = vec![stage.sandbox.token(), "sk-the-api-key", TOKEN, NEARLY];
    secrets.extend(interactions.iter().map(|one| one.token.as_str()));
    for secret in secrets {
        let leak = log.lines().find(|line| line.contains(secret));
        assert_eq!(leak, None, "{secret} is in the log");
    }
    assert!(
        log.contains("delivery.refused") && log.contains("poll.failed"),
        "{log}"
    );
    assert_eq!(
        log.matches("marker-503").count(),
        1,
        "a failure is one line:\n{log}"
    );
    assert!(!log.contains('\u{1b}'), "colours are for terminals");
    log
}

#[tokio::test]
async fn nothing_secret_is_in_text_logs() {
    nothing_secret_is_logged("text").await;
}

#[tokio::test]
async fn nothing_secret_is_in_json_logs() {
    let log = nothing_secret_is_logged("json").await;
    for line in log.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        assert!(
            line["level"].is_string() && line["timestamp"].is_string(),
            "{line}"
        );
    }
}

#[tokio::test]
async fn a_start_that_fails_tells_no_secret() {
    let stage = Stage::new().await;
    let mut variables = stage.variables();
    variables.insert("RUST_LOG", "trace".into());
    variables.insert(
        "DATABASE_URL",
        // A parameter that nobody knows: sqlx would print its value.
        format!("postgres://bot:{PASSWORD}@127.0.0.1:1/bot?passwd={PASSWORD}"),
    );
    for arguments in [&["run"][..], &["doctor"], &["forget", "--user", "1"]] {
        let ran = run(&stage, arguments, &variables).await;
        assert_eq!(ran.code, Some(1), "{ran:?}");
        for text in [&ran.out, &ran.err] {
            assert!(!text.contains(PASSWORD), "{text}");
            assert!(!text.contains(stage.sandbox.token()), "{text}");
        }
    }
    let mut variables = stage.variables();
    variables.insert("DISCORD_TOKEN", "MTIz.refused.token".into());
    let ran = run(&stage, &["run"], &variables).await;
    assert!(ran.err.contains("Discord refuses DISCORD_TOKEN"), "{ran:?}");
    assert!(!ran.err.contains("MTIz"), "{ran:?}");
}

/// The lines that a person's typing, or the operator's stop, made, and that nobody has to
/// act on.
fn alarms(log: &str) -> Vec<&str> {
    let alarm = |line: &&str| line.contains(" WARN ") || line.contains("ERROR ");
    log.lines().filter(alarm).collect()
}

#[tokio::test]
async fn what_people_type_alarms_nobody() {
    let stage = Stage::new().await;
    let file = stage.folder().join("gateways.toml");
    let url = stage.sandbox.video_url();
    let text = format!(
        "[[gateway]]\nname = 'a'\nurl = '{url}'\nkey = 'sk-the-api-key'\nids = ['grok:*']\n"
    );
    std::fs::write(&file, text).unwrap();
    let variables = [
        ("GATEWAYS", file.to_str().unwrap()),
        ("VIDEO_API_URL", ""),
        ("VIDEO_API_KEY", ""),
    ];
    let bot = Program::start(&stage, &variables).await;
    let unknown = stage.ask("grok:nobodys");
    stage.titled(&unknown, "No video with this ID").await;
    // No gateway is for such an ID.
    let unserved = stage.ask("veo:nobodys");
    stage
        .message(&unserved, |message| message.versions.len() > 1)
        .await;
    // Ada takes no direct messages and asks for one.
    let ada = stage.sandbox.person("ada");
    stage.sandbox.close_dms(&ada, true);
    stage.task(TASK, [running(TASK), stage.done(TASK)]);
    stage.ask_with(json!({ "notify": "dm" }));
    stage.pinged(1).await;
    let wrong = stage.ask("no id at all");
    stage.message(&wrong, |_| true).await;
    let (status, log) = bot.stop().await;
    assert!(status.success());
    assert!(log.contains("poll.failed"), "{log}");
    assert_eq!(alarms(&log), [""; 0], "{log}");
}

#[tokio::test]
async fn a_clean_stop_warns_of_nothing_and_a_start_says_when_it_is_ready() {
    let stage = Stage::new().await;
    let grace = ("SHUTDOWN_GRACE", "300ms");
    let mut bot = Program::start(&stage, &[("RUST_LOG", "info"), grace]).await;
    let ready = bot.line("app.ready").await;
    for words in [
        " INFO ",
        "commands=true",
        "gateways=\"main\"",
        "http_addr=127.0.0.1:",
    ] {
        assert!(ready.contains(words), "no {words} in {ready}");
    }
    assert!(bot.log().contains("invite="), "{}", bot.log());
    stage.watching().await;
    // A poll and an edit are under way, and take longer than the time of grace.
    stage.sandbox.fault(Fault::on(QUERY).always().hang());
    ask_slow(&stage).await;
    let (status, log) = bot.stop().await;
    assert!(status.success());
    assert_eq!(alarms(&log), [""; 0], "{log}");
    assert_eq!(log.matches("app.ready").count(), 1, "{log}");
}

#[tokio::test]
async fn a_bot_that_hears_by_http_alone_is_ready_where_it_says() {
    let stage = Stage::new().await;
    let mut variables = stage.variables();
    variables.extend([
        ("DISCORD_PUBLIC_KEY", stage.sandbox.public_key()),
        ("DISCORD_GATEWAY", "off".to_owned()),
        ("INTERACTIONS_ADDR", "127.0.0.1:0".to_owned()),
    ]);
    let mut child = command(&stage, &["run"], &variables)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let ready = loop {
        let line = lines.next_line().await.unwrap().unwrap();
        if line.contains("app.ready") {
            break line;
        }
    };
    assert!(ready.contains("over_gateway=false"), "{ready}");
    let address = ready.split("interactions_addr=").nth(1).unwrap();
    let address = address.split(' ').next().unwrap();
    let url = format!("http://{address}/interactions");
    let reply = reqwest::Client::new().post(url).send().await.unwrap();
    assert_eq!(reply.status().as_u16(), 401, "unsigned");
}
