//! The program itself: exit codes, signals, what it prints.

use std::process::Stdio;

use testing::{Stage, TASK, running};
use tokio::process::{Child, Command};

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_videostatus"));
    // An empty folder: the developer's own .env is not read.
    command
        .env_clear()
        .current_dir(std::env::temp_dir())
        .kill_on_drop(true);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn signal(child: &Child, name: &str) {
    let pid = child.id().unwrap().to_string();
    assert!(
        std::process::Command::new("kill")
            .args(["-s", name, &pid])
            .status()
            .unwrap()
            .success()
    );
}

#[tokio::test]
async fn a_bad_configuration_exits_with_2_and_names_every_mistake() {
    let output = program().env("POLL_RATE", "fast").output().await.unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(
        text.contains("DISCORD_TOKEN is missing") && text.contains("POLL_RATE takes"),
        "{text}"
    );
}

#[tokio::test]
async fn a_token_that_is_refused_exits_with_1() {
    let stage = Stage::new().await;
    let variables = stage.variables();
    let output = program()
        .envs(&variables)
        .env("DISCORD_TOKEN", "nonsense")
        .output()
        .await
        .unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("Discord refuses DISCORD_TOKEN"), "{text}");
}

#[tokio::test]
async fn signals_end_it_cleanly_and_its_watch_goes_on_at_the_next_start() {
    let stage = Stage::new().await;
    stage.task(TASK, [running(TASK)]);
    let mut interaction = None;
    for name in ["TERM", "INT", "KILL"] {
        stage
            .sandbox
            .until(|view| (view.sessions() == 0).then_some(()))
            .await;
        let child = program()
            .envs(stage.variables())
            .env("RUST_LOG", "info")
            .spawn()
            .unwrap();
        stage.connected().await;
        let asked = interaction.get_or_insert_with(|| stage.ask(TASK));
        stage.titled(asked, "Making your video").await;
        signal(&child, name);
        let output = child.wait_with_output().await.unwrap();
        let log = String::from_utf8(output.stderr).unwrap();
        if name == "KILL" {
            continue;
        }
        assert_eq!(output.status.code(), Some(0), "{name}: {log}");
        assert!(
            log.contains("discord.logged_in") && log.contains("permissions=274878024704"),
            "{log}"
        );
        assert!(log.contains("app.stopped"), "{log}");
    }
    let bot = stage.bot().await;
    stage.task(TASK, [stage.done(TASK)]);
    stage
        .titled(interaction.as_ref().unwrap(), "Your video is ready")
        .await;
    assert_eq!(stage.pinged(1).await.len(), 1);
    bot.stop().await;
}
