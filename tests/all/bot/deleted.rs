//! Somebody deletes the bot's message, and whoever was promised an answer still gets it.

use sandbox::{Fault, Point};
use serde_json::json;
use testing::{Stage, TASK};

use super::told::{SECONDS, close_dms, passes};

const SEND: &str = "POST /channels/{channel}/messages";

/// The video is being made, and changes once more.
fn progresses(stage: &Stage, percent: u8) {
    let body = json!({ "id": TASK, "status": "processing", "progress": percent });
    stage.task(TASK, [body]);
}

/// Somebody removes the message while the video is made.
#[tokio::test]
async fn a_deleted_message_is_told_once_and_its_end_as_promised() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    stage.fetched().await;
    let (_, message) = stage.watching().await;
    stage.sandbox.delete_message(&message);
    for percent in [40, 60] {
        progresses(&stage, percent);
        passes(&stage, SECONDS).await;
        stage.dms(1).await;
    }
    stage.task(TASK, [stage.done(TASK)]);
    let told = stage.dms(2).await;
    bot.stop().await;
    assert!(
        told[0].content.contains("Somebody deleted my message"),
        "{}",
        told[0].content
    );
    assert!(told[0].embeds.to_string().contains(TASK));
    assert!(
        told[1].content.contains("Your video is ready"),
        "{}",
        told[1].content
    );
    assert!(
        !told[1].content.contains(&message.id.to_string()),
        "a link that leads nowhere"
    );
    assert_eq!(told[1].attachments.len(), 1, "the video comes along");
    assert_eq!((stage.dms(2).await.len(), stage.pings().len()), (2, 0));
}

/// The deletion is found at the end: then the end is all there is to say.
#[tokio::test]
async fn an_end_whose_message_is_deleted_is_told_by_direct_message() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let (_, message) = stage.watching().await;
    stage.sandbox.delete_message(&message);
    stage.task(TASK, [stage.done(TASK)]);
    let told = stage.dms(1).await;
    bot.stop().await;
    assert!(
        told[0].content.contains("Your video is ready"),
        "{}",
        told[0].content
    );
    assert_eq!((stage.dms(1).await.len(), stage.pings().len()), (1, 0));
}

#[tokio::test]
async fn a_deleted_message_of_somebody_without_direct_messages_ends_in_a_mention() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    close_dms(&stage);
    let (_, message) = stage.watching().await;
    stage.sandbox.delete_message(&message);
    stage.task(TASK, [stage.done(TASK)]);
    let ping = stage.pinged(1).await.remove(0);
    bot.stop().await;
    let ada = stage.sandbox.person("ada").id;
    assert_eq!((ping.pings.as_slice(), ping.reference), (&[ada][..], None));
    assert_eq!(stage.pings().len(), 1);
}

#[tokio::test]
async fn a_deleted_message_is_nothing_to_whoever_wants_no_notification() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let (_, message) = stage.watching_with(json!({ "notify": "off" })).await;
    stage.sandbox.delete_message(&message);
    progresses(&stage, 40);
    let over = "UPDATE watches SET failures = 0 WHERE state = 'ended'";
    passes(&stage, over).await;
    bot.stop().await;
    assert_eq!((stage.dms(0).await.len(), stage.pings().len()), (0, 0));
}

/// The news of the deletion is sent and the bot dies, or Discord is not itself.
#[tokio::test]
async fn the_news_of_a_deletion_survives_a_kill_and_a_bad_minute() {
    for point in [Some(Point::Before), Some(Point::After), None] {
        let stage = Stage::new().await;
        let mut bot = stage.bot().await;
        let (_, message) = stage.watching().await;
        stage.sandbox.delete_message(&message);
        if let Some(point) = point {
            let progress = || progresses(&stage, 40);
            bot = stage.killed_at(bot, SEND, point, progress).await;
        } else {
            let down = Fault::on(SEND).reply(503, json!({}));
            stage.sandbox.fault(down);
            progresses(&stage, 40);
        }
        stage.dms(1).await;
        stage.task(TASK, [stage.done(TASK)]);
        let told = stage.dms(2).await;
        bot.stop().await;
        assert!(told[0].content.contains("Somebody deleted"), "{point:?}");
        assert_eq!(stage.dms(2).await.len(), 2, "{point:?}");
    }
}

#[tokio::test]
async fn who_asked_to_be_told_is_told_though_the_message_is_deleted() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let (_, message) = stage.watching().await;
    let ben = stage.sandbox.person("ben");
    stage.pressed("ben", &message, "notify:").await;
    stage.sandbox.delete_message(&message);
    stage.task(TASK, [stage.done(TASK)]);
    let ping = stage.pinged(1).await.remove(0);
    assert_eq!(
        (ping.pings.as_slice(), ping.reference),
        ([ben.id].as_slice(), None)
    );
    bot.stop().await;
    assert_eq!(stage.pings().len(), 1);
}
