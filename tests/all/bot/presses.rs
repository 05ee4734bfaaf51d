//! Buttons and menus.

use std::time::Duration;

use sandbox::{Interaction, Message, Point, permissions};
use serde_json::json;
use testing::{Stage, TASK, answer, control, running};

use super::lists::list;
use super::told::passes;

/// The button that messages had below them in earlier versions.
fn refresh(message: &Message) -> String {
    control(message, "stop").replace("stop", "refresh")
}

async fn press_refresh(stage: &Stage, name: &str, message: &Message) -> Interaction {
    let (person, button) = (stage.sandbox.person(name), refresh(message));
    let pressed = stage.sandbox.press_of_before(&person, message, &button);
    let press = pressed.unwrap();
    press.callback().await;
    press
}

#[tokio::test]
async fn refresh_of_an_older_message_asks_now_and_at_most_each_five_seconds() {
    let stage = Stage::new().await;
    let _bot = stage
        .bot_with(&[("POLL_MIN", "10m"), ("POLL_MAX", "10m")])
        .await;
    let (asked, message) = stage.watching().await;
    let early = answer(&press_refresh(&stage, "ben", &message).await);
    assert!(early.contains("a moment ago"), "{early}");
    // The claim counts from the poll; five seconds are the promise itself.
    tokio::time::sleep(Duration::from_millis(5100)).await;
    stage.task(TASK, [stage.done(TASK)]);
    let press = press_refresh(&stage, "ben", &message).await;
    assert!(answer(&press).contains("asking the video service now"));
    stage.titled(&asked, "Your video is ready").await;
}

/// A press that says that it was elsewhere is nothing of the watch's.
#[tokio::test]
async fn a_press_counts_only_below_the_watchs_own_message() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let (_, message) = stage.watching().await;
    // Until the bot has recorded which message is its own, any may be.
    let recorded = "UPDATE watches SET failures = failures WHERE message_id IS NOT NULL";
    passes(&stage, recorded).await;
    for field in ["/message/id", "/guild_id"] {
        stage.sandbox.distort_interactions(move |payload| {
            *payload.pointer_mut(field).unwrap() = json!("1100000000000000999");
        });
        for word in ["stop", "notify"] {
            let pressed = stage.pressed("ada", &message, word).await;
            let said = answer(&pressed);
            assert!(
                said.contains("know this message any more"),
                "{field}, {word}: {said}"
            );
        }
    }
    stage.sandbox.distort_interactions(|_| {});
    let stopped = stage.pressed("ada", &message, "stop").await;
    assert_eq!(stopped.callback().await.kind, 6);
    bot.stop().await;
}

#[tokio::test]
async fn only_the_requester_or_a_moderator_stops_a_watch() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let (ben, channel) = (stage.sandbox.person("ben"), stage.sandbox.channel());
    for moderator in [false, true] {
        let id = format!("{TASK}-{moderator}");
        stage.task(&id, [running(&id)]);
        let asked = stage.ask(&id);
        let message = stage.titled(&asked, "Making your video").await;
        let refused = stage.pressed("ben", &message, "stop").await;
        assert!(answer(&refused).contains("Only the person who asked"));
        let name = if moderator {
            let bits = permissions::ORDINARY | permissions::MANAGE_MESSAGES;
            stage.sandbox.person_permissions(&ben, &channel, bits);
            "ben"
        } else {
            "ada"
        };
        stage.pressed(name, &message, "stop").await;
        stage.titled(&asked, "🛑 Stopped").await;
    }
    let pings = stage.pinged(1).await;
    bot.stop().await;
    // Who stops their own watch knows; of a moderator's stop they are told.
    assert_eq!(stage.pings().len(), 1);
    assert_eq!(pings[0].pings, [stage.sandbox.person("ada").id]);
    assert!(pings[0].content.contains("-true"), "{}", pings[0].content);
}

/// Ben and Cleo wait, too; then `person` stops the watch in one of two ways. The
/// one message that tells of it.
async fn told_of_a_stop(name: &str, by_list: bool) -> (Stage, Message, Message) {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let (asked, message) = stage.watching().await;
    for name in ["ben", "cleo"] {
        stage.pressed(name, &message, "notify").await;
    }
    let (person, channel) = (stage.sandbox.person(name), stage.sandbox.channel());
    let bits = permissions::ORDINARY | permissions::MANAGE_MESSAGES;
    stage.sandbox.person_permissions(&person, &channel, bits);
    if by_list {
        let (_, menu) = list(&stage, name, json!({})).await;
        let (id, value) = (control(&menu, "stop-some"), asked.id.to_string());
        let chosen = stage.sandbox.select(&person, &menu, &id, &[&value]);
        chosen.unwrap().callback().await;
    } else {
        stage.pressed(name, &message, "stop").await;
    }
    stage.titled(&asked, "🛑 Stopped").await;
    let ping = stage.pinged(1).await.remove(0);
    bot.stop().await;
    assert_eq!(stage.pings().len(), 1);
    (stage, message, ping)
}

#[tokio::test]
async fn who_waited_hears_of_a_stop_and_how_to_go_on() {
    for by_list in [false, true] {
        let (stage, message, ping) = told_of_a_stop("ada", by_list).await;
        let others = ["ben", "cleo"].map(|name| stage.sandbox.person(name).id);
        assert_eq!(ping.pings, others, "not the requester, who stopped it");
        assert_eq!(ping.reference, Some(message.id));
        for words in ["🛑 Stopped", TASK, "may still be made"] {
            assert!(ping.content.contains(words), "{}", ping.content);
        }
    }
    let (stage, _, ping) = told_of_a_stop("ben", false).await;
    let others = ["ada", "cleo"].map(|name| stage.sandbox.person(name).id);
    assert_eq!(ping.pings, others, "but not Ben, who stopped it");
}

#[tokio::test]
async fn watch_again_goes_on_with_the_same_message() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let (asked, message) = stage.watching().await;
    stage.pressed("ada", &message, "stop").await;
    let stopped = stage.titled(&asked, "🛑 Stopped").await;
    // A button outlives the process that made it.
    bot.stop().await;
    let bot = stage.bot().await;
    let again = stage.pressed("ben", &stopped, "again").await;
    assert_eq!(again.callback().await.kind, 6);
    stage.titled(&asked, "Making your video").await;
    stage.task(TASK, [stage.done(TASK)]);
    stage.titled(&asked, "Your video is ready").await;
    let pings = stage.pinged(1).await;
    bot.stop().await;
    assert_eq!(pings[0].pings, [stage.sandbox.person("ben").id]);
    assert_eq!(stage.pings().len(), 1);
}

#[tokio::test]
async fn the_full_prompt_comes_privately_and_as_a_file_when_it_is_long() {
    let stage = Stage::new().await;
    let _bot = stage.bot().await;
    for (id, prompt, file) in [
        ("grok:short", "a flying cow".to_owned(), false),
        ("grok:long", "牛 ".repeat(3500), true),
    ] {
        stage.task(
            id,
            [json!({ "id": id, "status": "processing", "prompt": "cow", "enhanced_prompt": prompt })],
        );
        let asked = stage.ask(id);
        let message = stage.titled(&asked, "Making your video").await;
        let press = stage.pressed("ben", &message, "prompt").await;
        let shown = press.original().unwrap();
        assert!(shown.ephemeral_for.is_some());
        assert_eq!(!shown.attachments.is_empty(), file, "{shown:?}");
        if file {
            let text =
                String::from_utf8(stage.sandbox.file(&shown.attachments[0]).unwrap()).unwrap();
            assert!(text.contains(prompt.trim()));
        } else {
            assert!(shown.embeds.to_string().contains("a flying cow"));
        }
    }
}

#[tokio::test]
async fn a_press_on_what_is_over_or_unknown_is_answered_privately() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let (_, live) = stage.watching().await;
    bot.stop().await;
    // The database of another operator, or long forgotten: nobody knows it.
    let bot = stage
        .bot_with(&[("DATABASE_URL", stage.other_database().as_str())])
        .await;
    for word in ["notify", "stop"] {
        let told = answer(&stage.pressed("ada", &live, word).await);
        assert!(told.contains("don't know this message"), "{told}");
    }
    bot.stop().await;
}

/// The end is recorded while the message still has its buttons.
#[tokio::test]
async fn a_press_on_a_watch_that_has_just_ended_says_so() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let prompted = json!({
        "id": TASK, "status": "processing", "prompt": "cow", "enhanced_prompt": "a flying cow",
    });
    stage.task(TASK, [prompted]);
    let asked = stage.ask(TASK);
    let message = stage.titled(&asked, "Making your video").await;
    let edit = "PATCH /webhooks/{app}/{token}/messages/@original";
    let mut hold = stage.sandbox.hold(edit, Point::Before);
    stage.task(TASK, [stage.done(TASK)]);
    hold.arrived().await;
    let refreshed = press_refresh(&stage, "ada", &message).await;
    let mut told = vec![answer(&refreshed)];
    for (name, word) in [("ben", "notify"), ("ada", "stop")] {
        told.push(answer(&stage.pressed(name, &message, word).await));
    }
    for told in told {
        assert!(told.contains("no longer follow this"), "{told}");
    }
    let prompt = stage.pressed("ben", &message, "prompt").await;
    let shown = prompt.original().unwrap();
    assert!(shown.embeds.to_string().contains("a flying cow"));
    hold.release();
    stage.titled(&asked, "Your video is ready").await;
    let pings = stage.pinged(1).await;
    bot.stop().await;
    let ada = stage.sandbox.person("ada").id;
    assert_eq!(pings[0].pings, [ada], "Ben came too late");
}
