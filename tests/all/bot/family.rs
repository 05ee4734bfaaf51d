//! Replies that other gateways of the family send: the message says what came of them,
//! in words for people.

use sandbox::{Message, Reply, Script};
use serde_json::{Value, json};
use testing::{Stage, TASK, description};

use super::program::Program;

/// Shows a task that answers with `body`, once its title holds `words`.
async fn shown(body: Value, words: &str) -> Message {
    let stage = Stage::new().await;
    let _bot = stage.bot().await;
    stage.task(TASK, [body]);
    stage.titled(&stage.ask(TASK), words).await
}

/// The message as text.
fn text(message: &Message) -> String {
    message.embeds.to_string()
}

#[tokio::test]
async fn an_unknown_word_is_running_with_the_words_beside_it() {
    let dreaming = |error: Value| json!({ "id": TASK, "status": "dreaming", "error": error });
    let words = json!({ "message": "The model warms up (request id: 2026abc)", "code": "warm" });
    let message = shown(dreaming(words), "Making your video").await;
    let text = text(&message);
    assert!(text.contains("The model warms up"), "{text}");
    assert!(!text.contains("2026abc"), "{text}");
    let page = json!("<html><head><title>502</title></head><body>Bad gateway</body></html>");
    let message = shown(dreaming(page), "Making your video").await;
    let text = self::text(&message);
    assert!(
        !text.contains("html") && !text.contains("Bad gateway"),
        "{text}"
    );
}

#[tokio::test]
async fn a_filtered_video_is_told_at_once_with_the_words_that_came() {
    let reasons = json!(["Veo could not generate 1 videos based on the prompt provided."]);
    let body = json!({
        "id": TASK, "status": "completed", "video_url": null,
        "detail": { "response": { "raiMediaFilteredCount": 1, "raiMediaFilteredReasons": reasons } },
    });
    let message = shown(body, "without a video").await;
    assert!(description(&message).contains("safety filter"));
    let text = text(&message);
    assert!(text.contains("could not generate 1 videos"), "{text}");
}

#[tokio::test]
async fn a_flag_of_a_filter_is_put_into_words() {
    let done = |flag: &str, value: bool| json!({ "id": TASK, "status": "completed", "video_url": "", flag: value });
    let failed = json!({ "id": TASK, "status": "failed", "moderated": true });
    let word = json!({ "id": TASK, "status": "content_filtered" });
    for (body, title, raw) in [
        (done("moderated", true), "without a video", "moderated"),
        (
            done("respect_moderation", false),
            "without a video",
            "respect",
        ),
        (failed, "The video could not be made", "moderated"),
        (word, "The video could not be made", "content"),
    ] {
        let message = shown(body, title).await;
        let text = text(&message);
        assert!(text.contains("safety filter"), "{text}");
        assert!(!text.contains(raw), "{text}");
    }
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_not_called_silence() {
    let pad = "word ".repeat(60_000);
    let body = json!({ "id": TASK, "status": "processing", "pad": pad });
    let message = shown(body, "answer is too large").await;
    assert!(!text(&message).contains("not answering"));
}

#[tokio::test]
async fn a_wrong_path_is_told_to_the_operator_once() {
    let stage = Stage::new().await;
    let program = Program::start(&stage, &[]).await;
    let route = Reply::json(404, json!({ "detail": "Not Found" }));
    for id in [TASK, "grok:another-00001"] {
        let script = Script::always(route.clone());
        stage.sandbox.video().task(id, script);
        stage
            .titled(&stage.ask(id), "No answer from the video service")
            .await;
    }
    let asked = |view: &sandbox::View<'_>| (view.polls(TASK) > 3).then_some(());
    stage.sandbox.until(asked).await;
    let (_, log) = program.stop().await;
    assert_eq!(log.matches("VIDEO_QUERY_PATH").count(), 1, "{log}");
    assert!(!log.contains("poll.failed"), "{log}");
}
