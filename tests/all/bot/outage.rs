//! The video service has a bad minute: nothing ends by an answer that the whole
//! endpoint gives, and afterwards everything is asked for again at once.

use std::time::{Duration, Instant};

use sandbox::{Fault, Interaction, Options};
use serde_json::{Value, json};
use testing::{Stage, TASK};

const QUERY: &str = "GET /v1/video/query";
const TASKS: usize = 20;

fn id(n: usize) -> String {
    format!("grok:outage-{n:08}")
}

/// Twenty people's tasks that are known to be running.
async fn watching(stage: &Stage) -> Vec<Interaction> {
    let ids: Vec<_> = (0..TASKS).map(id).collect();
    stage.crowd(&ids).await
}

/// Answers every query like this for a while, and lets the tasks finish afterwards:
/// everybody sees and hears of their video, and of nothing else, soon.
async fn survives(status: u16, body: Value) {
    // Twenty notifications at once are more than one channel takes.
    let stage = Stage::with(Options {
        rate_limits: false,
        ..Stage::options()
    })
    .await;
    let bot = stage.bot().await;
    let asked = watching(&stage).await;
    stage
        .sandbox
        .fault(Fault::on(QUERY).always().reply(status, body.clone()));
    for one in &asked {
        stage.titled(one, "No answer from the video service").await;
    }
    // A person who asks now reads this, too, and not that the id is wrong.
    let late = stage.ask(TASK);
    stage
        .titled(&late, "No answer from the video service")
        .await;
    // No restart and no other process would do better, so this is no 503.
    let ready = reqwest::get(format!("{}/readyz", bot.http)).await.unwrap();
    assert_eq!(ready.status(), 200);
    let ready: Value = ready.json().await.unwrap();
    assert!(ready["warnings"]["provider"].is_string(), "{ready}");
    for n in 0..TASKS {
        stage.task(&id(n), [stage.done(&id(n))]);
    }
    stage.task(TASK, [stage.done(TASK)]);
    stage.sandbox.heal();
    for one in asked.iter().chain([&late]) {
        stage.titled(one, "Your video is ready").await;
    }
    let all = TASKS + 1;
    stage.pinged(all).await;
    bot.stop().await;
    let pings = stage.pings();
    assert_eq!(pings.len(), all, "{status} {body}");
    assert!(
        pings
            .iter()
            .all(|ping| ping.content.contains("Your video is ready"))
    );
}

#[tokio::test]
async fn a_refused_key_ends_no_known_task() {
    let words =
        json!({ "error": { "message": "无效的令牌", "type": "new_api_error", "code": "" } });
    survives(401, words).await;
}

#[tokio::test]
async fn an_empty_account_is_a_pause() {
    let words = json!({ "error": { "message": "insufficient_user_quota", "code": "insufficient_user_quota" } });
    survives(403, words).await;
}

#[tokio::test]
async fn a_gateway_that_forgets_all_tasks_ends_none() {
    survives(
        200,
        json!({ "status": "error", "message": "task not exist" }),
    )
    .await;
}

#[tokio::test]
async fn after_an_outage_everything_is_asked_for_at_once() {
    let stage = Stage::new().await;
    let _bot = stage.bot().await;
    let asked = watching(&stage).await;
    stage.sandbox.video().down(true);
    for one in &asked {
        stage.titled(one, "No answer from the video service").await;
    }
    stage.sandbox.video().down(false);
    // The first to be asked again brings all others with it.
    let polls = |view: &sandbox::View<'_>, n| view.polls(&id(n));
    let before = stage
        .sandbox
        .look(|view| (0..TASKS).map(|n| polls(view, n)).collect::<Vec<_>>());
    let again = |view: &sandbox::View<'_>, n: usize| polls(view, n) > before[n];
    stage
        .sandbox
        .until(|view| (0..TASKS).any(|n| again(view, n)).then_some(()))
        .await;
    let begun = Instant::now();
    stage
        .sandbox
        .until(|view| (0..TASKS).all(|n| again(view, n)).then_some(()))
        .await;
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(2), "{took:?}");
}

/// A pause of a day that one reply asks for is believed for ten times POLL_MAX, which
/// is two seconds here, and for every task.
#[tokio::test]
async fn a_pause_of_a_day_is_believed_for_minutes_and_for_the_whole_gateway() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let asked = watching(&stage).await;
    let day = Duration::from_secs(86_400);
    stage.sandbox.fault(Fault::on(QUERY).rate_limited(day));
    let paused = |view: &sandbox::View<'_>| {
        let mut queries = view.requests().filter(|one| one.name() == QUERY);
        queries.any(|one| one.status == Some(429)).then_some(())
    };
    stage.sandbox.until(paused).await;
    for n in 0..TASKS {
        stage.task(&id(n), [stage.done(&id(n))]);
    }
    let begun = Instant::now();
    for one in &asked {
        stage.titled(one, "Your video is ready").await;
    }
    assert!(
        begun.elapsed() < Duration::from_secs(15),
        "{:?}",
        begun.elapsed()
    );
    bot.stop().await;
}
