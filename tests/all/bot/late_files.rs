//! Media is nobody's wait: an end is shown and told without its file, and the file
//! follows.

use std::time::{Duration, Instant};

use sandbox::{Interaction, Message, Reply};
use serde_json::{Value, json};
use testing::{Bot, Stage, TASK, description, elsewhere, leads_to, running, title};

const CLIP: &str = "/late.mp4";

/// A finished task whose video answers with `reply` for now, on a host that is not the
/// gateway.
fn done(stage: &Stage, id: &str, reply: Reply) -> Value {
    let url = stage.sandbox.video().media(CLIP, reply);
    elsewhere(json!({
        "id": id, "status": "completed", "video_url": url, "status_update_time": 1_764_522_552,
    }))
}

/// A media server that has not got the file yet.
fn not_yet() -> Reply {
    Reply::text(503, "text/plain", "not yet")
}

fn clip() -> Reply {
    Reply::bytes("video/mp4", sandbox::clip())
}

/// Ada's video has ended, and its file is not there yet.
async fn ended_without_its_file() -> (Stage, Bot, Interaction, Message) {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let (asked, _) = stage.watching().await;
    stage.task(TASK, [done(&stage, TASK, not_yet())]);
    let shown = stage.titled(&asked, "Your video is ready").await;
    stage.pinged(1).await;
    (stage, bot, asked, shown)
}

#[tokio::test]
async fn a_file_that_comes_late_is_attached_by_a_later_edit() {
    let (stage, bot, asked, shown) = ended_without_its_file().await;
    assert!(shown.attachments.is_empty() && leads_to(&shown, CLIP));
    let _ = stage.sandbox.video().media(CLIP, clip());
    let complete = stage
        .message(&asked, |message| message.attachments.len() == 1)
        .await;
    assert_eq!(
        (complete.id, &complete.embeds[0]["url"]),
        (shown.id, &Value::Null)
    );
    bot.stop().await;
    assert_eq!(stage.pings().len(), 1);
}

#[tokio::test]
async fn a_kill_between_the_end_and_its_file_loses_neither() {
    let (stage, bot, asked, _) = ended_without_its_file().await;
    bot.kill();
    let _ = stage.sandbox.video().media(CLIP, clip());
    let bot = stage.bot().await;
    stage
        .message(&asked, |message| message.attachments.len() == 1)
        .await;
    bot.stop().await;
    assert_eq!(stage.pings().len(), 1, "{}", stage.sandbox.dump());
}

#[tokio::test]
async fn a_file_that_never_comes_is_said_to_be_missing() {
    let (stage, bot, asked, _) = ended_without_its_file().await;
    // The minute and a half is over. (Until then the watch's row is written each two
    // seconds, and must be there before it is changed.)
    while !stage
        .altered("UPDATE watches SET attach_until = 1 WHERE attach_until > 1")
        .await
    {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let told = stage
        .message(&asked, |message| {
            description(message).contains("could not fetch the file")
        })
        .await;
    assert!(told.attachments.is_empty() && leads_to(&told, CLIP));
    bot.stop().await;
    assert_eq!(stage.pings().len(), 1);
}

/// Forty ends whose files one slow host keeps back, and a stranger with a question.
#[tokio::test]
async fn many_ends_of_a_slow_host_hold_up_nobodys_first_status() {
    let stage = Stage::new().await;
    let _bot = stage.bot().await;
    let people = ["bob", "cleo", "dan", "eve"];
    let mut asked = Vec::new();
    for n in 0..40 {
        let id = format!("grok:slow-{n:08}");
        let url = stage
            .sandbox
            .video()
            .media(&format!("/slow/{n}.mp4"), Reply::hang());
        let done = json!({ "id": id, "status": "completed", "video_url": url });
        stage.task(&id, [done]);
        let (person, options) = (people[n % people.len()], json!({ "id": id }));
        asked.push(stage.command(person, "videostatus", options));
    }
    // The first of them wait for their files now.
    stage
        .sandbox
        .until(|view| {
            let mut requests = view.requests();
            requests
                .any(|one| one.path.contains("/slow/"))
                .then_some(())
        })
        .await;
    stage.task(TASK, [running(TASK)]);
    let begun = Instant::now();
    let question = stage.ask(TASK);
    stage.titled(&question, "Making your video").await;
    let waited = begun.elapsed();
    assert!(waited < Duration::from_secs(2), "{waited:?}");
    for end in &asked {
        let shown = stage
            .message(end, |message| !title(message).is_empty())
            .await;
        assert!(title(&shown).contains("Your video is ready"));
    }
}

/// A click on such a link is a request inside the reader's network.
#[tokio::test]
async fn a_link_that_is_not_good_for_the_bot_is_shown_to_nobody() {
    for (link, host) in [
        ("http://169.254.169.254/latest/meta-data", "169.254"),
        ("http://192.168.1.1/v.mp4", "192.168"),
        ("http://0x7f000001/v.mp4", "127.0.0.1"),
    ] {
        let stage = Stage::new().await;
        let bot = stage
            .bot_with(&[("MEDIA_ALLOW_PRIVATE_HOSTS", "false")])
            .await;
        let channel = stage.sandbox.channel().id.to_string();
        let (asked, _) = stage.watching_with(json!({ "channel": channel })).await;
        let done = json!({
            "id": TASK, "status": "completed", "video_url": link, "thumbnail_url": link,
        });
        stage.task(TASK, [done]);
        stage.titled(&asked, "Your video is ready").await;
        stage.pinged(1).await;
        bot.stop().await;
        for request in stage.sandbox.requests() {
            let said = &request.body;
            assert!(
                !request.name().starts_with('P') || !(said.contains(host) || said.contains(link)),
                "{said}"
            );
        }
    }
}

/// A gateway at home: its media is at its own origin, which is in a private network.
#[tokio::test]
async fn the_gateways_own_media_is_attached_and_its_link_shown_to_nobody() {
    let stage = Stage::new().await;
    let bot = stage
        .bot_with(&[("MEDIA_ALLOW_PRIVATE_HOSTS", "false")])
        .await;
    let (asked, _) = stage.watching().await;
    let done = stage.done(TASK);
    stage.task(TASK, [done.clone()]);
    let message = stage.ready(&asked).await;
    assert_eq!(message.attachments.len(), 1);
    let ping = stage.pinged(1).await.remove(0);
    let host = stage.sandbox.video_url();
    let versions = message
        .versions
        .iter()
        .map(|version| version.body.to_string());
    for shown in versions.chain([ping.content]) {
        assert!(!shown.contains(host), "{shown}");
    }

    // Too large for the message: nobody is given a link that leads nowhere for them.
    stage.sandbox.upload_limits(1_000, 1_000);
    let large = "grok:too-large-0001";
    stage.task(large, [stage.done(large)]);
    let message = stage.titled(&stage.ask(large), "Your video is ready").await;
    assert!(message.attachments.is_empty());
    assert!(description(&message).contains("can't show the link"));
    for version in &message.versions {
        assert!(!version.body.to_string().contains(host));
    }
    bot.stop().await;
}
