//! What Discord refuses, and what the bot does about it.

use std::time::{Duration, Instant};

use sandbox::{Fault, Message, Route, permissions};
use serde_json::json;
use testing::{Stage, TASK, description, running, title};

const ACK: &str = "POST /interactions/{id}/{token}/callback";
const ORIGINAL: &str = "PATCH /webhooks/{app}/{token}/messages/@original";
const EDIT: &str = "PATCH /channels/{channel}/messages/{message}";
const SEND: &str = "POST /channels/{channel}/messages";

/// Waits for the direct message to Ada.
async fn dm(stage: &Stage) -> Message {
    let channel = stage.sandbox.dm(&stage.sandbox.person("ada"));
    stage
        .sandbox
        .until(|view| view.messages(&channel).next().cloned())
        .await
}

/// How many requests of this kind there were.
fn count(stage: &Stage, name: &str) -> usize {
    stage
        .sandbox
        .requests()
        .iter()
        .filter(|request| request.name() == name)
        .count()
}

#[tokio::test]
async fn a_command_that_came_too_late_leaves_nothing() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    stage.sandbox.fault(Fault::on(ACK).times(1).discord(10062));
    stage.task(TASK, [running(TASK)]);
    stage.ask(TASK);
    stage
        .sandbox
        .until(|view| view.requests().any(|r| r.status == Some(404)).then_some(()))
        .await;
    // The next command is answered, so the first has been dealt with.
    stage.task("grok:next-0001", [running("grok:next-0001")]);
    stage
        .titled(&stage.ask("grok:next-0001"), "Making your video")
        .await;
    bot.stop().await;
    assert_eq!(stage.sandbox.video().polls(TASK).len(), 0);
}

#[tokio::test]
async fn an_acknowledgement_that_was_there_before_is_one() {
    let stage = Stage::new().await;
    let _bot = stage.bot().await;
    stage
        .sandbox
        .fault(Fault::on(ACK).times(1).after_effect().discord(40060));
    stage.watching().await;
}

#[tokio::test]
async fn a_rate_limit_is_waited_for_as_told_and_others_go_on() {
    let stage = Stage::new().await;
    let _bot = stage.bot().await;
    let wait = Duration::from_millis(1500);
    stage.task(TASK, [running(TASK)]);
    stage.task("grok:next-0001", [running("grok:next-0001")]);
    stage
        .sandbox
        .fault(Fault::on(ORIGINAL).times(1).rate_limited(wait));
    let started = Instant::now();
    let slow = stage.ask(TASK);
    stage
        .sandbox
        .until(|view| view.requests().any(|r| r.status == Some(429)).then_some(()))
        .await;
    stage
        .titled(&stage.ask("grok:next-0001"), "Making your video")
        .await;
    assert!(started.elapsed() < wait, "the other one did not wait");
    assert!(title(&slow.original().unwrap()).is_empty());
    stage.titled(&slow, "Making your video").await;
    assert!(started.elapsed() >= wait);
    assert_eq!(count(&stage, ORIGINAL), 3, "one refused, two taken");
}

#[tokio::test]
async fn a_spent_channel_is_not_asked_before_its_time() {
    let stage = Stage::new().await;
    let _bot = stage.bot().await;
    stage.fetched().await;
    let (asked, _) = stage.watching().await;
    stage.sandbox.fault(
        Fault::on(SEND)
            .times(1)
            .rate_limited(Duration::from_millis(1500)),
    );
    stage.task(TASK, [stage.done(TASK)]);
    stage.titled(&asked, "Your video is ready").await;
    let started = Instant::now();
    assert_eq!(
        stage.pinged(1).await.len(),
        1,
        "a notification is not lost on a 429"
    );
    assert!(started.elapsed() >= Duration::from_millis(1300));
    assert_eq!(count(&stage, SEND), 2);
    assert_eq!(
        asked.original().unwrap().versions.len(),
        3,
        "and the message is not edited again"
    );
}

#[tokio::test]
async fn trouble_at_discord_is_tried_again() {
    let stage = Stage::new().await;
    let _bot = stage.bot().await;
    stage
        .sandbox
        .fault(Fault::on(ORIGINAL).times(1).reply(502, json!(null)));
    let (asked, _) = stage.watching().await;
    stage.sandbox.fault(
        Fault::on(ORIGINAL)
            .times(1)
            .after_effect()
            .drop_connection(),
    );
    stage.task(TASK, [stage.done(TASK)]);
    stage.titled(&asked, "Your video is ready").await;
    assert_eq!(stage.pinged(1).await.len(), 1);
}

#[tokio::test]
async fn no_access_after_the_token_ends_by_direct_message() {
    for code in [50001, 10003, 160_005] {
        let stage = Stage::new().await;
        let bot = stage.bot().await;
        stage.fetched().await;
        let (_, message) = stage.watching().await;
        stage.sandbox.expire_tokens();
        stage.sandbox.fault(Fault::on(EDIT).always().discord(code));
        stage.task(TASK, [stage.done(TASK)]);
        let told = dm(&stage).await;
        assert!(
            told.content.contains(&message.id.to_string()),
            "{code}: it links to the message"
        );
        assert_eq!(told.attachments.len(), 1, "{code}: the video comes along");
        bot.stop().await;
        assert_eq!(stage.pings().len(), 0, "{code}");
    }
}

#[tokio::test]
async fn without_attach_files_the_link_is_shown() {
    let stage = Stage::new().await;
    let _bot = stage.bot().await;
    stage.fetched().await;
    let (asked, _) = stage.watching().await;
    stage.sandbox.expire_tokens();
    let channel = stage.sandbox.channel();
    stage
        .sandbox
        .permissions(&channel, permissions::ORDINARY & !permissions::ATTACH_FILES);
    let done = stage.done(TASK);
    stage.task(TASK, [done.clone()]);
    let message = stage.titled(&asked, "Your video is ready").await;
    assert!(message.attachments.is_empty());
    assert_eq!(message.embeds[0]["url"], done["video_url"]);
    assert_eq!(stage.pinged(1).await.len(), 1);
}

#[tokio::test]
async fn a_file_that_discord_finds_too_large_comes_as_a_link() {
    let stage = Stage::new().await;
    let _bot = stage.bot().await;
    stage.fetched().await;
    let (asked, _) = stage.watching().await;
    stage
        .sandbox
        .fault(Fault::on(ORIGINAL).times(1).discord(40005));
    let done = stage.done(TASK);
    stage.task(TASK, [done.clone()]);
    let message = stage.titled(&asked, "Your video is ready").await;
    assert_eq!(message.embeds[0]["url"], done["video_url"]);
}

/// Discord says that it takes no files, also of a message that has none any more.
#[tokio::test]
async fn a_refusal_of_files_that_were_not_sent_is_waited_for() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let (asked, _) = stage.watching().await;
    let body = json!({ "message": "no files here", "code": 400_001 });
    stage
        .sandbox
        .fault(Fault::on(ORIGINAL).times(3).reply(403, body));
    let done = stage.done(TASK);
    stage.task(TASK, [done]);
    stage.titled(&asked, "Your video is ready").await;
    stage.pinged(1).await;
    bot.stop().await;
    let ada = stage.sandbox.person("ada");
    assert!(stage.sandbox.messages(&stage.sandbox.dm(&ada)).is_empty());
}

#[tokio::test]
async fn a_filter_takes_the_prompt_or_the_link_and_not_the_news() {
    let stage = Stage::new().await;
    let _bot = stage.bot().await;
    stage.sandbox.block_word("dreadful", 200_000);
    stage.task(
        TASK,
        [json!({ "id": TASK, "status": "processing", "prompt": "a dreadful cow" })],
    );
    let asked = stage.ask(TASK);
    let message = stage.titled(&asked, "Making your video").await;
    assert!(!description(&message).contains("cow"));

    // The link filter takes the link and leaves the prompt.
    let linked = "grok:linked-0001";
    stage.sandbox.block_word("clip.mp4", 240_000);
    let mut done = stage.done(linked);
    done["prompt"] = json!("a gentle cow");
    done["video_url"] = done["video_url"]
        .as_str()
        .unwrap()
        .replace("/clip.mp4", "/gone/clip.mp4")
        .into();
    stage.task(linked, [done]);
    let asked = stage.ask(linked);
    let message = stage.titled(&asked, "Your video is ready").await;
    assert_eq!(message.embeds[0]["url"], serde_json::Value::Null);
    for words in ["can't show the link", "a gentle cow"] {
        let shown = description(&message);
        assert!(shown.contains(words), "{shown}");
    }
}

#[tokio::test]
async fn a_form_that_discord_calls_invalid_is_never_repeated() {
    let stage = Stage::new().await;
    let _bot = stage.bot().await;
    stage
        .sandbox
        .fault(Fault::on(ORIGINAL).times(1).discord(50035));
    let (asked, message) = stage.watching().await;
    assert!(
        message.embeds.to_string().contains(TASK),
        "our own words still come"
    );
    assert_eq!(count(&stage, ORIGINAL), 2);
    stage.task(TASK, [stage.done(TASK)]);
    stage.titled(&asked, "Your video is ready").await;
}

#[tokio::test]
async fn a_reply_that_is_not_allowed_becomes_a_plain_message() {
    let stage = Stage::new().await;
    let _bot = stage.bot().await;
    let (_, message) = stage.watching().await;
    stage
        .sandbox
        .fault(Fault::on(SEND).times(1).discord(160_002));
    stage.task(TASK, [stage.done(TASK)]);
    let ping = stage.pinged(1).await.remove(0);
    assert_eq!(ping.reference, None);
    assert_ne!(ping.id, message.id);
}

#[tokio::test]
async fn a_channel_that_takes_no_ping_is_followed_by_a_direct_message() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    stage.watching().await;
    stage.sandbox.fault(Fault::on(SEND).times(1).discord(50013));
    stage.task(TASK, [stage.done(TASK)]);
    assert!(dm(&stage).await.content.contains(TASK));
    bot.stop().await;
    assert_eq!(stage.pings().len(), 0);
}

#[tokio::test]
async fn closed_direct_messages_are_the_end_and_no_loop() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let ada = stage.sandbox.person("ada");
    stage.sandbox.close_dms(&ada, true);
    stage.task(TASK, [running(TASK)]);
    let options = json!({ "id": TASK, "notify": "dm" });
    let asked = stage
        .sandbox
        .command(&ada, &stage.sandbox.channel(), "videostatus", options)
        .unwrap();
    stage.titled(&asked, "Making your video").await;
    stage.task(TASK, [stage.done(TASK)]);
    stage.titled(&asked, "Your video is ready").await;
    bot.stop().await;
    let refused = stage
        .sandbox
        .requests()
        .iter()
        .filter(|r| r.status == Some(403))
        .count();
    assert_eq!(refused, 1, "asked once");
}

#[tokio::test]
async fn who_asked_to_be_told_is_told_though_the_message_is_deleted() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let (_, message) = stage.watching().await;
    let ben = stage.sandbox.person("ben");
    let text = message.components.to_string();
    let id = text
        .split('"')
        .find(|word| word.contains("notify:"))
        .unwrap();
    stage
        .sandbox
        .press(&ben, &message, id)
        .unwrap()
        .callback()
        .await;
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

#[tokio::test]
async fn where_the_bot_is_no_member_the_end_comes_by_direct_message() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let ada = stage.sandbox.person("ada");
    stage.task(TASK, [running(TASK)]);
    let place = stage.sandbox.foreign_channel();
    let asked = stage
        .sandbox
        .command(&ada, &place, "videostatus", json!({ "id": TASK }))
        .unwrap();
    let message = stage.titled(&asked, "Making your video").await;
    assert!(description(&message).contains("I go on by direct message"));
    stage.sandbox.expire_tokens();
    stage.task(TASK, [stage.done(TASK)]);
    assert!(dm(&stage).await.content.contains(TASK));
    bot.stop().await;
    let by_channel = |message: &Message| {
        message
            .versions
            .iter()
            .any(|version| version.by == Route::Channel)
    };
    assert!(!stage.sandbox.messages(&place).iter().any(by_channel));
}
