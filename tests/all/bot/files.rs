//! The files of a message: how large they may be, what they say of themselves, and
//! that a hidden one stays hidden.

use sandbox::{Message, Options, Reply};
use serde_json::{Value, json};
use testing::{Stage, TASK, description, elsewhere, running};

const MIB: usize = 1024 * 1024;

/// A finished task whose video has so many bytes.
fn large(stage: &Stage, id: &str, bytes: usize) -> Value {
    let mut film = sandbox::clip();
    film.resize(bytes, 7);
    let video = stage.sandbox.video();
    let url = video.media(&format!("/{bytes}.mp4"), Reply::bytes("video/mp4", film));
    json!({ "id": id, "status": "completed", "video_url": url, "prompt": "a gentle cow", "status_update_time": 1 })
}

fn sizes(message: &Message) -> Vec<u64> {
    message.attachments.iter().map(|file| file.size).collect()
}

#[tokio::test]
async fn a_file_is_as_large_as_the_way_that_it_takes_allows() {
    // By the interaction's token, by the channel of a server, and there with boosts.
    for (tier, by_channel, mib, fits) in [
        (0, false, 19, true),
        (0, false, 21, false),
        (0, true, 19, true),
        (0, true, 21, false),
        (2, true, 21, true),
    ] {
        let stage = Stage::with(Options {
            premium_tier: tier,
            ..Stage::options()
        })
        .await;
        let bot = stage.bot().await;
        let (asked, _) = stage.watching().await;
        if by_channel {
            stage.sandbox.expire_tokens();
        }
        let done = large(&stage, TASK, mib * MIB);
        stage.task(TASK, [done]);
        let message = if fits {
            stage.ready(&asked).await
        } else {
            stage
                .message(&asked, |message| description(message).contains("Too large"))
                .await
        };
        let wanted: &[u64] = if fits { &[(mib * MIB) as u64] } else { &[] };
        assert_eq!(sizes(&message), wanted, "{tier} {by_channel} {mib}");
        bot.stop().await;
        let refused = stage.sandbox.requests();
        let refused = refused.iter().filter(|request| request.status == Some(413));
        assert_eq!(
            refused.count(),
            0,
            "{tier} {by_channel} {mib}: it was known"
        );
    }
}

#[tokio::test]
async fn files_say_what_they_show() {
    let stage = Stage::new().await;
    let _bot = stage.bot().await;
    let mut done = stage.done(TASK);
    done["prompt"] = json!("a gentle cow \u{202e}".repeat(200));
    stage.task(TASK, [done]);
    let message = stage.ready(&stage.ask(TASK)).await;
    let told = message.attachments[0].description.as_deref().unwrap();
    assert!(told.starts_with("a gentle cow"), "{told}");
    assert!(told.chars().count() <= 1024 && !told.contains('\u{202e}'));
}

/// Returns whether nothing of the video is visible before a click.
fn is_hidden(message: &Message) -> bool {
    let named = message
        .attachments
        .iter()
        .all(|file| file.filename.starts_with("SPOILER_"));
    let linked = !message.content.contains("http") || message.content.contains("||http");
    named && linked && message.embeds[0]["thumbnail"].is_null()
}

#[tokio::test]
async fn a_hidden_video_is_seen_by_a_click_only() {
    for (option, setting) in [(true, "asked"), (false, "always")] {
        let stage = Stage::new().await;
        let bot = stage.bot_with(&[("SPOILER", setting)]).await;
        for (id, attached) in [("grok:hidden-0001", true), ("grok:hidden-0002", false)] {
            stage.task(id, [running(id)]);
            let asked = stage.ask_with(json!({ "id": id, "spoiler": option }));
            stage.titled(&asked, "Making your video").await;
            let mut done = stage.done(id);
            if !attached {
                done = elsewhere(done);
                let gone = done["video_url"].as_str().unwrap();
                done["video_url"] = gone.replace("/clip.mp4", "/gone.mp4").into();
            }
            stage.task(id, [done]);
            let message = if attached {
                stage.ready(&asked).await
            } else {
                stage.titled(&asked, "Your video is ready").await
            };
            assert_eq!(message.attachments.is_empty(), !attached);
            assert!(
                is_hidden(&message),
                "{} {:?}",
                message.content,
                message.attachments
            );
        }
        for ping in stage.pinged(2).await {
            assert!(
                !ping.content.contains("http") || ping.content.contains("||http"),
                "{}",
                ping.content
            );
        }
        bot.stop().await;
    }
}
