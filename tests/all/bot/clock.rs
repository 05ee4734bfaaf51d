//! A machine whose clock is wrong, or jumps: watches go on, tokens are used, and
//! nobody is told twice.

use std::time::Duration;

use sandbox::View;
use testing::{Bot, Stage, TASK, running};

/// Past the token's fourteen minutes, if it were counted by this machine's clock.
const FAST: i64 = 16 * 60;
const HOUR: i64 = 3600;

/// Waits until `bot` says that the clock jumped by so many seconds.
async fn warned(bot: &Bot, by: i64) {
    let words = format!("this machine's clock jumped by {by} s");
    loop {
        let answer = reqwest::get(format!("{}/readyz", bot.http)).await.unwrap();
        assert_eq!(answer.status(), 200);
        let body: serde_json::Value = answer.json().await.unwrap();
        if body["warnings"]["clock"] == words {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_clock_that_is_fast_or_slow_does_not_end_a_token() {
    for ahead in [FAST, -FAST, 10 * HOUR] {
        let stage = Stage::new().await;
        stage.set_clock(ahead);
        let bot = stage.bot().await;
        let (asked, _) = stage.watching().await;
        stage.task(TASK, [stage.done(TASK)]);
        stage.titled(&asked, "Your video is ready").await;
        stage.pinged(1).await;
        bot.stop().await;
        let channel = stage.sandbox.channel();
        assert_eq!(stage.sandbox.messages(&channel).len(), 2, "{ahead}");
    }
}

#[tokio::test]
async fn a_jump_ends_no_watch_and_delays_none() {
    for ahead in [3 * HOUR, -HOUR, 365 * 24 * HOUR] {
        let stage = Stage::new().await;
        let bot = stage.bot().await;
        let (asked, _) = stage.watching().await;
        let others: Vec<_> = (0..4)
            .map(|n| format!("grok:{n}0000000-aaaa"))
            .map(|id| {
                stage.task(&id, [running(&id)]);
                (stage.ask(&id), id)
            })
            .collect();
        for (other, _) in &others {
            stage.titled(other, "Making your video").await;
        }
        stage.set_clock(ahead);
        warned(&bot, ahead).await;
        let polls = stage.sandbox.until(|view| Some(view.polls(TASK))).await;
        let asked_again = |view: &View<'_>| (view.polls(TASK) > polls + 1).then_some(());
        stage.sandbox.until(asked_again).await;
        stage.set_clock(0);
        warned(&bot, -ahead).await;
        stage.task(TASK, [stage.done(TASK)]);
        for (_, id) in &others {
            stage.task(id, [stage.done(id)]);
        }
        stage.titled(&asked, "Your video is ready").await;
        for (other, _) in &others {
            stage.titled(other, "Your video is ready").await;
        }
        stage.pinged(5).await;
        bot.stop().await;
        assert_eq!(stage.pings().len(), 5, "{ahead}");
    }
}

#[tokio::test]
async fn a_start_after_the_clock_went_back_delays_nobody() {
    let stage = Stage::new().await;
    stage.set_clock(HOUR);
    let bot = stage.bot().await;
    let (asked, _) = stage.watching().await;
    bot.kill();
    stage.set_clock(0);
    let bot = stage.bot().await;
    stage.task(TASK, [stage.done(TASK)]);
    stage.titled(&asked, "Your video is ready").await;
    stage.pinged(1).await;
    bot.stop().await;
}
