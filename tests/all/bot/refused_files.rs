//! Files that Discord refuses: the end is shown all the same, with the link.

use sandbox::{Fault, permissions};
use serde_json::json;
use testing::{Stage, TASK};

const ORIGINAL: &str = "PATCH /webhooks/{app}/{token}/messages/@original";

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
    assert!(stage.dms(0).await.is_empty());
}

/// A file that is refused goes; the link to it stays.
#[tokio::test]
async fn a_refused_file_leaves_the_link() {
    for code in [50045, 20009, 400_001] {
        let stage = Stage::new().await;
        let bot = stage.bot().await;
        stage.fetched().await;
        let (asked, _) = stage.watching().await;
        let body = json!({ "message": "the file", "code": code });
        stage
            .sandbox
            .fault(Fault::on(ORIGINAL).times(1).reply(400, body));
        stage.task(TASK, [stage.done(TASK)]);
        let shown = stage.titled(&asked, "Your video is ready").await;
        assert!(shown.attachments.is_empty(), "{code}");
        assert!(
            shown.embeds[0]["url"].to_string().contains("/clip.mp4"),
            "{code}: {}",
            shown.embeds
        );
        stage.pinged(1).await;
        bot.stop().await;
    }
}
