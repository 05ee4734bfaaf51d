//! The log of a bot to which everything happens: no secret is in it, whatever
//! `RUST_LOG` says, and a failure is one line.

use std::time::Duration;

use sandbox::{Cut, Fault, Interaction, Reply, Script};
use serde_json::{Value, json};
use testing::{Stage, TASK, running};

use super::caller::TOKEN;
use super::program::{Program, run};

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
