//! Shards: a part of a fixed total, and starts that are not squandered.

use std::time::{Duration, Instant};

use sandbox::Fault;
use serde_json::json;
use testing::{Bot, Stage};

#[tokio::test]
async fn a_process_holds_its_range_of_a_total() {
    let stage = Stage::new().await;
    let bot = stage.bot_with(&[("DISCORD_SHARDS", "2-3/4")]).await;
    let two = |view: &sandbox::View<'_>| Some(view.shards()).filter(|shards| shards.len() == 2);
    assert_eq!(stage.sandbox.until(two).await, [(2, 4), (3, 4)]);
    // The sandbox has a session a moment before the bot's own client calls it complete.
    let ready = async {
        let url = format!("{}/readyz", bot.http);
        while reqwest::get(&url).await.unwrap().status() != 200 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let ready = tokio::time::timeout(Duration::from_secs(20), ready).await;
    assert!(ready.is_ok(), "it is not ready");
    bot.stop().await;
}

/// Lets the next question for the gateway be answered with these limits.
fn limited(stage: &Stage, remaining: u32, reset_after: Duration) {
    let url = stage.sandbox.discord_url().replace("http", "ws");
    let limit = json!({ "total": 1000, "remaining": remaining,
        "reset_after": reset_after.as_millis(), "max_concurrency": 1 });
    let body = json!({ "url": url, "shards": 1, "session_start_limit": limit });
    stage
        .sandbox
        .fault(Fault::on("GET /gateway/bot").reply(200, body));
}

#[tokio::test]
async fn few_starts_left_are_spread_over_the_day() {
    let stage = Stage::new().await;
    limited(&stage, 2, Duration::from_secs(4));
    let started = Instant::now();
    let bot = Bot::start(stage.variables()).await.unwrap();
    let health = reqwest::get(format!("{}/healthz", bot.http)).await.unwrap();
    assert_eq!(health.status(), 200, "waiting is no illness");
    stage.connected().await;
    assert!(started.elapsed() >= Duration::from_secs(2));
    bot.stop().await;
}

#[tokio::test]
async fn without_starts_left_it_waits_for_the_next_day() {
    let stage = Stage::new().await;
    limited(&stage, 0, Duration::from_secs(1));
    let started = Instant::now();
    let bot = Bot::start(stage.variables()).await.unwrap();
    stage.connected().await;
    assert!(started.elapsed() >= Duration::from_secs(1));
    bot.stop().await;
    let asked = |path: &str| path.ends_with("/gateway/bot");
    let times = stage
        .sandbox
        .requests()
        .iter()
        .filter(|r| asked(&r.path))
        .count();
    assert_eq!(times, 2, "the limits are asked for again");
}
