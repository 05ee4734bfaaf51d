//! Nobody who was promised an answer is left without one: closed direct messages, and
//! messages that can change no more.

use sandbox::{Channel, Interaction, Message, Reply, permissions};
use serde_json::json;
use testing::{Stage, TASK, description, elsewhere};

const UNTOLD: &str = "I could not notify anybody";
const FROZEN: &str = "I can't change this message any more";

/// Ada takes no direct messages.
pub(super) fn close_dms(stage: &Stage) {
    stage.sandbox.close_dms(&stage.sandbox.person("ada"), true);
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
pub(super) async fn passes(stage: &Stage, statement: &'static str) {
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
     WHERE state <> 'ended' AND claimed = 0 AND edited_at IS NOT NULL AND next_delivery_at IS NOT NULL";

/// Ten seconds: an edit is no longer fresh.
pub(super) const SECONDS: &str = "UPDATE watches SET created_at = created_at - 10000, edited_at = edited_at - 10000, \
     token_expires_at = token_expires_at - 10000, next_delivery_at = next_delivery_at - 10000 \
     WHERE state <> 'ended' AND claimed = 0 AND edited_at IS NOT NULL";

#[tokio::test]
async fn closed_direct_messages_become_a_mention_below_the_message() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    close_dms(&stage);
    let (asked, message) = stage.watching_with(json!({ "notify": "dm" })).await;
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
    let (_, message) = stage.watching_with(json!({ "notify": "dm" })).await;
    stage.pressed("ben", &message, "notify:").await;
    stage.task(TASK, [stage.done(TASK)]);
    let ping = stage.pinged(1).await.remove(0);
    bot.stop().await;
    let [ada, ben] = ["ada", "ben"].map(|name| stage.sandbox.person(name).id);
    assert_eq!(ping.pings, [ada, ben]);
    assert_eq!(stage.pings().len(), 1);
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
        let (asked, _) = stage.watching_with(asked_with).await;
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
    let (asked, _) = stage.watching_with(json!({ "private": true })).await;
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
    stage.watching_with(options).await;
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
        let (asked, _) = stage
            .watching_with(json!({ "private": true, "notify": notify }))
            .await;
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
    let (asked, _) = stage.watching_with(json!({ "private": true })).await;
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
    stage.pressed("ben", &message, "notify:").await;
    let over = stage.titled(&asked, "Not finished after").await;
    stage.pinged(1).await;
    bot.stop().await;
    let bot = stage.bot().await;
    stage.press("cleo", &over, "again");
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
