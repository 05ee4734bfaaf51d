//! What Discord asks to wait for is waited for, and nothing of it is an end.

use sandbox::Fault;
use serde_json::json;

use crate::harness::{Stage, TASK};

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
