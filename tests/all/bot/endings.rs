//! Every other end of a watch, each with its own honest sentence.

use std::time::Duration;

use sandbox::{Reply, Script};
use serde_json::json;
use testing::{Stage, TASK, description, running, title};

const RED: u32 = 0x00ED_4245;

#[tokio::test]
async fn a_failed_task_says_why_and_tells_who_waited() {
    let stage = Stage::new().await;
    let _bot = stage.bot().await;
    let failed = json!({ "id": TASK, "status": "failed", "error": "Prompt was refused", "status_update_time": 1 });
    stage.task(TASK, [running(TASK), failed]);
    let interaction = stage.ask(TASK);
    let message = stage
        .titled(&interaction, "The video could not be made")
        .await;
    assert_eq!(message.embeds[0]["color"], RED);
    assert!(message.embeds.to_string().contains("Prompt was refused"));
    let pings = stage.pinged(1).await;
    assert_eq!((pings.len(), pings[0].reference), (1, Some(message.id)));
    assert!(
        pings[0].content.contains("The video could not be made"),
        "{}",
        pings[0].content
    );
}

#[tokio::test]
async fn an_unknown_id_is_told_at_once() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let interaction = stage.ask("grok:nobody-made-this");
    let message = stage.titled(&interaction, "No video with this ID").await;
    assert!(
        description(&message).contains("another account"),
        "{}",
        description(&message)
    );
    bot.stop().await;
    assert_eq!(
        stage.sandbox.video().polls("grok:nobody-made-this").len(),
        1
    );
    assert_eq!(stage.pings().len(), 0);
}

#[tokio::test]
async fn a_refused_key_is_told_without_the_key() {
    let stage = Stage::new().await;
    let _bot = stage.bot().await;
    stage.sandbox.video().require_key(Some("another-key"));
    stage.task(TASK, [running(TASK)]);
    let interaction = stage.ask(TASK);
    let message = stage.titled(&interaction, "turned me away").await;
    assert!(!message.embeds.to_string().contains("sk-the-api-key"));
}

#[tokio::test]
async fn a_timeout_is_amber_and_never_called_a_failure() {
    let stage = Stage::new().await;
    let _bot = stage.bot_with(&[("WATCH_TIMEOUT", "1s")]).await;
    stage.task(TASK, [running(TASK)]);
    let interaction = stage.ask(TASK);
    let message = stage.titled(&interaction, "Not finished after").await;
    assert_ne!(message.embeds[0]["color"], RED);
    assert!(!message.embeds.to_string().to_lowercase().contains("fail"));
    assert_eq!(stage.pinged(1).await.len(), 1);
}

#[tokio::test]
async fn a_service_that_is_down_is_told_and_watched_on() {
    let stage = Stage::new().await;
    let _bot = stage.bot().await;
    stage.task(TASK, [stage.done(TASK)]);
    stage.sandbox.video().down(true);
    let interaction = stage.ask(TASK);
    stage
        .titled(&interaction, "No answer from the video service")
        .await;
    stage.sandbox.video().down(false);
    stage.titled(&interaction, "Your video is ready").await;
    assert_eq!(stage.pinged(1).await.len(), 1);
}

#[tokio::test]
async fn a_deleted_message_that_nobody_waits_for_ends_the_watch_and_its_polls() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let replies = [
        (Duration::ZERO, Reply::json(200, running(TASK))),
        // A visible change, so that the bot comes to see that it is gone.
        (
            Duration::from_secs(1),
            Reply::json(200, json!({ "id": TASK, "status": "pending" })),
        ),
    ];
    stage.sandbox.video().task(TASK, Script::timeline(replies));
    let interaction = stage.ask_with(json!({ "notify": "off" }));
    let message = stage.titled(&interaction, "Making your video").await;
    stage.sandbox.delete_message(&message);
    stage
        .sandbox
        .until(|view| {
            view.requests()
                .any(|r| r.method == "PATCH" && r.status == Some(404))
                .then_some(())
        })
        .await;
    // A second task takes many polls; the first takes none after its watch ended.
    stage.task("other", [running("other")]);
    stage.ask("other");
    let polls = |view: &sandbox::View<'_>, id| view.polls(id);
    stage
        .sandbox
        .until(|view| (polls(view, "other") >= 2).then_some(()))
        .await;
    let before = stage.sandbox.video().polls(TASK).len();
    stage
        .sandbox
        .until(|view| (polls(view, "other") >= 8).then_some(()))
        .await;
    assert_eq!(stage.sandbox.video().polls(TASK).len(), before);
    bot.stop().await;
    assert_eq!(stage.pings().len(), 0);
}

#[tokio::test]
async fn what_is_no_id_is_answered_privately_and_asks_nobody() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let long = "x".repeat(6000);
    let bad = ["", "   ", &long, "a\nb", "../x", "a&id=b", "@everyone"];
    for id in bad {
        let interaction = stage.ask(id);
        let callback = interaction.callback().await;
        assert_eq!(callback.kind, 4, "{id:?}");
        assert_eq!(callback.data["flags"], 64);
        let message = interaction.original().unwrap();
        assert!(
            message.content.contains("looks like"),
            "{}",
            message.content
        );
        assert_eq!(message.ephemeral_for, Some(stage.sandbox.person("ada").id));
        assert!(!message.pings_everyone);
    }
    bot.stop().await;
    let asked = stage
        .sandbox
        .requests()
        .into_iter()
        .filter(|r| r.path.contains("/v1/video"))
        .count();
    assert_eq!(asked, 0);
    let shown = stage.sandbox.messages(&stage.sandbox.channel());
    assert!(shown.iter().all(|message| title(message).is_empty()));
}
