//! Who may have an announcement posted where: the bot looks before it says that it will,
//! and again at the end.

use std::time::Duration;

use sandbox::{Channel, Fault, Message, permissions};
use serde_json::json;
use testing::{Stage, TASK, running};

use super::announce::{ask_in, watching};

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
            assert!(content.contains("I can't send messages"), "{content}");
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

/// Who may not post in a channel any more when the end comes announces nothing there, and
/// is told where the message is.
#[tokio::test]
async fn a_person_who_was_shut_out_meanwhile_announces_nothing() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let videos = stage.sandbox.channel_named("videos");
    let ada = stage.sandbox.person("ada");
    let (asked, _) = watching(&stage, &videos, json!({})).await;
    let set = |bits| stage.sandbox.person_permissions(&ada, &videos, bits);
    set(permissions::VIEW_CHANNEL);
    stage.task(TASK, [stage.done(TASK)]);
    stage.ready(&asked).await;
    assert_eq!(stage.pinged(1).await[0].pings, [ada.id]);
    assert!(stage.sandbox.messages(&videos).is_empty());
    bot.stop().await;

    // A watch that is followed again is asked for again.
    set(permissions::ORDINARY);
    let bot = stage.bot().await;
    let (asked, message) = watching(&stage, &videos, json!({})).await;
    let press = async |message: &Message, word| {
        let press = stage.press("ada", message, word);
        (press.callback().await.kind, press)
    };
    press(&message, "stop").await;
    let stopped = stage.titled(&asked, "Stopped").await;
    set(permissions::VIEW_CHANNEL);
    let (kind, refused) = press(&stopped, "again").await;
    assert_eq!(kind, 4);
    let said = refused.original().unwrap().content;
    assert!(said.contains("You can't send messages"), "{said}");
    set(permissions::ORDINARY);
    assert_eq!(press(&stopped, "again").await.0, 6);
    bot.stop().await;
}

/// Returns how many refusals Discord has counted towards its ban since the start.
fn refused(stage: &Stage) -> usize {
    let requests = stage.sandbox.requests();
    let refused = |one: &&sandbox::RequestRecord| one.status == Some(403);
    requests.iter().filter(refused).count()
}

#[tokio::test]
async fn a_forbidden_channel_costs_a_handful_of_refusals_however_many_name_it() {
    let stage = Stage::new().await;
    let _bot = stage.bot().await;
    let videos = stage.sandbox.channel_named("videos");
    stage.sandbox.permissions(&videos, 0);
    for _ in 0..3 {
        let asked: Vec<_> = (0..15)
            .map(|n| {
                let options = json!({ "id": TASK, "channel": videos.id.to_string() });
                stage.command(&format!("person {n}"), "videostatus", options)
            })
            .collect();
        for one in asked {
            assert_eq!(one.callback().await.kind, 4, "refused at once");
        }
    }
    assert_eq!(refused(&stage), 1);

    // One person with many channels.
    let many: Vec<_> = (0..12)
        .map(|n| {
            let place = stage.sandbox.channel_named(&format!("hidden {n}"));
            stage.sandbox.permissions(&place, 0);
            place
        })
        .collect();
    for place in &many {
        let asked = ask_in(&stage, place, json!({}));
        assert_eq!(asked.callback().await.kind, 4);
    }
    assert_eq!(refused(&stage), 1 + 5);
    // Others go on, and so does this person elsewhere.
    stage.task(TASK, [running(TASK)]);
    stage.titled(&stage.ask(TASK), "Making your video").await;
}

#[tokio::test]
async fn a_look_that_is_given_up_is_counted_and_remembered() {
    let stage = Stage::new().await;
    let _bot = stage.bot().await;
    stage.task(TASK, [running(TASK)]);
    let videos = stage.sandbox.channel_named("videos");
    stage.sandbox.permissions(&videos, 0);
    let slow = Fault::on("GET /channels/{channel}").delay(Duration::from_millis(1500));
    stage.sandbox.fault(slow);
    let asked = ask_in(&stage, &videos, json!({}));
    assert_eq!(asked.callback().await.kind, 5, "too slow to be a refusal");
    stage.answered(403).await;
    let asked = ask_in(&stage, &videos, json!({}));
    assert_eq!(asked.callback().await.kind, 4, "the refusal is remembered");
    assert_eq!(refused(&stage), 1);
}
