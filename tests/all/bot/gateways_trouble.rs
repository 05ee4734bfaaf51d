//! The trouble of one gateway is nobody else's.

use std::time::{Duration, Instant};

use sandbox::{Fault, Options};
use serde_json::{Value, json};
use testing::{Bot, Stage, TASK, running};

use super::two_gateways::{SECOND, Two};

const QUERY: &str = "GET /v1/video/query";

async fn metric(bot: &Bot, series: &str) -> String {
    let text = reqwest::get(format!("{}/metrics", bot.http)).await.unwrap();
    let text = text.text().await.unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(series));
    let value = line.unwrap_or_else(|| panic!("no {series} in {text}"));
    value.trim().to_owned()
}

#[tokio::test]
async fn a_key_that_one_refuses_keeps_nobody_from_the_other() {
    let two = Two::new().await;
    two.first().video().require_key(Some("another-key"));
    two.other_task(TASK, [running(TASK)]);
    let bot = two.both("first", "second").await;
    two.watching(TASK).await;
    // It may be the first one's, which cannot be asked.
    let refused = two.stage.ask(SECOND);
    two.stage.titled(&refused, "turned me away").await;
    bot.stop().await;
}

#[tokio::test]
async fn an_outage_opens_one_circuit_and_calls_nothing_unknown() {
    let two = Two::new().await;
    let first: Vec<String> = (0..5).map(|n| format!("grok:outage-{n}")).collect();
    for id in &first {
        two.stage.task(id, [running(id)]);
    }
    two.other_task(SECOND, [running(SECOND)]);
    let bot = two.both("outage-first", "outage-second").await;
    let mut asked = Vec::new();
    for id in &first {
        asked.push(two.watching(id).await);
    }
    let second = two.watching(SECOND).await;
    two.first().video().down(true);
    for one in &asked {
        two.stage
            .titled(one, "No answer from the video service")
            .await;
    }
    let circuit = |name: &str| format!("videostatus_provider_circuit_open{{gateway=\"{name}\"}}");
    assert_eq!(metric(&bot, &circuit("outage-first")).await, "1");
    assert_eq!(metric(&bot, &circuit("outage-second")).await, "0");
    let ready = reqwest::get(format!("{}/readyz", bot.http)).await.unwrap();
    let ready: Value = ready.json().await.unwrap();
    let warning = ready["warnings"]["provider"].as_str().unwrap();
    assert!(warning.ends_with(": outage-first"), "{warning}");

    // The second one says that it does not know this one; the first cannot be asked.
    let pasted = two.stage.ask(TASK);
    two.stage
        .titled(&pasted, "No answer from the video service")
        .await;
    assert!(two.polls(TASK)[1] > 0);
    // And one that the second knows is answered all the same.
    let known = "grok:known-by-the-second";
    two.other_task(known, [running(known)]);
    two.watching(known).await;
    two.other_task(SECOND, [two.stage.done(SECOND)]);
    two.stage.titled(&second, "Your video is ready").await;

    two.stage.task(TASK, [two.stage.done(TASK)]);
    two.first().video().down(false);
    for one in &asked {
        two.stage.titled(one, "Making your video").await;
    }
    two.stage.titled(&pasted, "Your video is ready").await;
    let polls = "videostatus_poll_duration_seconds_count";
    for (name, outcome) in [
        ("outage-first", "unavailable"),
        ("outage-first", "running"),
        ("outage-second", "completed"),
        ("outage-second", "not_found"),
    ] {
        let series = format!("{polls}{{gateway=\"{name}\",outcome=\"{outcome}\"}}");
        assert_ne!(metric(&bot, &series).await, "0");
    }
    bot.stop().await;
}

#[tokio::test]
async fn a_pause_that_one_asks_for_is_not_the_others() {
    let two = Two::new().await;
    two.stage.task(TASK, [running(TASK)]);
    two.other_task(SECOND, [running(SECOND)]);
    let bot = two.both("first", "second").await;
    for id in [TASK, SECOND] {
        two.watching(id).await;
    }
    let day = Duration::from_secs(86_400);
    two.first().fault(Fault::on(QUERY).rate_limited(day));
    two.first()
        .until(|view| {
            let mut queries = view.requests().filter(|one| one.name() == QUERY);
            queries.any(|one| one.status == Some(429)).then_some(())
        })
        .await;
    let before = two.polls(TASK)[0];
    // Two seconds are believed, which is ten times POLL_MAX; these take one at most.
    two.asked_more(SECOND, 5).await;
    assert_eq!(two.polls(TASK)[0], before);
    bot.stop().await;
}

/// More people ask a slow gateway than the bot has slots for, and whoever asks the other
/// one is answered at once.
#[tokio::test]
async fn a_crowd_before_a_slow_gateway_is_in_nobody_elses_way() {
    let two = Two::with(Options {
        rate_limits: false,
        ..Stage::options()
    })
    .await;
    let slow = "ids = [\"grok:*\"]\nrate = 1";
    let bot = two
        .bot(&[
            ("slow", two.first(), slow),
            ("quick", &two.other, "rate = 1"),
        ])
        .await;
    let mut crowd = Vec::new();
    for n in 0..100 {
        let id = format!("grok:crowd-{n}");
        two.stage.task(&id, [running(&id)]);
        let (person, options) = (format!("person {n}"), json!({ "id": id }));
        crowd.push(two.stage.command(&person, "videostatus", options));
    }
    for one in &crowd {
        assert_eq!(one.callback().await.kind, 5);
    }
    two.other_task(SECOND, [running(SECOND)]);
    let begun = Instant::now();
    two.watching(SECOND).await;
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(5), "{took:?}");
    let asked = |view: &sandbox::View<'_>| {
        let queries = view.requests().filter(|one| one.name() == QUERY);
        queries.count()
    };
    assert!(two.first().look(asked) < 50, "the crowd still waits");
    bot.kill();
}
