//! The announcement in another channel.

use std::time::Duration;

use sandbox::{Channel, Fault, Interaction, permissions};
use serde_json::{Value, json};

use crate::harness::{Stage, TASK, running};

/// Ada asks for an announcement in `place`.
fn ask_in(stage: &Stage, place: &Channel, more: Value) -> Interaction {
    let mut options = json!({ "id": TASK, "channel": place.id.to_string() });
    let more = more.as_object().cloned().unwrap_or_default();
    options.as_object_mut().unwrap().extend(more);
    let (ada, channel) = (stage.sandbox.person("ada"), stage.sandbox.channel());
    stage
        .sandbox
        .command(&ada, &channel, "videostatus", options)
        .unwrap()
}

#[tokio::test]
async fn the_bot_says_at_once_where_it_may_not_post() {
    let stage = Stage::new().await;
    let _bot = stage.bot().await;
    stage.task(TASK, [running(TASK)]);
    let (videos, thread) = (
        stage.sandbox.channel_named("videos"),
        stage.sandbox.thread(),
    );
    let refused = async |place: &Channel| {
        let asked = ask_in(&stage, place, json!({}));
        let callback = asked.callback().await;
        let content = asked.original().unwrap().content;
        if callback.kind == 4 {
            assert!(content.contains("I cannot send messages"), "{content}");
        }
        callback.kind == 4
    };
    let ordinary = permissions::ORDINARY;
    assert!(!refused(&videos).await && !refused(&thread).await);

    // Seen, but not to be written in.
    stage
        .sandbox
        .permissions(&videos, ordinary & !permissions::SEND_MESSAGES);
    assert!(refused(&videos).await);
    stage.sandbox.permissions(&videos, 0);
    assert!(refused(&videos).await, "unseen");

    // A thread takes its channel's permissions, and needs another one.
    let general = stage.sandbox.channel();
    let set = |bits| stage.sandbox.permissions(&general, bits);
    set(ordinary & !permissions::SEND_MESSAGES);
    assert!(!refused(&thread).await);
    set(ordinary & !permissions::SEND_MESSAGES_IN_THREADS);
    assert!(refused(&thread).await);
    set(ordinary);
    stage.sandbox.change_channel(&thread, |thread| {
        (thread.archived, thread.locked) = (true, true);
    });
    assert!(refused(&thread).await, "locked");
    set(ordinary | permissions::MANAGE_THREADS);
    assert!(!refused(&thread).await);
}

#[tokio::test]
async fn a_look_that_takes_too_long_or_fails_is_no_refusal() {
    let stage = Stage::new().await;
    let _bot = stage.bot().await;
    stage.task(TASK, [running(TASK)]);
    let videos = stage.sandbox.channel_named("videos");
    stage.sandbox.permissions(&videos, 0);
    let slow = Fault::on("GET /channels/{channel}").delay(Duration::from_secs(5));
    stage.sandbox.fault(slow);
    let asked = ask_in(&stage, &videos, json!({}));
    assert_eq!(asked.callback().await.kind, 5);
    let broken = Fault::on("GET /channels/{channel}").reply(500, json!({}));
    stage.sandbox.fault(broken);
    let asked = ask_in(&stage, &videos, json!({}));
    assert_eq!(asked.callback().await.kind, 5);
}
