//! Several gateways: each task is asked of the one that knows it.

use sandbox::{Fault, Reply, Sandbox, Script};
use serde_json::json;
use testing::{TASK, running, title};

use super::inline;
use super::two_gateways::{SECOND, Two};

#[tokio::test]
async fn an_id_goes_to_the_first_gateway_that_it_fits_with_that_ones_key() {
    let two = Two::new().await;
    two.first().video().require_key(Some("sk-of-the-first"));
    two.other.video().require_key(Some("sk-of-the-other"));
    let key = two.stage.folder().join("key");
    std::fs::write(&key, "sk-of-the-other\n").unwrap();
    let by_file = format!(
        "key_file = \"{}\"\nids = [\"veo*\", \"sora:*\"]",
        key.display()
    );
    let of_first = "key = \"sk-of-the-first\"\nids = [\"grok:*\"]";
    let bot = two
        .bot(&[
            ("first", two.first(), of_first),
            ("other", &two.other, &by_file),
        ])
        .await;
    two.stage.task(TASK, [running(TASK)]);
    two.other_task(SECOND, [running(SECOND)]);
    for id in [TASK, SECOND] {
        two.watching(id).await;
    }
    assert_eq!(two.polls(TASK)[1], 0);
    assert_eq!(two.polls(SECOND)[0], 0);
    // Nobody is asked about an id that no gateway is for, and it is not called unknown.
    let stray = "kling:1";
    let told = two
        .stage
        .titled(&two.stage.ask(stray), "can't check on")
        .await;
    assert!(!title(&told).contains("No video"));
    assert_eq!(two.polls(stray), [0, 0]);
    bot.stop().await;
}

#[tokio::test]
async fn what_the_first_does_not_know_is_asked_of_the_second_which_is_remembered() {
    let two = Two::new().await;
    two.other_task(TASK, [running(TASK)]);
    let bot = two.both("first", "second").await;
    let asked = two.watching(TASK).await;
    two.asked_more(TASK, 3).await;
    assert_eq!(two.polls(TASK)[0], 1, "only before it was known");
    bot.kill();
    let bot = two.both("first", "second").await;
    two.asked_more(TASK, 3).await;
    two.other_task(TASK, [two.stage.done(TASK)]);
    two.stage.titled(&asked, "Your video is ready").await;
    assert_eq!(two.polls(TASK)[0], 1, "also after a restart");
    // A second question is answered by that gateway at once.
    two.stage
        .titled(&two.stage.ask(TASK), "Your video is ready")
        .await;
    assert_eq!(two.polls(TASK)[0], 1);
    bot.stop().await;
}

#[tokio::test]
async fn what_both_do_not_know_is_unknown_and_what_both_know_is_the_firsts() {
    let two = Two::new().await;
    let bot = two.both("first", "second").await;
    two.stage
        .titled(&two.stage.ask(TASK), "No video with this ID")
        .await;
    assert_eq!(two.polls(TASK), [1, 1]);
    two.stage.task(SECOND, [running(SECOND)]);
    two.other_task(SECOND, [two.stage.done(SECOND)]);
    two.watching(SECOND).await;
    assert_eq!(two.polls(SECOND)[1], 0);
    bot.stop().await;
}

/// A task of the second gateway, which is gone after a restart: what becomes of it with
/// these gateways.
async fn without_the_second(two: &Two, left: &[(&str, &Sandbox, &str)], words: &str) -> [usize; 2] {
    two.other_task(SECOND, [running(SECOND)]);
    let bot = two.both("first", "second").await;
    let asked = two.watching(SECOND).await;
    bot.stop().await;
    let before = two.polls(SECOND);
    let bot = two.bot(left).await;
    two.stage.titled(&asked, words).await;
    if words.contains("can't") {
        let pings = two.stage.pinged(1).await;
        assert!(pings[0].content.contains(words), "{:?}", pings[0].content);
    }
    bot.stop().await;
    let after = two.polls(SECOND);
    [after[0] - before[0], after[1] - before[1]]
}

#[tokio::test]
async fn a_gateway_that_is_removed_ends_its_watches_with_a_true_sentence() {
    let two = Two::new().await;
    let left = [("first", two.first(), "ids = [\"grok:*\"]")];
    let polls = without_the_second(&two, &left, "can't check on").await;
    assert_eq!(polls, [0, 0], "nobody is for it");
}

#[tokio::test]
async fn what_was_a_removed_gateways_is_not_called_unknown_by_another() {
    let two = Two::new().await;
    let left = [("first", two.first(), "")];
    let polls = without_the_second(&two, &left, "can't check on").await;
    assert_eq!(polls, [1, 0]);
}

#[tokio::test]
async fn a_gateway_that_is_renamed_goes_on() {
    let two = Two::new().await;
    let left = [("first", two.first(), ""), ("renamed", &two.other, "")];
    two.other_task(SECOND, [running(SECOND)]);
    let bot = two.both("first", "second").await;
    let asked = two.watching(SECOND).await;
    bot.stop().await;
    two.other_task(SECOND, [two.stage.done(SECOND)]);
    let bot = two.bot(&left).await;
    two.stage.titled(&asked, "Your video is ready").await;
    bot.stop().await;
}

#[tokio::test]
async fn a_video_in_the_reply_is_asked_of_the_tasks_own_gateway() {
    let two = Two::new().await;
    two.other
        .video()
        .task(TASK, Script::always(inline::clip(TASK)));
    let bot = two.both("first", "second").await;
    let asked = two.stage.ask(TASK);
    let shown = two.stage.message(&asked, inline::is_attached).await;
    assert_eq!(shown.attachments[0].size, sandbox::clip().len() as u64);
    assert_eq!(two.polls(TASK), [1, 2]);
    bot.stop().await;
}

/// Media of the gateway's own origin that wants its key.
#[tokio::test]
async fn media_is_fetched_with_the_key_of_the_tasks_own_gateway() {
    let two = Two::new().await;
    let clip = Reply::bytes("video/mp4", sandbox::clip());
    let url = two.other.video().media("/own.mp4", clip);
    let refused = Fault::on("GET /media/{*path}").reply(401, json!({}));
    two.other.fault(refused);
    two.other_task(
        TASK,
        [json!({ "id": TASK, "status": "completed", "video_url": url })],
    );
    let (first, second) = ("key = \"sk-of-the-first\"", "key = \"sk-of-the-second\"");
    let bot = two
        .bot(&[
            ("first", two.first(), first),
            ("second", &two.other, second),
        ])
        .await;
    let asked = two.stage.ask(TASK);
    two.stage.message(&asked, inline::is_attached).await;
    let requests = two.other.requests();
    let media = requests.iter().filter(|one| one.path.starts_with("/media"));
    let keys: Vec<_> = media.map(|one| one.headers.get("authorization")).collect();
    let key = "Bearer sk-of-the-second".to_owned();
    assert_eq!(keys, [None, Some(&key)]);
    bot.stop().await;
}
