//! A start while Discord is out of reach.

use std::time::Duration;

use sandbox::Fault;
use serde_json::{Value, json};
use testing::Stage;

use super::start::{get, until};

#[tokio::test]
async fn a_start_that_waits_for_discord_is_alive_but_not_ready() {
    let stage = Stage::new().await;
    let outage = Fault::on("GET /applications/@me").always();
    stage.sandbox.fault(outage.reply(503, Value::Null));
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = free.local_addr().unwrap().to_string();
    drop(free);
    let url = |path: &str| format!("http://{addr}{path}");
    let changes = [("HTTP_ADDR", addr.as_str())];
    let waits = async {
        stage
            .sandbox
            .until(|view| view.requests().next().map(|_| ()))
            .await;
        assert_eq!(get(&url("/healthz")).await.0, 200);
        let (status, body) = get(&url("/readyz")).await;
        assert_eq!((status, &body["parts"]["start"]), (503, &json!("failing")));
        assert_eq!(get(&url("/interactions")).await.0, 503);
        stage.sandbox.heal();
    };
    let (bot, ()) = tokio::join!(stage.bot_with(&changes), waits);
    assert_eq!(bot.http, url(""));
    until(&url("/readyz"), 200).await;
    bot.stop().await;
}

#[tokio::test]
async fn a_start_that_waits_for_discord_can_be_ended() {
    let stage = Stage::new().await;
    let hangs = Fault::on("GET /applications/@me").always().hang();
    stage.sandbox.fault(hangs);
    let mut program = tokio::process::Command::new(env!("CARGO_BIN_EXE_videostatus"))
        .arg("run")
        .env_clear()
        .envs(stage.variables())
        .env("TMPDIR", stage.folder())
        .current_dir(stage.folder())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    while stage.sandbox.requests().is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let pid = program.id().unwrap();
    let kill = tokio::process::Command::new("/bin/sh")
        .args(["-c", &format!("kill -TERM {pid}")])
        .status();
    assert!(kill.await.unwrap().success());
    // Well before its request to Discord is given up.
    let ended = tokio::time::timeout(Duration::from_secs(5), program.wait()).await;
    assert!(ended.unwrap().unwrap().success());
}
