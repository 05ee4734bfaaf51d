//! "Follow again", and what a message keeps being about.

use sandbox::{Fault, Interaction, Message};
use serde_json::json;
use testing::{Stage, TASK, elsewhere, running};

fn press(stage: &Stage, name: &str, message: &Message, id: &str) -> Interaction {
    let person = stage.sandbox.person(name);
    stage.sandbox.press(&person, message, id).unwrap()
}

/// The custom id of the message's button whose id holds `word`.
fn button(message: &Message, word: &str) -> String {
    let text = message.components.to_string();
    let mut words = text.split('"').filter(|id| id.starts_with("vs:"));
    words.find(|id| id.contains(word)).unwrap().to_owned()
}

/// Ada asks so that only she sees the answer.
fn ask_privately(stage: &Stage) -> Interaction {
    let (ada, channel) = (stage.sandbox.person("ada"), stage.sandbox.channel());
    let options = json!({ "id": TASK, "private": true });
    stage
        .sandbox
        .command(&ada, &channel, "videostatus", options)
        .unwrap()
}

#[tokio::test]
async fn pressed_twice_it_is_one_watch_and_one_ping() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let (asked, message) = stage.watching().await;
    press(&stage, "ada", &message, &button(&message, "stop"));
    let stopped = stage.titled(&asked, "🛑 Stopped").await;

    let again = button(&stopped, "again");
    let presses = ["ada", "ada", "ben"].map(|name| press(&stage, name, &stopped, &again));
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
    let again = press(&stage, "ada", &message, &button(&message, "again"));
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
    stage.task(TASK, [running(TASK)]);
    let asked = ask_privately(&stage);
    let message = stage.titled(&asked, "Making your video").await;
    press(&stage, "ada", &message, &button(&message, "stop"));
    let stopped = stage.titled(&asked, "🛑 Stopped").await;
    press(&stage, "ada", &stopped, &button(&stopped, "again"));
    stage.titled(&asked, "Making your video").await;
    stage.task(TASK, [stage.done(TASK)]);
    stage.titled(&asked, "Your video is ready").await;
    let dm = stage.sandbox.dm(&stage.sandbox.person("ada"));
    let told = stage
        .sandbox
        .until(|view| view.messages(&dm).next().cloned());
    assert!(told.await.content.contains(TASK));
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
    stage
        .sandbox
        .until(|view| {
            let mut failed = view.requests().filter(|one| one.status == Some(503));
            failed.next().map(|_| ())
        })
        .await;
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
    let asked = ask_privately(&stage);
    let message = stage.titled(&asked, "Waiting in the queue").await;
    stage.sandbox.expire_tokens();
    // An edit finds out that the token is over: nothing but a direct message is left.
    stage.task(TASK, [running(TASK)]);
    stage
        .sandbox
        .until(|view| {
            let mut refused = view.requests().filter(|one| one.status == Some(401));
            refused.next().map(|_| ())
        })
        .await;
    let older = button(&message, "stop").replace("stop", "refresh");
    let ada = stage.sandbox.person("ada");
    let refresh = stage
        .sandbox
        .press_of_before(&ada, &message, &older)
        .unwrap();
    assert_eq!(refresh.callback().await.kind, 6);
    let progress = json!({ "id": TASK, "status": "processing", "progress": 40 });
    stage.task(TASK, [progress]);
    let message = stage.titled(&asked, "Making your video").await;
    press(&stage, "ada", &message, &button(&message, "stop"));
    stage.titled(&asked, "🛑 Stopped").await;
    bot.stop().await;
    let dms = stage
        .sandbox
        .messages(&stage.sandbox.dm(&stage.sandbox.person("ada")));
    assert!(
        dms.is_empty(),
        "who stops a watch needs no message about it"
    );
}
