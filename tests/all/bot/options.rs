//! The command's options, and the limits of a person.

use sandbox::{Message, permissions};
use serde_json::json;
use testing::{Stage, TASK, answer, running};

#[tokio::test]
async fn a_private_watch_is_seen_by_one_and_told_by_direct_message() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    stage.fetched().await;
    let (_, shown) = stage.watching_with(json!({ "private": true })).await;
    assert_eq!(shown.ephemeral_for, Some(stage.sandbox.person("ada").id));
    assert!(
        shown.embeds.to_string().contains("direct message"),
        "what will happen is said at once"
    );
    stage.sandbox.expire_tokens();
    stage.task(TASK, [stage.done(TASK)]);
    let told = stage.dms(1).await.remove(0);
    assert!(
        told.content.contains(TASK) && told.content.contains("ready"),
        "{}",
        told.content
    );
    assert_eq!(told.attachments.len(), 1, "the video comes along");
    bot.stop().await;
    assert_eq!(stage.pings().len(), 0);
    assert_eq!(stage.dms(1).await.len(), 1);
}

#[tokio::test]
async fn notify_says_where_one_is_told() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    for (id, notify) in [("grok:dm-0001", "dm"), ("grok:off-0002", "off")] {
        stage.task(id, [running(id)]);
        let asked = stage.ask_with(json!({ "id": id, "notify": notify }));
        stage.titled(&asked, "Making your video").await;
        stage.task(id, [stage.done(id)]);
        stage.titled(&asked, "Your video is ready").await;
    }
    let told = stage.dms(1).await.remove(0);
    assert!(told.content.contains("grok:dm-0001"));
    bot.stop().await;
    assert_eq!(stage.pings().len(), 0);
    assert_eq!(stage.dms(1).await.len(), 1);
}

#[tokio::test]
async fn another_channel_gets_the_announcement_if_both_may_post_there() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let videos = stage.sandbox.channel_named("videos");
    let ada = stage.sandbox.person("ada");
    let options = json!({ "channel": videos.id.to_string() });
    stage.task(TASK, [running(TASK)]);

    stage
        .sandbox
        .person_permissions(&ada, &videos, permissions::VIEW_CHANNEL);
    let refused = stage.ask_with(options.clone());
    assert_eq!(refused.callback().await.kind, 4);
    assert!(answer(&refused).contains("You can't send messages"));
    stage
        .sandbox
        .person_permissions(&ada, &videos, permissions::ORDINARY);
    let hidden = stage.sandbox.channel_named("hidden");
    stage.sandbox.permissions(&hidden, 0);
    let refused = stage.ask_with(json!({ "channel": hidden.id.to_string() }));
    refused.callback().await;
    assert!(answer(&refused).contains("I can't send messages"));

    let asked = stage.ask_with(options);
    stage.titled(&asked, "Making your video").await;
    stage.task(TASK, [stage.done(TASK)]);
    let pinged = |message: &&Message| !message.pings.is_empty();
    let told = stage
        .sandbox
        .until(|view| view.messages(&videos).find(pinged).cloned())
        .await;
    assert_eq!(told.pings, [ada.id]);
    assert!(
        told.content
            .contains(&asked.original().unwrap().id.to_string()),
        "it links to the message"
    );
    bot.stop().await;
    assert_eq!(stage.pings().len(), 0, "not in the channel of the command");
}

#[tokio::test]
async fn a_person_has_a_limit_of_watches_that_a_restart_does_not_forget() {
    let stage = Stage::new().await;
    let few = [("MAX_WATCHES_PER_USER", "2")];
    let bot = stage.bot_with(&few).await;
    for id in ["grok:a-00001", "grok:b-00002"] {
        stage.task(id, [running(id)]);
        let asked = stage.ask(id);
        stage.titled(&asked, "Making your video").await;
    }
    bot.stop().await;
    let _bot = stage.bot_with(&few).await;
    let third = stage.ask("grok:c-00003");
    assert_eq!(third.callback().await.kind, 4);
    let told = third.original().unwrap().content;
    assert!(told.contains("already follow 2 videos"), "{told}");
    let ben = stage.command("ben", "videostatus", json!({ "id": TASK }));
    assert_eq!(ben.callback().await.kind, 5, "others have their own");
}

#[tokio::test]
async fn a_person_has_a_pace() {
    let stage = Stage::new().await;
    let _bot = stage.bot_with(&[("COMMANDS_PER_MINUTE", "3")]).await;
    for _ in 0..3 {
        let asked = stage.ask("no id");
        asked.callback().await;
        assert!(asked.original().unwrap().content.contains("looks like"));
    }
    let asked = stage.ask("no id");
    asked.callback().await;
    let told = asked.original().unwrap().content;
    assert!(
        told.contains("a lot of commands") && told.contains(" s"),
        "{told}"
    );
}
