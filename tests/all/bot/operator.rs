//! What the program tells whoever operates it: words, exit codes, and pipes.

use std::collections::HashMap;
use std::io::BufRead as _;
use std::os::fd::OwnedFd;
use std::process::Stdio;

use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use sandbox::{Fault, Reply, Script};
use serde_json::{Value, json};
use testing::{Stage, TASK, running};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};

use super::program::{Program, command, run};

/// The host of a URL, as `query` names it.
fn host(url: &str) -> &str {
    url.trim_start_matches("http://")
}

#[tokio::test]
async fn the_doctor_tells_a_refused_token_from_a_discord_out_of_reach_and_from_none() {
    let stage = Stage::new().await;
    let mut variables = stage.variables();
    variables.insert("DISCORD_TOKEN", "wrong".into());
    let refused = run(&stage, &["doctor"], &variables).await.out;
    assert!(
        refused.contains("✗ Discord token Discord refuses DISCORD_TOKEN"),
        "{refused}"
    );
    assert!(refused.contains("Reset Token"), "{refused}");
    assert!(!refused.contains("can be reached"), "{refused}");

    variables.insert("DISCORD_API_URL", "http://127.0.0.1:1".into());
    let away = run(&stage, &["doctor"], &variables).await.out;
    assert!(
        away.contains("✗ Discord       http://127.0.0.1:1 is out of reach"),
        "{away}"
    );
    assert!(away.contains("Connection refused"), "{away}");
    assert!(!away.contains("Discord token"), "{away}");

    let mut variables = stage.variables();
    variables.remove("DISCORD_TOKEN");
    let ran = run(&stage, &["doctor"], &variables).await;
    assert_eq!(ran.code, Some(1), "{ran:?}");
    for line in [
        "✓ database      will be created at the first start",
        "GiB free",
        "✗ Discord token DISCORD_TOKEN is missing",
        "✓ Discord       answers",
        "✓ video service answers, key accepted",
        "1 problem: the bot cannot run like this",
    ] {
        assert!(ran.out.contains(line), "no {line:?} in\n{}", ran.out);
    }
    assert!(
        ran.out
            .trim_end()
            .lines()
            .last()
            .unwrap()
            .contains("1 problem"),
        "{}",
        ran.out
    );
    variables.insert("DISCORD_API_URL", "http://127.0.0.1:1".into());
    let ran = run(&stage, &["doctor", "--json"], &variables).await;
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(
        (&report["problems"], &report["works"]),
        (&json!(2), &json!(false))
    );
}

#[tokio::test]
async fn a_mistake_is_shown_with_the_value_and_never_with_a_secret() {
    let stage = Stage::new().await;
    let mut variables = stage.variables();
    variables.extend([
        ("DISCORD_TOKEN", "a secret".to_owned()),
        ("VIDEO_API_KEY", "sk secret".to_owned()),
        ("DATABASE_URL", "mysql://me:secret@host/db".to_owned()),
        ("VIDEO_API_URL", "https://me:secret@host".to_owned()),
        ("DISCORD_API_URL", "https://host/?key=secret".to_owned()),
        (
            "DISCORD_GUILD_ID",
            "MTIzNDU2Nzg5MDEyMzQ1Njc4.GsecretX.abcdefghijklmnopqrstuvwxyz".to_owned(),
        ),
        ("HTTP_ADDR", "8080".to_owned()),
        ("POLL_MIN", "soon".to_owned()),
        ("RUST_LOG", "videostatus=loud".to_owned()),
    ]);
    let ran = run(&stage, &["run"], &variables).await;
    assert_eq!(ran.code, Some(2), "{ran:?}");
    for value in ["\"8080\"", "\"soon\"", "\"videostatus=loud\""] {
        assert!(ran.err.contains(value), "{value}: {}", ran.err);
    }
    assert!(
        !ran.err.contains("secret\"") && !ran.err.contains("secret@"),
        "{}",
        ran.err
    );
    assert!(
        !ran.err.contains("=secret") && !ran.err.contains("Gsecret"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("has 9 mistakes"), "{}", ran.err);
}

#[tokio::test]
async fn without_a_configuration_the_next_three_steps_are_told() {
    let stage = Stage::new().await;
    let ran = run(&stage, &["run"], &HashMap::new()).await;
    assert_eq!(ran.code, Some(2), "{ran:?}");
    for words in [
        "has a mistake",
        "1. ",
        "https://discord.com/developers/applications",
        "2. ",
        "DISCORD_TOKEN=",
        "3. ",
        "videostatus doctor",
        "videostatus sandbox",
    ] {
        assert!(ran.err.contains(words), "no {words:?} in\n{}", ran.err);
    }
    let ran = run(
        &stage,
        &["run"],
        &HashMap::from([
            ("POLL_MIN", "soon".to_owned()),
            ("DISCORD_TOKEN", "t".to_owned()),
        ]),
    )
    .await;
    assert!(!ran.err.contains("1. "), "{}", ran.err);
}

#[tokio::test]
async fn a_question_names_the_host_that_was_asked() {
    let stage = Stage::new().await;
    let variables = stage.variables();
    let host = host(stage.sandbox.video_url());
    stage.task(TASK, [stage.done(TASK)]);
    let ran = run(&stage, &["query", TASK], &variables).await;
    assert!(
        ran.out.contains(&format!("  asked      {host}\n")),
        "{}",
        ran.out
    );
    let ran = run(&stage, &["query", "grok:nobodys"], &variables).await;
    assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""), "{ran:?}");
    let told = format!("videostatus: {host}: the video service does not know the task");
    assert!(ran.err.starts_with(&told), "{}", ran.err);
    let ran = run(&stage, &["query", "grok:nobodys", "--json"], &variables).await;
    let error: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, ran.err.as_str()), (Some(1), ""));
    assert_eq!(error["error"]["kind"], "not_found");
    assert_eq!(error["error"]["asked"], json!([host]));

    let pause = Reply::json(429, json!({ "error": { "message": "slow down" } }));
    stage.sandbox.video().task("busy", Script::always(pause));
    let ran = run(&stage, &["query", "busy"], &variables).await;
    assert!(ran.err.contains("asks for a pause\n"), "{}", ran.err);

    let mut wrong = variables.clone();
    wrong.insert("VIDEO_QUERY_PATH", "nowhere".into());
    let ran = run(&stage, &["query", TASK, "--json"], &wrong).await;
    let error: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(
        (ran.code, &error["error"]["kind"]),
        (Some(2), &json!("configuration"))
    );
    let ran = run(&stage, &["query", TASK, "--gateway", "none"], &variables).await;
    assert_eq!(ran.code, Some(2), "{ran:?}");
}

#[tokio::test]
async fn what_is_followed_into_a_pipe_is_a_line_a_change() {
    let stage = Stage::new().await;
    let mut variables = stage.variables();
    stage.task(TASK, [running(TASK), running(TASK), stage.done(TASK)]);
    let ran = run(&stage, &["query", TASK, "--watch"], &variables).await;
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{ran:?}");
    let heads: Vec<_> = ran
        .out
        .lines()
        .filter(|line| line.starts_with(TASK))
        .collect();
    assert_eq!(heads.len(), 2, "{}", ran.out);
    assert!(
        heads[0].contains("running") && heads[1].contains("completed"),
        "{heads:?}"
    );

    stage.task(TASK, [running(TASK), running(TASK), stage.done(TASK)]);
    let ran = run(&stage, &["query", TASK, "--watch", "--json"], &variables).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let lines = ran
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    let lines: Vec<Value> = lines.collect();
    let phases: Vec<_> = lines
        .iter()
        .map(|line| line["phase"].as_str().unwrap())
        .collect();
    assert_eq!(phases, ["running", "completed"]);

    variables.insert("WATCH_TIMEOUT", "300ms".into());
    stage.task(TASK, [running(TASK)]);
    let ran = run(&stage, &["query", TASK, "--watch"], &variables).await;
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert!(
        ran.err.contains("not finished within WATCH_TIMEOUT"),
        "{ran:?}"
    );
    let ran = run(&stage, &["query", TASK, "--watch", "--json"], &variables).await;
    let last: Value = serde_json::from_str(ran.out.lines().last().unwrap()).unwrap();
    assert_eq!(
        (ran.code, &last["error"]["kind"]),
        (Some(3), &json!("timed_out"))
    );

    // Nobody answers: there is nothing but that to tell.
    let mut away = variables.clone();
    away.insert("VIDEO_API_URL", "http://127.0.0.1:1".into());
    let ran = run(&stage, &["query", TASK, "--watch"], &away).await;
    assert_eq!((ran.code, ran.out.as_str()), (Some(3), ""), "{ran:?}");
    assert!(ran.err.contains("127.0.0.1:1: not finished"), "{ran:?}");

    let failed = json!({ "id": "f", "status": "failed", "error": "too many cats" });
    stage
        .sandbox
        .video()
        .task("f", Script::always(Reply::json(200, failed)));
    let ran = run(&stage, &["query", "f", "--watch", "--json"], &variables).await;
    assert_eq!(ran.code, Some(1), "{ran:?}");
}

#[tokio::test]
async fn whoever_has_read_enough_may_close_the_pipe() {
    let stage = Stage::new().await;
    stage.task(TASK, [running(TASK)]);
    let variables = stage.variables();
    for (arguments, ends) in [
        (&["completions", "bash"][..], true),
        (&["--help"], true),
        (&["doctor"], true),
        (&["query", TASK, "--raw"], true),
        // Its task changes no more, so that it is ended here.
        (&["query", TASK, "--watch"], false),
    ] {
        let mut child = command(&stage, arguments, &variables)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut err = child.stderr.take().unwrap();
        drop(child.stdout.take());
        if !ends {
            stage.task(TASK, [stage.done(TASK)]);
        }
        let status = child.wait().await.unwrap();
        let mut told = String::new();
        err.read_to_string(&mut told).await.unwrap();
        assert_ne!(status.code(), Some(101), "{arguments:?}: {told}");
        assert!(status.code().is_some(), "{arguments:?}: {status}");
        assert!(!told.contains("panicked"), "{arguments:?}: {told}");
    }
}

#[tokio::test]
async fn a_bot_whose_log_nobody_reads_goes_on() {
    let stage = Stage::new().await;
    let mut child = command(&stage, &["run"], &stage.variables())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    assert!(lines.next_line().await.unwrap().is_some());
    drop(lines);
    let sandbox = &stage.sandbox;
    sandbox
        .until(|view| (view.sessions() > 0).then_some(()))
        .await;
    stage.watching().await;
    stage.task(TASK, [stage.done(TASK)]);
    assert_eq!(stage.pinged(1).await.len(), 1);
    assert!(child.try_wait().unwrap().is_none(), "it ended");
}

#[tokio::test]
async fn help_has_examples_links_variables_and_exit_codes() {
    let stage = Stage::new().await;
    let none = HashMap::new();
    let help = run(&stage, &["--help"], &none).await.out;
    for words in [
        "Examples:",
        "videostatus doctor --guild",
        "Variables",
        "DISCORD_TOKEN ",
        "RUST_LOG ",
        "GATEWAYS ",
        "Exit codes:",
        "https://",
    ] {
        assert!(help.contains(words), "no {words:?} in\n{help}");
    }
    for name in [
        "doctor",
        "query",
        "backup",
        "forget",
        "watch",
        "completions",
        "sandbox",
        "run",
    ] {
        let help = run(&stage, &[name, "--help"], &none).await.out;
        assert!(help.contains("Examples:"), "{name}:\n{help}");
        assert!(!help.contains("provider"), "{name}:\n{help}");
    }
}

#[tokio::test]
async fn nothing_is_made_where_there_is_no_database() {
    let stage = Stage::new().await;
    let variables = stage.variables();
    let copy = stage.folder().join("copy.db");
    for arguments in [
        &["forget", "--user", "1"][..],
        &["backup", copy.to_str().unwrap()],
        &["watch", TASK, "--channel", "123456789012345678"],
    ] {
        let ran = run(&stage, arguments, &variables).await;
        assert_eq!(ran.code, Some(1), "{ran:?}");
        let told = format!(
            "there is no database at {}",
            stage.folder().join("data/bot.db").display()
        );
        assert!(ran.err.contains(&told), "{}", ran.err);
        assert!(!stage.folder().join("data").exists() && !copy.exists());
    }
    let data = stage.folder().join("data");
    std::fs::create_dir(&data).unwrap();
    std::fs::write(data.join("bot.db"), "").unwrap();
    let ran = run(&stage, &["forget", "--user", "1"], &variables).await;
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert_eq!(
        std::fs::read(data.join("bot.db")).unwrap(),
        b"",
        "it made tables"
    );
}

#[cfg(feature = "sandbox")]
#[tokio::test]
async fn the_sandbox_listens_on_a_port_alone() {
    let stage = Stage::new().await;
    let mut child = command(&stage, &["sandbox", "--listen", "0"], &HashMap::new())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let line = lines.next_line().await.unwrap().unwrap_or_default();
    assert!(
        line.starts_with("The sandbox is open: http://127.0.0.1:"),
        "{line}"
    );
}

#[tokio::test]
async fn a_discord_that_is_out_of_reach_at_the_start_is_asked_again() {
    let stage = Stage::new().await;
    for route in ["GET /applications/@me", "GET /gateway/bot"] {
        stage.sandbox.fault(Fault::on(route).reply(503, json!({})));
    }
    // It waits until the bot is connected.
    let mut bot = Program::start(&stage, &[]).await;
    let line = bot.line("discord.out_of_reach").await;
    assert!(line.contains("WARN") && line.contains("wait_ms"), "{line}");
    let (status, _) = bot.stop().await;
    assert!(status.success());
}

#[tokio::test]
async fn on_a_terminal_the_invite_link_is_a_line_of_its_own() {
    let stage = Stage::new().await;
    let (read, terminal) = terminal();
    let mut child = command(&stage, &["run"], &stage.variables())
        .stderr(terminal)
        .spawn()
        .unwrap();
    // It blocks, as terminals do.
    let link = tokio::task::spawn_blocking(move || {
        let lines = std::io::BufReader::new(std::fs::File::from(read)).lines();
        lines
            .map_while(Result::ok)
            .find(|line| line.starts_with("https://discord.com/oauth2/authorize?"))
    });
    assert!(link.await.unwrap().is_some());
    child.kill().await.unwrap();
}

/// A terminal: its near end, and the end for a program.
fn terminal() -> (OwnedFd, OwnedFd) {
    let near = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&near).unwrap();
    unlockpt(&near).unwrap();
    let name = ptsname(&near, Vec::new()).unwrap();
    let flags = OFlags::RDWR | OFlags::NOCTTY;
    let far = rustix::fs::open(name.as_c_str(), flags, Mode::empty()).unwrap();
    (near, far)
}
