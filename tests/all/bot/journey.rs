//! The main job: from the command to the finished video.

use std::time::Duration;

use sandbox::{Reply, Route, Script};
use serde_json::{Value, json};
use testing::{Stage, TASK, description, running, title};

/// Both examples of the endpoint's page, to the letter.
fn examples() -> [Value; 2] {
    let pending = include_str!("../../corpus/seed-1.json");
    let completed = include_str!("../../corpus/seed-2.json");
    [pending, completed].map(|text| serde_json::from_str::<Value>(text).unwrap()["body"].clone())
}

#[tokio::test]
async fn both_examples_of_the_page_one_after_the_other() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    stage.fetched().await;
    let [pending, mut completed] = examples();
    // The example's links lead to a host that is not there.
    let done = stage.done(TASK);
    (completed["video_url"], completed["thumbnail_url"]) =
        (done["video_url"].clone(), done["thumbnail_url"].clone());
    stage.task(TASK, [pending.clone(), pending, completed]);

    let interaction = stage.ask(TASK);
    assert_eq!(interaction.callback().await.kind, 5);
    let waiting = stage.titled(&interaction, "Waiting in the queue").await;
    assert!(description(&waiting).contains("A surreal and whimsical digital painting"));
    assert!(
        !description(&waiting).contains("```"),
        "the fence is taken off"
    );
    assert!(waiting.embeds.to_string().contains(TASK));
    assert_eq!(waiting.content, "");

    let ready = stage.titled(&interaction, "Your video is ready").await;
    assert_eq!(ready.id, waiting.id, "the same message is edited");
    assert!(
        description(&ready).contains("A surreal and whimsical digital painting"),
        "the prompt is kept"
    );
    assert!(
        ready.embeds.to_string().contains("grok-3") && ready.embeds.to_string().contains("3:2")
    );
    assert_eq!(ready.attachments[0].content_type, "video/mp4");
    assert_eq!(ready.attachments[0].size, sandbox::clip().len() as u64);
    assert_eq!(
        ready.embedded[0].content_type, "image/png",
        "the thumbnail is re-uploaded"
    );

    let pings = stage.pinged(1).await;
    assert_eq!((pings.len(), pings[0].reference), (1, Some(ready.id)));
    assert_eq!(pings[0].pings, [stage.sandbox.person("ada").id]);
    let by: Vec<_> = ready.versions.iter().map(|version| version.by).collect();
    assert_eq!(
        by,
        [Route::Token; 3],
        "deferred, waiting, ready: no other edit"
    );
    bot.stop().await;
}

#[tokio::test]
async fn the_query_is_made_as_the_page_says() {
    let stage = Stage::new().await;
    let _bot = stage
        .bot_with(&[("VIDEO_API_FORWARDED_HOST", "localhost:5173")])
        .await;
    stage.sandbox.video().require_key(Some("sk-the-api-key"));
    stage.task(TASK, [stage.done(TASK)]);
    let interaction = stage.ask(TASK);
    stage.ready(&interaction).await;
    let poll = stage.sandbox.video().polls(TASK).remove(0);
    for (name, value) in [
        ("authorization", "Bearer sk-the-api-key"),
        ("accept", "application/json"),
        ("content-type", "application/json"),
        ("x-forwarded-host", "localhost:5173"),
    ] {
        assert_eq!(
            poll.headers.get(name).map(String::as_str),
            Some(value),
            "{name}"
        );
    }
    assert!(poll.path.starts_with("/v1/video/query"), "{}", poll.path);
    let media: Vec<_> = stage
        .sandbox
        .requests()
        .into_iter()
        .filter(|r| r.path.contains("/clip.mp4"))
        .collect();
    assert!(
        !media.is_empty()
            && media
                .iter()
                .all(|r| !r.headers.contains_key("authorization"))
    );
}

#[tokio::test]
async fn a_task_that_is_already_finished_pings_nobody() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    stage.fetched().await;
    stage.task(TASK, [stage.done(TASK)]);
    let interaction = stage.ask(TASK);
    let message = stage.titled(&interaction, "Your video is ready").await;
    assert_eq!(
        message.versions.len(),
        2,
        "deferred, then the video at once"
    );
    // Stopping finishes what is in flight: whatever would come has come.
    bot.stop().await;
    assert_eq!(stage.pings().len(), 0);
    assert_eq!(stage.sandbox.video().polls(TASK).len(), 1);
}

#[tokio::test]
async fn ten_watches_on_one_task_are_one_stream_of_polls_and_ten_edits() {
    let stage = Stage::new().await;
    let _bot = stage
        .bot_with(&[("POLL_MIN", "300ms"), ("POLL_MAX", "300ms")])
        .await;
    stage.fetched().await;
    let video = stage.sandbox.video();
    video.task(
        TASK,
        Script::timeline([
            (Duration::ZERO, Reply::json(200, running(TASK))),
            (Duration::from_secs(2), Reply::json(200, stage.done(TASK))),
        ]),
    );
    let asked: Vec<_> = (0..10).map(|_| stage.ask(TASK)).collect();
    for interaction in &asked {
        let message = stage.titled(interaction, "Your video is ready").await;
        assert_eq!(message.versions.len(), 3, "deferred, running, ready");
    }
    assert_eq!(stage.pinged(10).await.len(), 10, "each requester's own");
    // 2 s at 270 to 300 ms each; ten streams would be 70.
    let polls = stage.sandbox.video().polls(TASK).len();
    assert!((2..=10).contains(&polls), "{polls} polls");
}

#[tokio::test]
async fn a_video_that_is_too_large_comes_as_a_link() {
    let stage = Stage::with(sandbox::Options {
        interaction_upload_limit: sandbox::clip().len() as u64 - 1,
        ..Stage::options()
    })
    .await;
    let _bot = stage.bot().await;
    let done = stage.done(TASK);
    stage.task(TASK, [done.clone()]);
    let interaction = stage.ask(TASK);
    let words = "Too large for Discord.";
    let message = stage
        .message(&interaction, |message| description(message).contains(words))
        .await;
    assert!(title(&message).contains("Your video is ready"));
    assert_eq!(message.embeds[0]["url"], done["video_url"]);
    assert!(message.attachments.is_empty());
}

#[tokio::test]
async fn the_bots_token_goes_only_where_it_is_needed() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    stage.watching().await;
    stage.task(TASK, [stage.done(TASK)]);
    stage.pinged(1).await;
    bot.stop().await;
    for request in stage.sandbox.requests() {
        let own = ["/interactions/", "/webhooks/"]
            .iter()
            .any(|start| request.route.starts_with(start));
        if own {
            assert!(
                !request.headers.contains_key("authorization"),
                "{}",
                request.route
            );
        }
    }
}

#[tokio::test]
async fn after_the_token_the_channel_route_goes_on() {
    let stage = Stage::new().await;
    let _bot = stage.bot().await;
    let (interaction, _) = stage.watching().await;
    stage.sandbox.expire_tokens();
    stage.task(TASK, [stage.done(TASK)]);
    let message = stage.ready(&interaction).await;
    assert_eq!(message.versions.last().unwrap().by, Route::Channel);
    assert_eq!(message.attachments.len(), 1);
    assert_eq!(stage.pinged(1).await[0].reference, Some(message.id));
}

#[tokio::test]
async fn a_token_counts_from_its_receipt_whatever_its_snowflake_says() {
    let stage = Stage::new().await;
    let _bot = stage.bot().await;
    stage.task(TASK, [stage.done(TASK)]);
    let (ada, channel) = (stage.sandbox.person("ada"), stage.sandbox.channel());
    let age = Duration::from_secs(14 * 60 + 1);
    let options = json!({ "id": TASK });
    let sandbox = &stage.sandbox;
    let asked = sandbox.command_at(&ada, &channel, "videostatus", options, age);
    let message = stage.titled(&asked.unwrap(), "Your video is ready").await;
    assert_eq!(message.versions.last().unwrap().by, Route::Token);
    assert_eq!(stage.sandbox.messages(&channel).len(), 1);
}

#[tokio::test]
async fn what_a_model_usually_takes_is_told_once_enough_were_seen() {
    let stage = Stage::new().await;
    let _bot = stage.bot().await;
    for n in 0..5 {
        let id = format!("grok:task-{n:04}");
        stage.task(&id, [running(&id), stage.done(&id)]);
        let asked = stage.ask(&id);
        let message = stage.titled(&asked, "Your video is ready").await;
        let first = message.versions[1].body["embeds"].to_string();
        assert!(!first.contains("usually "), "{first}");
    }
    stage.task("grok:task-0006", [running("grok:task-0006")]);
    let message = stage
        .titled(&stage.ask("grok:task-0006"), "Making your video")
        .await;
    assert!(message.embeds.to_string().contains("usually "));
    let mut another = running("grok:task-0007");
    another["model"] = json!("grok-4");
    stage.task("grok:task-0007", [another]);
    stage.task("sora:task-0008", [running("sora:task-0008")]);
    for id in ["grok:task-0007", "sora:task-0008"] {
        let message = stage.titled(&stage.ask(id), "Making your video").await;
        let text = message.embeds.to_string();
        assert!(!text.contains("usually "), "another model: {id}");
    }
}

#[tokio::test]
async fn the_end_does_not_wait_for_its_turn_as_progress_does() {
    let stage = Stage::new().await;
    let _bot = stage.bot().await;
    stage.fetched().await;
    let at = |percent| json!({ "id": TASK, "status": "processing", "progress": percent });
    stage.task(TASK, [at(10), at(20)]);
    let asked = stage.ask(TASK);
    stage.titled(&asked, "Making your video").await;
    // The next progress has been seen and put off.
    stage
        .sandbox
        .until(|view| (view.polls(TASK) >= 4).then_some(()))
        .await;
    let ended = tokio::time::Instant::now();
    stage.task(TASK, [stage.done(TASK)]);
    let message = stage.titled(&asked, "Your video is ready").await;
    assert!(
        ended.elapsed() < Duration::from_secs(3),
        "{:?}",
        ended.elapsed()
    );
    assert_eq!(message.versions.len(), 3, "deferred, 10 %, ready");
}
