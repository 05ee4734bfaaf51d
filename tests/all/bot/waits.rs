//! The bot waits as long as Discord asks, and no such wait ends a watch.

use std::time::Duration;

use sandbox::Fault;
use serde_json::json;
use testing::{Bot, Stage, TASK, running, timings, title};
use videostatus::app::Timings;

const ORIGINAL: &str = "PATCH /webhooks/{app}/{token}/messages/@original";

/// The last edit is refused like this once; the end is shown and told all the
/// same, once.
async fn ends_once_after(status: u16, code: u32) {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let (asked, _) = stage.watching().await;
    let body = json!({ "message": "not now", "code": code, "retry_after": 0.3 });
    stage
        .sandbox
        .fault(Fault::on(ORIGINAL).times(1).reply(status, body));
    stage.task(TASK, [stage.done(TASK)]);
    stage.titled(&asked, "Your video is ready").await;
    stage.pinged(1).await;
    bot.stop().await;
    assert_eq!(stage.pings().len(), 1, "{status} {code}");
    let edits = stage
        .sandbox
        .requests()
        .iter()
        .filter(|request| request.name() == ORIGINAL && request.status == Some(status))
        .count();
    assert_eq!(edits, 1, "{status} {code}: it was refused once");
}

#[tokio::test]
async fn limits_and_passing_trouble_are_no_end() {
    // 30046: edits of old messages; 20016, 20028, 20029: slowmode and write
    // limits; 40062, 130000: overloads.
    tokio::join!(
        ends_once_after(429, 30046),
        ends_once_after(400, 20016),
        ends_once_after(429, 20028),
        ends_once_after(429, 20029),
        ends_once_after(429, 40062),
        ends_once_after(503, 130_000),
        ends_once_after(408, 0),
    );
}

/// A gateway before Discord (Cloudflare, a proxy) speaks no Discord JSON.
#[tokio::test]
async fn a_refusal_that_is_not_discords_own_is_no_end() {
    tokio::join!(ends_once_after(403, 0), ends_once_after(404, 0));
}

#[tokio::test]
async fn a_progress_edit_that_is_refused_for_good_does_not_end_the_watch() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let (asked, _) = stage.watching().await;
    let body = json!({ "message": "Invalid Form Body", "code": 50035 });
    stage
        .sandbox
        .fault(Fault::on(ORIGINAL).always().reply(400, body));
    stage.task(TASK, [json!({ "id": TASK, "status": "pending" })]);
    stage
        .sandbox
        .until(|view| {
            let refused = view.requests().filter(|one| one.status == Some(400));
            (refused.count() == 2).then_some(())
        })
        .await;
    stage.sandbox.heal();
    stage.task(TASK, [stage.done(TASK)]);
    stage.titled(&asked, "Your video is ready").await;
    bot.stop().await;
}

#[tokio::test]
async fn a_code_that_nobody_knows_is_not_the_forms_fault() {
    // 40333: Cloudflare before Discord; 40004, 40006: switched off for now; 98765:
    // none of Discord's.
    tokio::join!(
        ends_once_after(403, 40333),
        ends_once_after(400, 40004),
        ends_once_after(400, 40006),
        ends_once_after(403, 98765),
    );
}

#[tokio::test]
async fn the_ping_survives_a_code_that_nobody_knows() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    stage.watching().await;
    let send = "POST /channels/{channel}/messages";
    let body = json!({ "message": "internal network error", "code": 40333 });
    stage
        .sandbox
        .fault(Fault::on(send).times(1).reply(403, body));
    stage.sandbox.fault(
        Fault::on(send)
            .times(1)
            .reply(403, json!({ "message": "?", "code": 98765 })),
    );
    stage.task(TASK, [stage.done(TASK)]);
    stage.pinged(1).await;
    bot.stop().await;
    assert_eq!(stage.pings().len(), 1);
}

/// The acknowledgement fails once, or works and is not heard of: either way people
/// wait for no lease, and hear of the end.
#[tokio::test]
async fn an_acknowledgement_is_tried_again_at_once() {
    let callback = "POST /interactions/{id}/{token}/callback";
    let bad = || json!({ "message": "bad", "code": 0 });
    for fault in [
        Fault::on(callback).times(1).reply(500, bad()),
        Fault::on(callback)
            .times(1)
            .after_effect()
            .reply(502, bad()),
        Fault::on(callback).times(1).drop_connection(),
    ] {
        let stage = Stage::new().await;
        let mut variables = stage.variables();
        variables.insert("HTTP_ADDR", "127.0.0.1:0".to_owned());
        let timings = Timings {
            work_lease: Duration::from_secs(60),
            ..timings()
        };
        let bot = Bot::start_timed(variables, timings).await.unwrap();
        stage.connected().await;
        stage.sandbox.fault(fault);
        let begun = std::time::Instant::now();
        stage.task(TASK, [running(TASK)]);
        let asked = stage.ask(TASK);
        stage.titled(&asked, "Making your video").await;
        assert!(begun.elapsed() < Duration::from_secs(3));
        stage.task(TASK, [stage.done(TASK)]);
        stage.titled(&asked, "Your video is ready").await;
        stage.pinged(1).await;
        bot.stop().await;
    }
}

#[tokio::test]
async fn whoever_waited_is_told_within_a_minute_though_the_end_cannot_be_shown() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let (asked, _) = stage.watching().await;
    stage
        .sandbox
        .fault(Fault::on(ORIGINAL).reply(403, json!({ "code": 40333 })));
    let done = stage.done(TASK);
    stage.task(TASK, [done.clone()]);
    // A minute passes while Discord does not take the end.
    let a_minute = "UPDATE watches SET ending_since = ending_since - 60000 WHERE ending_since > 0";
    while !stage.altered(a_minute).await {
        tokio::task::yield_now().await;
    }
    let ping = stage.pinged(1).await.remove(0);
    assert!(
        ping.content.contains("Your video is ready"),
        "{}",
        ping.content
    );
    let link = done["video_url"].as_str().unwrap();
    assert!(ping.content.contains(link), "{}", ping.content);
    assert!(!title(&asked.original().unwrap()).contains("ready"));
    stage.sandbox.heal();
    let message = stage.ready(&asked).await;
    assert_eq!(message.attachments.len(), 1, "nothing was shed");
    bot.stop().await;
    assert_eq!(stage.pings().len(), 1, "once");
}
