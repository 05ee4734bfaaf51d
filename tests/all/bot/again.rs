//! "Follow again", and what a message keeps being about.

use sandbox::Fault;
use serde_json::json;
use testing::{Stage, TASK, control, elsewhere, running};

#[tokio::test]
async fn pressed_twice_it_is_one_watch_and_one_ping() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let (asked, message) = stage.watching().await;
    stage.press("ada", &message, "stop");
    let stopped = stage.titled(&asked, "🛑 Stopped").await;

    let presses = ["ada", "ada", "ben"].map(|name| stage.press(name, &stopped, "again"));
    let mut kinds = Vec::new();
    for press in &presses {
        kinds.push(press.callback().await.kind);
    }
    kinds.sort_unstable();
    assert_eq!(kinds, [4, 4, 6], "one goes on, two are told that it does");
    stage.titled(&asked, "Making your video").await;
    stage.task(TASK, [stage.done(TASK)]);
    stage.pinged(1).await;
    bot.stop().await;
    assert_eq!(stage.pings().len(), 1);
}

#[tokio::test]
async fn after_a_timeout_it_goes_on_with_the_same_message() {
    let stage = Stage::new().await;
    let bot = stage.bot_with(&[("WATCH_TIMEOUT", "1s")]).await;
    stage.task(TASK, [running(TASK)]);
    let asked = stage.ask(TASK);
    let message = stage.titled(&asked, "Not finished after").await;
    stage.pinged(1).await;
    bot.stop().await;
    let bot = stage.bot().await;
    let again = stage.press("ada", &message, "again");
    assert_eq!(again.callback().await.kind, 6);
    stage.titled(&asked, "Making your video").await;
    stage.task(TASK, [stage.done(TASK)]);
    let ready = stage.titled(&asked, "Your video is ready").await;
    stage.pinged(2).await;
    bot.stop().await;
    assert_eq!(ready.id, message.id);
    assert_eq!(stage.pings().len(), 2, "of the timeout, and of the end");
}

#[tokio::test]
async fn a_private_message_stays_private() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let (asked, message) = stage.watching_with(json!({ "private": true })).await;
    stage.press("ada", &message, "stop");
    let stopped = stage.titled(&asked, "🛑 Stopped").await;
    stage.press("ada", &stopped, "again");
    stage.titled(&asked, "Making your video").await;
    stage.task(TASK, [stage.done(TASK)]);
    stage.titled(&asked, "Your video is ready").await;
    assert!(stage.dms(1).await[0].content.contains(TASK));
    bot.stop().await;
    let public = stage.sandbox.messages(&stage.sandbox.channel());
    assert!(public.iter().all(|one| one.ephemeral_for.is_some()));
}

#[tokio::test]
async fn an_end_that_waits_for_discord_outlives_another_command() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let (first, _) = stage.watching().await;
    let edit = "PATCH /webhooks/{app}/{token}/messages/@original";
    stage
        .sandbox
        .fault(Fault::on(edit).always().reply(503, json!({})));
    stage.task(TASK, [stage.done(TASK)]);
    stage.answered(503).await;
    // The provider forgets the task; somebody asks for it again.
    stage.task(TASK, [json!({ "id": TASK, "status": "processing" })]);
    let second = stage.ask(TASK);
    second.callback().await;
    stage.sandbox.heal();
    for asked in [&first, &second] {
        stage.titled(asked, "Your video is ready").await;
    }
    stage.pinged(1).await;
    bot.stop().await;
    assert_eq!(stage.pings().len(), 1, "the second answer was the end");
}

#[tokio::test]
async fn a_video_that_is_only_linked_is_in_the_notification_where_it_plays() {
    let stage = Stage::new().await;
    stage.sandbox.upload_limits(1_000, 1_000);
    let _bot = stage.bot().await;
    stage.watching().await;
    let done = elsewhere(stage.done(TASK));
    stage.task(TASK, [done.clone()]);
    let ping = stage.pinged(1).await.remove(0);
    assert!(ping.content.contains(done["video_url"].as_str().unwrap()));
    assert_eq!(ping.embeds, json!([]), "beside an embed it would not play");
}

#[tokio::test]
async fn a_private_message_follows_again_by_the_token_of_a_press() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    stage.task(TASK, [json!({ "id": TASK, "status": "pending" })]);
    let asked = stage.ask_with(json!({ "private": true }));
    let message = stage.titled(&asked, "Waiting in the queue").await;
    stage.sandbox.expire_tokens();
    // An edit finds out that the token is over: nothing but a direct message is left.
    stage.task(TASK, [running(TASK)]);
    stage.answered(401).await;
    let older = control(&message, "stop").replace("stop", "refresh");
    let ada = stage.sandbox.person("ada");
    let refresh = stage
        .sandbox
        .press_of_before(&ada, &message, &older)
        .unwrap();
    assert_eq!(refresh.callback().await.kind, 6);
    let progress = json!({ "id": TASK, "status": "processing", "progress": 40 });
    stage.task(TASK, [progress]);
    let message = stage.titled(&asked, "Making your video").await;
    stage.press("ada", &message, "stop");
    stage.titled(&asked, "🛑 Stopped").await;
    bot.stop().await;
    assert!(
        stage.dms(0).await.is_empty(),
        "who stops a watch needs no message about it"
    );
}

/// The notification of the stop is a reply to the same message, and not a minute old.
#[tokio::test]
async fn the_ping_of_a_stop_is_not_taken_for_that_of_the_end() {
    let stage = Stage::forgetting_nonces().await;
    let bot = stage.bot().await;
    let (asked, message) = stage.watching().await;
    stage.pressed("ben", &message, "notify").await;
    stage.pressed("ada", &message, "stop").await;
    stage.pinged(1).await;
    let stopped = stage.titled(&asked, "🛑 Stopped").await;
    stage.pressed("ada", &stopped, "again").await;
    stage.titled(&asked, "Making your video").await;
    let post = "POST /channels/{channel}/messages";
    stage
        .sandbox
        .fault(Fault::on(post).always().reply(500, json!({})));
    stage.task(TASK, [stage.done(TASK)]);
    stage.answered(500).await;
    stage.sandbox.heal();
    let pings = stage.pinged(2).await;
    assert!(pings[1].content.contains("Your video is ready"));
    bot.stop().await;
}
