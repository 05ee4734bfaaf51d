//! Discord's refusals, and the bot's ways around them.

use std::time::{Duration, Instant};

use sandbox::{Fault, Message, Route};
use serde_json::json;
use testing::{Stage, TASK, description, running, title};

const ACK: &str = "POST /interactions/{id}/{token}/callback";
const ORIGINAL: &str = "PATCH /webhooks/{app}/{token}/messages/@original";
const EDIT: &str = "PATCH /channels/{channel}/messages/{message}";
const SEND: &str = "POST /channels/{channel}/messages";

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
    stage.answered(404).await;
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
    stage.answered(429).await;
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
        let told = stage.dms(1).await.remove(0);
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
    assert!(stage.dms(1).await[0].content.contains(TASK));
    bot.stop().await;
    assert_eq!(stage.pings().len(), 0);
}

#[tokio::test]
async fn closed_direct_messages_are_the_end_and_no_loop() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let ada = stage.sandbox.person("ada");
    stage.sandbox.close_dms(&ada, true);
    let (asked, _) = stage.watching_with(json!({ "notify": "dm" })).await;
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
async fn where_the_bot_is_no_member_the_end_comes_by_direct_message() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    stage.task(TASK, [running(TASK)]);
    let place = stage.sandbox.foreign_channel();
    let asked = stage.ask_in(&place);
    let message = stage.titled(&asked, "Making your video").await;
    assert!(description(&message).contains("I go on by direct message"));
    stage.sandbox.expire_tokens();
    stage.task(TASK, [stage.done(TASK)]);
    assert!(stage.dms(1).await[0].content.contains(TASK));
    bot.stop().await;
    let by_channel = |message: &Message| {
        message
            .versions
            .iter()
            .any(|version| version.by == Route::Channel)
    };
    assert!(!stage.sandbox.messages(&place).iter().any(by_channel));
}
