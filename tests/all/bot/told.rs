//! Nobody who was promised an answer is left without one: closed direct messages,
//! messages that can change no more, deleted messages.

use sandbox::{Channel, Fault, Interaction, Message, Point, Reply, View, permissions};
use serde_json::{Value, json};
use testing::{Stage, TASK, description, elsewhere, running};

const SEND: &str = "POST /channels/{channel}/messages";
const UNTOLD: &str = "I could not notify anybody";
const FROZEN: &str = "I can't change this message any more";

/// Ada asks with further options and sees that her video is being made.
async fn watching(stage: &Stage, options: Value) -> (Interaction, Message) {
    stage.task(TASK, [running(TASK)]);
    let (ada, channel) = (stage.sandbox.person("ada"), stage.sandbox.channel());
    let mut all = json!({ "id": TASK });
    let options = options.as_object().cloned().unwrap_or_default();
    all.as_object_mut().unwrap().extend(options);
    let asked = stage
        .sandbox
        .command(&ada, &channel, "videostatus", all)
        .unwrap();
    let message = stage.titled(&asked, "Making your video").await;
    (asked, message)
}

/// Ada takes no direct messages.
fn close_dms(stage: &Stage) {
    stage.sandbox.close_dms(&stage.sandbox.person("ada"), true);
}

/// Ada's direct messages, once there are `count`.
async fn dms(stage: &Stage, count: usize) -> Vec<Message> {
    let dm = stage.sandbox.dm(&stage.sandbox.person("ada"));
    let there = |view: &View<'_>| {
        let messages: Vec<_> = view.messages(&dm).cloned().collect();
        (messages.len() >= count).then_some(messages)
    };
    stage.sandbox.until(there).await
}

/// Lets the bot see a channel and write nothing there.
fn mute(stage: &Stage, channel: &Channel) {
    stage
        .sandbox
        .permissions(channel, permissions::VIEW_CHANNEL);
}

/// Waits until the message says what is wrong.
async fn says(stage: &Stage, asked: &Interaction, words: &str) -> Message {
    let says =
        |message: &Message| message.embeds != json!([]) && description(message).contains(words);
    stage.message(asked, says).await
}

/// How many versions of a message say so.
fn versions(message: &Message, words: &str) -> usize {
    let says = |version: &&sandbox::Version| version.body["embeds"].to_string().contains(words);
    message.versions.iter().filter(says).count()
}

/// Moves the moments of the one watch that waits for nothing but news into the past, once
/// it waits; the test fails if that takes more than a minute.
async fn passes(stage: &Stage, statement: &'static str) {
    let waits = async {
        while !stage.altered(statement).await {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    let limit = std::time::Duration::from_secs(60);
    tokio::time::timeout(limit, waits).await.unwrap();
}

/// 13 minutes and a quarter: past the farewell, and before the token is no longer used.
const MINUTES: &str = "UPDATE watches SET created_at = created_at - 795000, edited_at = edited_at - 795000, \
     token_expires_at = token_expires_at - 795000, next_delivery_at = next_delivery_at - 795000 \
     WHERE claimed = 0 AND edited_at IS NOT NULL AND next_delivery_at IS NOT NULL";

/// Ten seconds: an edit is no longer fresh.
const SECONDS: &str = "UPDATE watches SET created_at = created_at - 10000, edited_at = edited_at - 10000, \
     token_expires_at = token_expires_at - 10000, next_delivery_at = next_delivery_at - 10000 \
     WHERE claimed = 0 AND edited_at IS NOT NULL";

#[tokio::test]
async fn closed_direct_messages_become_a_mention_below_the_message() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    close_dms(&stage);
    let (asked, message) = watching(&stage, json!({ "notify": "dm" })).await;
    stage.task(TASK, [stage.done(TASK)]);
    let ping = stage.pinged(1).await.remove(0);
    bot.stop().await;
    let ada = stage.sandbox.person("ada").id;
    assert_eq!((ping.pings, ping.reference), (vec![ada], Some(message.id)));
    assert_eq!(stage.pings().len(), 1);
    assert_eq!(versions(&asked.original().unwrap(), UNTOLD), 0);
}

/// One message mentions whoever subscribed and whoever takes no direct message.
#[tokio::test]
async fn closed_direct_messages_and_a_subscriber_are_one_mention() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    close_dms(&stage);
    let (_, message) = watching(&stage, json!({ "notify": "dm" })).await;
    subscribe(&stage, "ben", &message).await;
    stage.task(TASK, [stage.done(TASK)]);
    let ping = stage.pinged(1).await.remove(0);
    bot.stop().await;
    let [ada, ben] = ["ada", "ben"].map(|name| stage.sandbox.person(name).id);
    assert_eq!(ping.pings, [ada, ben]);
    assert_eq!(stage.pings().len(), 1);
}

/// Presses a message's button whose id holds `word`.
fn press(stage: &Stage, name: &str, message: &Message, word: &str) -> Interaction {
    let text = message.components.to_string();
    let id = text
        .split('"')
        .find(|id| id.starts_with("vs:") && id.contains(word));
    let person = stage.sandbox.person(name);
    stage.sandbox.press(&person, message, id.unwrap()).unwrap()
}

async fn subscribe(stage: &Stage, name: &str, message: &Message) {
    press(stage, name, message, "notify:").callback().await;
}

/// The end reaches the message and nobody; the message is what is left.
#[tokio::test]
async fn an_end_that_nobody_can_be_told_of_is_said_by_the_last_edit() {
    // The channel takes nothing; the answer is private; so is it where another channel
    // was to mention Ada and takes nothing.
    for (options, muted) in [
        (json!({ "notify": "dm" }), "general"),
        (json!({ "private": true }), ""),
        (json!({ "private": true, "channel": "videos" }), "videos"),
    ] {
        let stage = Stage::new().await;
        let bot = stage.bot().await;
        close_dms(&stage);
        let mut asked_with = options.clone();
        let videos = stage.sandbox.channel_named("videos");
        if options["channel"] == "videos" {
            asked_with["channel"] = json!(videos.id.to_string());
        }
        let (asked, _) = watching(&stage, asked_with).await;
        match muted {
            "general" => mute(&stage, &stage.sandbox.channel()),
            "videos" => mute(&stage, &videos),
            _ => {}
        }
        stage.task(TASK, [stage.done(TASK)]);
        let last = says(&stage, &asked, UNTOLD).await;
        bot.stop().await;
        assert_eq!(last.attachments.len(), 1, "{options}: its file stays");
        assert_eq!(
            asked.original().unwrap().versions.len(),
            last.versions.len()
        );
        assert_eq!(stage.pings().len(), 0, "{options}");
        let requests = stage.sandbox.requests();
        let closed = requests.iter().filter(|one| one.status == Some(403));
        assert_eq!(
            closed.count(),
            1 + usize::from(!muted.is_empty()),
            "{options}"
        );
    }
}

/// The file is attached after that, and the edit that does so repeats the words.
#[tokio::test]
async fn a_file_that_comes_later_leaves_what_is_said_of_the_notification() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    close_dms(&stage);
    let (asked, _) = watching(&stage, json!({ "private": true })).await;
    let not_yet = Reply::text(503, "text/plain", "not yet");
    let url = stage.sandbox.video().media("/late.mp4", not_yet);
    let done = json!({ "id": TASK, "status": "completed", "video_url": url });
    stage.task(TASK, [elsewhere(done)]);
    stage.titled(&asked, "Your video is ready").await;
    let clip = Reply::bytes("video/mp4", sandbox::clip());
    let _ = stage.sandbox.video().media("/late.mp4", clip);
    let last = says(&stage, &asked, UNTOLD).await;
    bot.stop().await;
    assert_eq!(last.attachments.len(), 1);
}

/// A private answer whose token is over, and no direct messages: the channel that was
/// chosen mentions Ada, as it would have done beside a message that shows the end.
#[tokio::test]
async fn an_announcement_mentions_whom_no_direct_message_reaches() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    close_dms(&stage);
    let videos = stage.sandbox.channel_named("videos");
    let options = json!({ "private": true, "channel": videos.id.to_string() });
    watching(&stage, options).await;
    stage.sandbox.expire_tokens();
    stage.task(TASK, [stage.done(TASK)]);
    let told = stage
        .sandbox
        .until(|view| view.messages(&videos).next().cloned());
    let told = told.await;
    bot.stop().await;
    assert_eq!(told.pings, [stage.sandbox.person("ada").id]);
    assert_eq!(stage.sandbox.messages(&videos).len(), 1);
}

#[tokio::test]
async fn a_private_message_says_once_that_it_changes_no_more() {
    for (notify, words) in [("here", "by direct message"), ("off", "Use `/videostatus`")] {
        let stage = Stage::new().await;
        let bot = stage.bot().await;
        let (asked, _) = watching(&stage, json!({ "private": true, "notify": notify })).await;
        passes(&stage, MINUTES).await;
        let frozen = says(&stage, &asked, FROZEN).await;
        assert!(
            description(&frozen).contains(words),
            "{}",
            description(&frozen)
        );
        // Progress is shown no more, an end is while the token is used.
        let polled = stage.sandbox.until(|view| Some(view.polls(TASK))).await;
        stage.task(
            TASK,
            [json!({ "id": TASK, "status": "processing", "progress": 40 })],
        );
        stage
            .sandbox
            .until(|view| (view.polls(TASK) > polled + 2).then_some(()))
            .await;
        stage.task(TASK, [stage.done(TASK)]);
        let ready = stage.titled(&asked, "Your video is ready").await;
        bot.stop().await;
        assert_eq!(versions(&ready, FROZEN), 1, "{notify}");
        assert_eq!(versions(&ready, "40%"), 0, "{notify}");
    }
}

/// A message that waits for that moment shows news at once.
#[tokio::test]
async fn a_private_message_shows_news_and_an_end_without_a_farewell() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let (asked, _) = watching(&stage, json!({ "private": true })).await;
    passes(&stage, SECONDS).await;
    stage.task(
        TASK,
        [json!({ "id": TASK, "status": "processing", "progress": 40 })],
    );
    stage.titled(&asked, "40%").await;
    passes(&stage, SECONDS).await;
    stage.task(TASK, [stage.done(TASK)]);
    let ready = stage.titled(&asked, "Your video is ready").await;
    bot.stop().await;
    let last = asked.original().unwrap();
    assert_eq!(
        (versions(&last, FROZEN), last.versions.len()),
        (0, ready.versions.len())
    );
}

/// Ada's video was not finished in time, and she and Ben have been told; Cleo goes on.
#[tokio::test]
async fn whoever_waited_is_told_though_somebody_else_follows_again() {
    let stage = Stage::new().await;
    let bot = stage.bot_with(&[("WATCH_TIMEOUT", "3s")]).await;
    let (asked, message) = stage.watching().await;
    subscribe(&stage, "ben", &message).await;
    let over = stage.titled(&asked, "Not finished after").await;
    stage.pinged(1).await;
    bot.stop().await;
    let bot = stage.bot().await;
    press(&stage, "cleo", &over, "again");
    let again = stage.titled(&asked, "Making your video").await;
    let said = description(&again);
    assert!(said.contains("I'll ping 3 people here"), "{said}");
    stage.task(TASK, [stage.done(TASK)]);
    let ping = stage.pinged(2).await.remove(1);
    bot.stop().await;
    let all = ["cleo", "ada", "ben"].map(|name| stage.sandbox.person(name).id);
    assert_eq!(ping.pings[0], all[0]);
    assert!(
        all.iter().all(|id| ping.pings.contains(id)),
        "{:?}",
        ping.pings
    );
    assert_eq!(stage.pings().len(), 2);
}

/// Somebody removes the message while the video is made.
#[tokio::test]
async fn a_deleted_message_is_told_once_and_its_end_as_promised() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    stage.fetched().await;
    let (_, message) = stage.watching().await;
    stage.sandbox.delete_message(&message);
    for progress in [40, 60] {
        stage.task(
            TASK,
            [json!({ "id": TASK, "status": "processing", "progress": progress })],
        );
        passes(&stage, SECONDS).await;
        dms(&stage, 1).await;
    }
    stage.task(TASK, [stage.done(TASK)]);
    let told = dms(&stage, 2).await;
    bot.stop().await;
    assert!(
        told[0].content.contains("Somebody deleted my message"),
        "{}",
        told[0].content
    );
    assert!(told[0].embeds.to_string().contains(TASK));
    assert!(
        told[1].content.contains("Your video is ready"),
        "{}",
        told[1].content
    );
    assert!(
        !told[1].content.contains(&message.id.to_string()),
        "a link that leads nowhere"
    );
    assert_eq!(told[1].attachments.len(), 1, "the video comes along");
    assert_eq!((dms(&stage, 2).await.len(), stage.pings().len()), (2, 0));
}

/// The deletion is found at the end: then the end is all there is to say.
#[tokio::test]
async fn an_end_whose_message_is_deleted_is_told_by_direct_message() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let (_, message) = stage.watching().await;
    stage.sandbox.delete_message(&message);
    stage.task(TASK, [stage.done(TASK)]);
    let told = dms(&stage, 1).await;
    bot.stop().await;
    assert!(
        told[0].content.contains("Your video is ready"),
        "{}",
        told[0].content
    );
    assert_eq!((dms(&stage, 1).await.len(), stage.pings().len()), (1, 0));
}

#[tokio::test]
async fn a_deleted_message_of_somebody_without_direct_messages_ends_in_a_mention() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    close_dms(&stage);
    let (_, message) = stage.watching().await;
    stage.sandbox.delete_message(&message);
    stage.task(TASK, [stage.done(TASK)]);
    let ping = stage.pinged(1).await.remove(0);
    bot.stop().await;
    let ada = stage.sandbox.person("ada").id;
    assert_eq!((ping.pings.as_slice(), ping.reference), (&[ada][..], None));
    assert_eq!(stage.pings().len(), 1);
}

#[tokio::test]
async fn a_deleted_message_is_nothing_to_whoever_wants_no_notification() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let (_, message) = watching(&stage, json!({ "notify": "off" })).await;
    stage.sandbox.delete_message(&message);
    stage.task(
        TASK,
        [json!({ "id": TASK, "status": "processing", "progress": 40 })],
    );
    let over = "UPDATE watches SET failures = 0 WHERE state = 'ended'";
    passes(&stage, over).await;
    bot.stop().await;
    assert_eq!((dms(&stage, 0).await.len(), stage.pings().len()), (0, 0));
}

/// The news of the deletion is sent and the bot dies, or Discord is not itself.
#[tokio::test]
async fn the_news_of_a_deletion_survives_a_kill_and_a_bad_minute() {
    for point in [Some(Point::Before), Some(Point::After), None] {
        let stage = Stage::new().await;
        let mut bot = stage.bot().await;
        let (_, message) = stage.watching().await;
        stage.sandbox.delete_message(&message);
        let progress = json!({ "id": TASK, "status": "processing", "progress": 40 });
        if let Some(point) = point {
            let mut hold = stage.sandbox.hold(SEND, point);
            stage.task(TASK, [progress]);
            hold.arrived().await;
            bot.kill();
            hold.discard();
            bot = stage.bot().await;
        } else {
            let down = Fault::on(SEND).reply(503, json!({}));
            stage.sandbox.fault(down);
            stage.task(TASK, [progress]);
        }
        dms(&stage, 1).await;
        stage.task(TASK, [stage.done(TASK)]);
        let told = dms(&stage, 2).await;
        bot.stop().await;
        assert!(told[0].content.contains("Somebody deleted"), "{point:?}");
        assert_eq!(dms(&stage, 2).await.len(), 2, "{point:?}");
    }
}
