//! The door for scripts: a watch is ordered over HTTP, and is one like any other.

use sandbox::{Channel, Message};
use serde_json::{Value, json};
use testing::{Bot, Stage, TASK, running, title};

use super::caller::{Caller, OTHER, TOKEN};

/// A bot with the door.
pub(super) async fn bot(stage: &Stage) -> Bot {
    bot_with(stage, &[]).await
}

pub(super) async fn bot_with(stage: &Stage, changes: &[(&'static str, &str)]) -> Bot {
    let tokens = format!("{TOKEN}, {OTHER}");
    let mut all = vec![("API_TOKEN", tokens.as_str())];
    all.extend(changes);
    stage.bot_with(&all).await
}

/// An order for the ordinary channel that mentions Ada.
pub(super) fn here(stage: &Stage) -> Value {
    json!({
        "id": TASK,
        "channel_id": stage.sandbox.channel().id.to_string(),
        "mention": stage.sandbox.person("ada").id.to_string(),
    })
}

/// The bot's messages in a channel that are about the task and tell nobody of its end,
/// once `look` finds one of them.
pub(super) async fn shown(stage: &Stage, place: &Channel, words: &str) -> Message {
    stage
        .sandbox
        .until(|view| {
            let mut messages = view.messages(place);
            messages
                .find(|message| title(message).contains(words))
                .cloned()
        })
        .await
}

/// The messages of the channel that have a box.
pub(super) fn boxes(stage: &Stage, place: &Channel) -> Vec<Message> {
    let mut messages = stage.sandbox.messages(place);
    messages.retain(|message| !title(message).is_empty());
    messages
}

#[tokio::test]
async fn a_script_orders_what_a_person_asks_for() {
    let stage = Stage::new().await;
    let bot = bot(&stage).await;
    let (caller, channel) = (Caller::of(&bot, TOKEN), stage.sandbox.channel());
    let mut progress = running(TASK);
    progress["progress"] = 40.into();
    stage.task(TASK, [progress]);
    let told = caller.order(here(&stage)).await;
    assert_eq!(told.status, 201, "{told:?}");
    assert_eq!(told.text("task_id"), TASK);
    assert!(matches!(told.text("state"), "asked" | "live"), "{told:?}");
    let id = told.text("id").to_owned();
    assert_eq!(told.headers["location"], format!("/api/watches/{id}"));

    let message = shown(&stage, &channel, "Making your video").await;
    assert_eq!(message.pings, [], "nobody is disturbed by a beginning");
    let live = caller.until(&id, |watch| watch["message_url"].is_string());
    let live = live.await;
    let link = format!("/{}/{}", channel.id, message.id);
    assert!(live["message_url"].as_str().unwrap().ends_with(&link));
    assert_eq!(
        (&live["state"], &live["progress"]),
        (&json!("live"), &json!(40))
    );
    assert_eq!(live["outcome"], Value::Null);

    stage.task(TASK, [stage.done(TASK)]);
    let ended = caller.until(&id, |watch| watch["state"] == "ended").await;
    assert_eq!(ended["outcome"], "completed");
    assert!(ended["video_url"].as_str().unwrap().ends_with("/clip.mp4"));
    let ready = boxes(&stage, &channel);
    assert_eq!(ready.len(), 1, "{}", stage.sandbox.dump());
    assert_eq!(ready[0].id, message.id, "the same message is edited");
    assert_eq!(ready[0].attachments.len(), 1);
    let pings = stage.pinged(1).await;
    assert_eq!(pings[0].pings, [stage.sandbox.person("ada").id]);
    assert_eq!(pings[0].reference, Some(message.id));
    let list = caller.list(&format!("task_id={TASK}")).await;
    assert_eq!(list.body["watches"][0]["id"], id.as_str());
}

#[tokio::test]
async fn who_is_mentioned_hears_of_an_end_that_was_there_already() {
    let stage = Stage::new().await;
    let bot = bot(&stage).await;
    stage.task(TASK, [stage.done(TASK)]);
    let caller = Caller::of(&bot, TOKEN);
    assert_eq!(caller.order(here(&stage)).await.status, 201);
    let message = shown(&stage, &stage.sandbox.channel(), "Your video is ready").await;
    assert_eq!(stage.pinged(1).await[0].reference, Some(message.id));
    // Without a mention nobody does.
    let told = caller.order(json!({ "id": TASK, "channel_id": message.channel.to_string() }));
    let id = told.await.text("id").to_owned();
    caller.until(&id, |watch| watch["state"] == "ended").await;
    assert_eq!(stage.pings().len(), 1);
}

#[tokio::test]
async fn its_buttons_and_its_language_are_those_of_any_watch() {
    let stage = Stage::new().await;
    let bot = bot(&stage).await;
    let (caller, channel) = (Caller::of(&bot, TOKEN), stage.sandbox.channel());
    stage.task(TASK, [running(TASK)]);
    let mut order = here(&stage);
    order["locale"] = "de".into();
    let id = caller.order(order).await.text("id").to_owned();
    let message = shown(&stage, &channel, "Dein Video").await;
    stage.pressed("ben", &message, "notify").await;
    // It is Ada's, and stays so though a press has brought a token.
    stage.pressed("ben", &message, "stop").await;
    stage.pressed("ada", &message, "stop").await;
    let ended = caller.until(&id, |watch| watch["state"] == "ended").await;
    assert_eq!(ended["outcome"], "stopped");
    let told = stage.pinged(1).await;
    assert_eq!(told[0].pings, [stage.sandbox.person("ben").id]);
}

#[tokio::test]
async fn an_order_for_a_person_comes_as_a_direct_message() {
    let stage = Stage::new().await;
    let bot = bot(&stage).await;
    let (caller, ada) = (Caller::of(&bot, TOKEN), stage.sandbox.person("ada"));
    stage.task(TASK, [running(TASK)]);
    let told = caller
        .order(json!({ "id": TASK, "private_to": ada.id.to_string() }))
        .await;
    assert_eq!(told.status, 201, "{told:?}");
    let dm = stage.sandbox.dm(&ada);
    let message = shown(&stage, &dm, "Making your video").await;
    stage.task(TASK, [stage.done(TASK)]);
    caller
        .until(told.text("id"), |watch| watch["state"] == "ended")
        .await;
    let messages = stage.sandbox.messages(&dm);
    assert_eq!(boxes(&stage, &dm)[0].id, message.id);
    assert_eq!(messages.len(), 2, "the box, and a notification");
    assert_eq!(messages[1].reference, Some(message.id));
    let nobody = caller
        .order(json!({ "id": TASK, "private_to": "123456789012345678" }))
        .await;
    assert_eq!(nobody.status, 403, "{nobody:?}");
}

#[tokio::test]
async fn a_stopped_watch_says_so_and_stays_stopped() {
    let stage = Stage::new().await;
    let bot = bot(&stage).await;
    let (caller, channel) = (Caller::of(&bot, TOKEN), stage.sandbox.channel());
    stage.task(TASK, [running(TASK)]);
    let told = caller.order(here(&stage)).await;
    shown(&stage, &channel, "Making your video").await;
    for _ in 0..2 {
        assert_eq!(caller.stop(told.text("id")).await.status, 204);
    }
    let ended = caller.get(told.text("id")).await;
    assert_eq!(
        (ended.text("state"), ended.text("outcome")),
        ("ended", "stopped")
    );
    shown(&stage, &channel, "Stopped").await;
    assert_eq!(stage.pinged(1).await.len(), 1, "Ada is told");
    for id in ["1", "x", "-1", "99999999999999999999999"] {
        assert_eq!(caller.stop(id).await.status, 404, "{id}");
    }
}
