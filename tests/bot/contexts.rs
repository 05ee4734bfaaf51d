//! Where the bot is asked: places that it is no member of, and messages that are
//! not its own.

use sandbox::Message;
use serde_json::json;

use crate::harness::{Stage, TASK, description, running};

#[tokio::test]
async fn in_a_group_of_friends_the_end_comes_by_direct_message() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let [ada, ben] = ["ada", "ben"].map(|name| stage.sandbox.person(name));
    let group = stage.sandbox.private_channel(&[&ada, &ben]);
    stage.task(TASK, [running(TASK)]);
    let options = json!({ "id": TASK });
    let asked = stage
        .sandbox
        .command(&ada, &group, "videostatus", options)
        .unwrap();
    let message = stage.titled(&asked, "being made").await;
    let said = description(&message);
    assert!(said.contains("direct message") && said.contains("ask again"));
    stage.sandbox.expire_tokens();
    stage.task(TASK, [stage.done(TASK)]);
    let dm = stage.sandbox.dm(&ada);
    let told = stage
        .sandbox
        .until(|view| view.messages(&dm).next().cloned());
    assert!(told.await.content.contains(TASK));
    bot.stop().await;
    let by_token = |message: &Message| message.id == asked.original().unwrap().id;
    assert!(stage.sandbox.messages(&group).iter().all(by_token));
    assert_eq!(stage.sandbox.messages(&dm).len(), 1);
}

#[tokio::test]
async fn what_is_not_said_of_the_bots_rights_is_found_out_at_the_end() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    stage.sandbox.leave_out_app_permissions();
    let (asked, message) = stage.watching().await;
    assert!(!description(&message).contains("direct message"));
    stage.sandbox.expire_tokens();
    stage.task(TASK, [stage.done(TASK)]);
    stage.titled(&asked, "Your video is ready").await;
    let pings = stage.pinged(1).await;
    bot.stop().await;
    assert_eq!(pings[0].reference, Some(message.id));
}

#[tokio::test]
async fn the_message_menu_finds_ids_in_embeds() {
    let stage = Stage::new().await;
    let _bot = stage.bot().await;
    let (_, shown) = stage.watching().await;
    assert!(shown.content.is_empty(), "the id is in the embed only");
    let ben = stage.sandbox.person("ben");
    let found = stage
        .sandbox
        .message_command(&ben, &shown, "Check video status")
        .unwrap();
    let message = stage.titled(&found, "being made").await;
    assert_ne!(message.id, shown.id);
    assert!(message.embeds.to_string().contains(TASK));
}
