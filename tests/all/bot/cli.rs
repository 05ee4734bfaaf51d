//! The program's words for its operator, its exit codes, and its pipes.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::io::BufRead as _;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt as _;
use std::process::Stdio;

use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use sandbox::Fault;
use serde_json::json;
use testing::{Stage, TASK, running};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};

use super::program::{Program, command, run};

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
    ran.warns(&["\"8080\"", "\"soon\"", "\"videostatus=loud\""]);
    for secret in ["secret\"", "secret@", "=secret", "Gsecret"] {
        assert!(!ran.err.contains(secret), "{secret}: {}", ran.err);
    }
    ran.warns(&["has 9 mistakes"]);
}

/// A setting that counted as not set would open what the operator meant to close.
#[tokio::test]
async fn a_value_that_is_not_utf8_is_a_mistake() {
    let stage = Stage::new().await;
    let odd = OsStr::from_bytes(b"123456789012345678\xff");
    let mut program = command(&stage, &["run"], &stage.variables());
    let ended = program.env("ALLOWED_GUILDS", odd).output();
    let ended = ended.await.unwrap();
    assert_eq!(ended.status.code(), Some(2));
    let words = String::from_utf8_lossy(&ended.stderr);
    assert!(words.contains("ALLOWED_GUILDS is not UTF-8"), "{words}");
}

#[tokio::test]
async fn a_filter_that_is_none_is_a_mistake_and_a_blank_one_is_the_default() {
    let stage = Stage::new().await;
    let mut variables = stage.variables();
    variables.insert("RUST_LOG", "videostatus=loud".into());
    variables.insert("POLL_MIN", "soon".into());
    let ran = run(&stage, &["run"], &variables).await;
    assert_eq!(ran.code, Some(2), "{ran:?}");
    ran.warns(&["RUST_LOG takes", "POLL_MIN takes"]);
    let bot = Program::start(&stage, &[("RUST_LOG", "")]).await;
    let (status, log) = bot.stop().await;
    assert!(status.success() && log.contains("app.stopped"), "{log}");
}

#[tokio::test]
async fn without_a_configuration_the_next_three_steps_are_told() {
    let stage = Stage::new().await;
    let ran = run(&stage, &["run"], &HashMap::new()).await;
    assert_eq!(ran.code, Some(2), "{ran:?}");
    ran.warns(&[
        "has a mistake",
        "1. ",
        "https://discord.com/developers/applications",
        "2. ",
        "DISCORD_TOKEN=",
        "3. ",
        "videostatus doctor",
        "videostatus sandbox",
    ]);
    let some = [("POLL_MIN", "soon"), ("DISCORD_TOKEN", "t")];
    let some = some.map(|(name, value)| (name, value.to_owned()));
    let ran = run(&stage, &["run"], &HashMap::from(some)).await;
    assert!(!ran.err.contains("1. "), "{}", ran.err);
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
    stage.connected().await;
    stage.watching().await;
    stage.task(TASK, [stage.done(TASK)]);
    assert_eq!(stage.pinged(1).await.len(), 1);
    assert!(child.try_wait().unwrap().is_none(), "it ended");
}

#[tokio::test]
async fn versions_completions_and_help_need_no_configuration() {
    let stage = Stage::new().await;
    let none = HashMap::new();
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

#[tokio::test]
async fn help_has_examples_links_variables_and_exit_codes() {
    let stage = Stage::new().await;
    let none = HashMap::new();
    run(&stage, &["--help"], &none).await.shows(&[
        "Examples:",
        "videostatus doctor --guild",
        "Variables",
        "DISCORD_TOKEN ",
        "RUST_LOG ",
        "GATEWAYS ",
        "Exit codes:",
        "https://",
    ]);
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
