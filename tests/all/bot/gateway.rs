//! A gateway that refuses starts, that is understood badly, or that refuses the token.

use std::time::{Duration, Instant};

use sandbox::{Cut, Options, Welcome};
use serde_json::Value;
use testing::{Bot, Stage};

use super::program::Program;

/// Waits for an answer of `/readyz` that `look` accepts, and returns it.
async fn ready(http: &str, look: impl Fn(u16, &Value) -> bool) -> Value {
    let deadline = Instant::now() + Duration::from_secs(40);
    loop {
        let response = reqwest::get(format!("{http}/readyz")).await.unwrap();
        let status = response.status().as_u16();
        let body: Value = response.json().await.unwrap();
        if look(status, &body) {
            return body;
        }
        assert!(Instant::now() < deadline, "{status} {body}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A bot that need not be connected.
async fn bot(stage: &Stage) -> Bot {
    let started = Bot::start_timed(stage.variables(), stage.timings);
    started.await.unwrap()
}

fn starts(stage: &Stage) -> (usize, usize) {
    stage
        .sandbox
        .look(|view| (view.identifies(), view.resumes()))
}

/// Waits until the bot says that it starts no more for now.
async fn rests(bot: &Bot) {
    ready(&bot.http, |status, body| {
        status == 503 && body["warnings"]["gateway"].is_string()
    })
    .await;
}

/// Three starts of a bot are refused, each five seconds. Where the fourth would be the bot
/// rests, and a bot that did not would start again within the second.
async fn left_alone(welcome: Welcome) {
    let stage = Stage::new().await;
    stage.sandbox.welcome(welcome);
    let bot = bot(&stage).await;
    rests(&bot).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(starts(&stage), (3, 0), "{welcome:?}");
    rests(&bot).await;
    bot.stop().await;
}

#[tokio::test]
async fn a_gateway_that_refuses_every_start_is_left_alone_after_three() {
    tokio::join!(
        left_alone(Welcome::Invalid { resumable: false }),
        left_alone(Welcome::Close(4000)),
        left_alone(Welcome::Close(4009)),
    );
}

#[tokio::test]
async fn after_one_refusal_too_many_the_next_session_is_asked_for_and_a_warning_stays() {
    let mut stage = Stage::new().await;
    stage.timings.longest_pause = Duration::from_secs(1);
    let bot = bot(&stage).await;
    // The fourth RESUME in a minute is one too many.
    ready(&bot.http, |status, _| status == 200).await;
    for _ in 0..3 {
        stage.sandbox.cut_gateway(Cut::Abrupt);
        stage
            .sandbox
            .until(|view| (view.sessions() == 1).then_some(()))
            .await;
    }
    stage.sandbox.cut_gateway(Cut::Abrupt);
    rests(&bot).await;
    let asked = || {
        let requests = stage.sandbox.requests();
        let asks = |path: &str| path.ends_with("/gateway/bot");
        requests.iter().filter(|one| asks(&one.path)).count()
    };
    while asked() < 2 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    ready(&bot.http, |status, body| {
        status == 200 && body["warnings"]["gateway"].is_string()
    })
    .await;
    assert_eq!(starts(&stage).0, 2);
    bot.stop().await;
}

#[tokio::test]
async fn a_session_that_can_be_resumed_for_ever_and_never_is_ends() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    ready(&bot.http, |status, _| status == 200).await;
    stage.sandbox.welcome(Welcome::Invalid { resumable: true });
    stage.sandbox.cut_gateway(Cut::Abrupt);
    rests(&bot).await;
    // The session began with an IDENTIFY; the fourth RESUME ended it.
    let (identifies, resumes) = starts(&stage);
    assert!(
        identifies == 1 && (3..=4).contains(&resumes),
        "{identifies} {resumes}"
    );
    bot.stop().await;
}

#[tokio::test]
async fn a_session_that_stays_incomplete_is_started_again() {
    for welcome in [Welcome::Silence, Welcome::Broken] {
        let mut stage = Stage::new().await;
        stage.timings.incomplete = Duration::from_secs(1);
        stage.sandbox.welcome(welcome);
        let bot = bot(&stage).await;
        stage
            .sandbox
            .until(|view| (view.identifies() == 2).then_some(()))
            .await;
        stage.sandbox.welcome(Welcome::Session);
        ready(&bot.http, |status, _| status == 200).await;
        assert!(starts(&stage).0 <= 3, "{welcome:?}");
        stage.watching().await;
        bot.stop().await;
    }
}

#[tokio::test]
async fn a_ready_that_a_library_cannot_decode_is_no_reason_to_wait() {
    let mut stage = Stage::with(Options {
        heartbeat: Duration::from_millis(500),
        ..Stage::options()
    })
    .await;
    stage.sandbox.bot_flags((1 << 53) - 1);
    stage.timings.incomplete = Duration::from_secs(1);
    let bot = bot(&stage).await;
    ready(&bot.http, |status, _| status == 200).await;
    stage.watching().await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    ready(&bot.http, |status, _| status == 200).await;
    assert_eq!(starts(&stage), (1, 0), "the session goes on");
    stage.sandbox.cut_gateway(Cut::Abrupt);
    stage
        .sandbox
        .until(|view| (view.identifies() == 2).then_some(()))
        .await;
    ready(&bot.http, |status, _| status == 200).await;
    bot.stop().await;
}

#[tokio::test]
async fn a_token_that_is_revoked_is_told_once_and_taken_again() {
    for by_http in [false, true] {
        let mut stage = Stage::new().await;
        stage.timings.token_check = Duration::from_millis(100);
        let mut variables = stage.variables();
        if by_http {
            variables.insert("DISCORD_GATEWAY", "off".to_owned());
            variables.insert("DISCORD_PUBLIC_KEY", stage.sandbox.public_key());
        }
        let bot = Bot::start_timed(variables, stage.timings).await.unwrap();
        ready(&bot.http, |status, _| status == 200).await;
        stage.sandbox.revoke_token(true);
        let body = ready(&bot.http, |status, body| {
            status == 503 && body["parts"]["token"] == "failing"
        });
        assert_eq!(body.await["parts"]["database"], "ok");
        stage.sandbox.revoke_token(false);
        ready(&bot.http, |status, _| status == 200).await;
        bot.stop().await;
    }
}

#[tokio::test]
async fn the_log_says_what_to_do_about_a_revoked_token_once() {
    let stage = Stage::new().await;
    let mut program = Program::start(&stage, &[]).await;
    stage.sandbox.revoke_token(true);
    program.line("discord.token_refused").await;
    // It asks for the gateway again, and is refused again.
    stage
        .sandbox
        .until(|view| {
            let asked = view
                .requests()
                .filter(|one| one.path.ends_with("/gateway/bot"));
            let refused = asked.filter(|one| one.status == Some(401));
            (refused.count() >= 2).then_some(())
        })
        .await;
    let (status, log) = program.stop().await;
    assert!(status.success());
    let lines: Vec<_> = log
        .lines()
        .filter(|line| line.contains("discord.token_refused"))
        .collect();
    assert_eq!(lines.len(), 1, "{log}");
    assert!(
        lines[0].contains("ERROR") && lines[0].contains("DISCORD_TOKEN"),
        "{}",
        lines[0]
    );
}
