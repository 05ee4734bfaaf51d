//! Videos that stand in the reply themselves, as base64 in place of a link: they are
//! attached like any other.

use std::time::Duration;

use sandbox::{Fault, Interaction, Message, Reply, Script};
use serde_json::{Value, json};
use testing::{Stage, TASK, description, running, title};

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let byte = |at: usize| u32::from(*three.get(at).unwrap_or(&0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..=three.len() {
            let sextet = bits >> (18 - 6 * at) & 63;
            text.push(char::from(ALPHABET[sextet as usize]));
        }
        text.extend(std::iter::repeat_n('=', 3 - three.len()));
    }
    text
}

/// A finished task with these bytes in its reply.
fn done(id: &str, bytes: &[u8]) -> Value {
    let url = format!("data:video/mp4;base64,{}", base64(bytes));
    json!({ "code": "success", "message": "", "data": {
        "task_id": id, "status": "SUCCESS", "progress": "100%", "fail_reason": "", "result_url": url,
    } })
}

pub(crate) fn clip(id: &str) -> Reply {
    Reply::json(200, done(id, &sandbox::clip()))
}

/// A clip that is padded to `size` bytes.
fn padded(size: usize) -> Vec<u8> {
    let mut bytes = sandbox::clip().to_vec();
    bytes.resize(size, 0);
    bytes
}

pub(crate) fn is_attached(message: &Message) -> bool {
    message.attachments.len() == 1
}

/// The message once it shows the end and says this of the video.
async fn ends_with_words(stage: &Stage, asked: &Interaction, words: &str) -> Message {
    let ready = "Your video is ready";
    stage
        .message(asked, |message| {
            title(message).contains(ready) && description(message).contains(words)
        })
        .await
}

#[tokio::test]
async fn a_video_in_the_first_answer_is_attached() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let bytes = Value::from(base64(&sandbox::clip()));
    let vertex = json!({ "name": "operations/x", "done": true, "response": {
        "videos": [{ "bytesBase64Encoded": bytes, "mimeType": "video/mp4" }],
    } });
    for (id, body) in [(TASK, done(TASK, &sandbox::clip())), ("vertex-1", vertex)] {
        stage.task(id, [body]);
        let message = stage.ready(&stage.ask(id)).await;
        assert!(is_attached(&message), "{}", stage.sandbox.dump());
        assert_eq!(message.attachments[0].size, sandbox::clip().len() as u64);
        assert!(message.attachments[0].filename.ends_with(".mp4"));
        assert_eq!(stage.sandbox.video().polls(id).len(), 2);
    }
    bot.stop().await;
    let large = "UPDATE tasks SET revision = revision WHERE length(snapshot) > 2000";
    assert!(!stage.altered(large).await, "the video is in the database");
}

#[tokio::test]
async fn a_video_that_takes_its_time_is_attached_by_a_later_edit() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let (asked, _) = stage.watching().await;
    let slow = clip(TASK).after(Duration::from_secs(5));
    let script = Script::steps([clip(TASK), slow]);
    stage.sandbox.video().task(TASK, script);
    let shown = stage.titled(&asked, "Your video is ready").await;
    assert!(shown.attachments.is_empty());
    assert!(description(&shown).contains("instead of a link"));
    stage.pinged(1).await;
    let complete = stage.message(&asked, is_attached).await;
    assert_eq!(complete.id, shown.id);
    bot.stop().await;
    assert_eq!(stage.pings().len(), 1);
}

#[tokio::test]
async fn a_video_that_is_too_large_is_said_to_be() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    stage.sandbox.upload_limits(1_000, 1_000);
    stage.task(TASK, [done(TASK, &sandbox::clip())]);
    let message = ends_with_words(&stage, &stage.ask(TASK), "too large").await;
    assert!(message.attachments.is_empty());

    // More than anybody reads: nothing is known of the task.
    let huge = "grok:huge-00000001";
    stage.task(huge, [done(huge, &padded(26 * 1024 * 1024))]);
    stage.titled(&stage.ask(huge), "answer is too large").await;
    bot.stop().await;
}

#[tokio::test]
async fn a_video_that_the_service_refuses_is_said_to_be_missing() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let refused = Reply::json(403, json!({ "error": { "message": "no access" } }));
    let script = Script::steps([clip(TASK), refused]);
    stage.sandbox.video().task(TASK, script);
    let message = ends_with_words(&stage, &stage.ask(TASK), "could not fetch").await;
    assert!(message.attachments.is_empty());
    bot.stop().await;
}

#[tokio::test]
async fn a_kill_between_the_end_and_its_video_loses_neither() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let (asked, _) = stage.watching().await;
    let not_now = Reply::text(503, "text/plain", "not now");
    let script = Script::steps([clip(TASK), not_now]);
    stage.sandbox.video().task(TASK, script);
    stage.titled(&asked, "Your video is ready").await;
    stage.pinged(1).await;
    bot.kill();
    stage.task(TASK, [done(TASK, &sandbox::clip())]);
    let bot = stage.bot().await;
    stage.message(&asked, is_attached).await;
    bot.stop().await;
    assert_eq!(stage.pings().len(), 1, "{}", stage.sandbox.dump());
}

#[tokio::test]
async fn two_videos_at_once_are_both_attached() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let ids = [TASK, "grok:another-00001"];
    let asked = ids.map(|id| {
        stage.task(id, [running(id)]);
        stage.ask(id)
    });
    for one in &asked {
        stage.titled(one, "Making your video").await;
    }
    for (id, size) in ids.into_iter().zip([3_000_000, 4_000_000]) {
        stage.task(id, [done(id, &padded(size))]);
    }
    for (one, size) in asked.iter().zip([3_000_000, 4_000_000]) {
        let message = stage.message(one, is_attached).await;
        assert_eq!(message.attachments[0].size, size);
    }
    stage.pinged(2).await;
    bot.stop().await;
}

#[tokio::test]
async fn a_thumbnail_in_the_reply_is_none() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    for (id, size) in [(TASK, 100), ("grok:another-00001", 200_000)] {
        let mut body = stage.done(id);
        let picture = base64(&vec![7; size]);
        body["thumbnail_url"] = format!("data:image/png;base64,{picture}").into();
        stage.task(id, [body]);
        let message = stage.ready(&stage.ask(id)).await;
        assert!(is_attached(&message));
        assert!(message.embeds[0]["thumbnail"].is_null());
    }
    bot.stop().await;
}

#[tokio::test]
async fn a_video_that_the_channel_may_not_have_is_said_to_be_kept_out() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let (asked, _) = stage.watching().await;
    let edit = "PATCH /webhooks/{app}/{token}/messages/@original";
    stage.sandbox.fault(Fault::on(edit).times(1).discord(40005));
    stage.task(TASK, [done(TASK, &sandbox::clip())]);
    let message = ends_with_words(&stage, &asked, "can't attach it here").await;
    assert!(message.attachments.is_empty());
    bot.stop().await;
}

/// Nothing is attached to a direct message later.
#[tokio::test]
async fn a_direct_message_waits_for_its_video() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    stage.watching().await;
    stage.sandbox.expire_tokens();
    let edit = "PATCH /channels/{channel}/messages/{message}";
    stage.sandbox.fault(Fault::on(edit).always().discord(50001));
    let slow = clip(TASK).after(Duration::from_secs(5));
    let script = Script::steps([clip(TASK), slow]);
    stage.sandbox.video().task(TASK, script);
    let told = stage.dms(1).await.remove(0);
    assert!(is_attached(&told), "{}", stage.sandbox.dump());
    bot.stop().await;
}
