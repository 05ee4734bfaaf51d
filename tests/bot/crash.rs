//! `kill -9` at the worst moments: no watch is lost and nobody is pinged twice.

use sandbox::{Message, Point};

use crate::harness::{Stage, TASK, running, title};

/// Kills the bot while `route` is held at `point`, starts it again, lets the
/// task finish, and checks that everything came to one good end.
async fn killed_at(route: &str, point: Point, finished: bool) {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    stage.task(TASK, [running(TASK)]);
    let interaction = if finished {
        let interaction = stage.ask(TASK);
        stage.titled(&interaction, "being made").await;
        let mut hold = stage.sandbox.hold(route, point);
        stage.task(TASK, [stage.done(TASK)]);
        hold.arrived().await;
        bot.kill();
        hold.discard();
        interaction
    } else {
        let mut hold = stage.sandbox.hold(route, point);
        let interaction = stage.ask(TASK);
        hold.arrived().await;
        bot.kill();
        hold.discard();
        interaction
    };
    let bot = stage.bot().await;
    if !finished {
        let channel = stage.sandbox.channel();
        let shown = |message: &Message| title(message).contains("being made");
        stage
            .sandbox
            .until(|view| view.messages(&channel).any(shown).then_some(()))
            .await;
        stage.task(TASK, [stage.done(TASK)]);
    }
    stage.pinged(1).await;
    bot.stop().await;

    let channel = stage.sandbox.messages(&stage.sandbox.channel());
    let ready: Vec<&Message> = channel
        .iter()
        .filter(|m| title(m).contains("Your video is ready"))
        .collect();
    assert_eq!(ready.len(), 1, "{}", stage.sandbox.dump());
    if let Some(original) = interaction.original() {
        assert_eq!(ready[0].id, original.id, "the same message is edited");
    }
    assert_eq!(ready[0].attachments.len(), 1);
    let pings = stage.pings();
    assert_eq!(pings.len(), 1, "{}", stage.sandbox.dump());
    assert_eq!(pings[0].reference, Some(ready[0].id));
}

#[tokio::test]
async fn between_the_record_and_the_acknowledgement() {
    killed_at(
        "POST /interactions/{id}/{token}/callback",
        Point::Before,
        false,
    )
    .await;
}

#[tokio::test]
async fn after_the_acknowledgement_and_before_the_first_poll() {
    killed_at(
        "POST /interactions/{id}/{token}/callback",
        Point::After,
        false,
    )
    .await;
}

#[tokio::test]
async fn in_the_middle_of_a_poll() {
    killed_at("GET /v1/video/query", Point::Before, false).await;
}

#[tokio::test]
async fn before_the_last_edit_is_sent() {
    killed_at(
        "PATCH /webhooks/{app}/{token}/messages/@original",
        Point::Before,
        true,
    )
    .await;
}

#[tokio::test]
async fn after_the_last_edit_and_before_its_record() {
    killed_at(
        "PATCH /webhooks/{app}/{token}/messages/@original",
        Point::After,
        true,
    )
    .await;
}

#[tokio::test]
async fn before_the_ping_is_sent() {
    killed_at("POST /channels/{channel}/messages", Point::Before, true).await;
}

#[tokio::test]
async fn after_the_ping_and_before_its_record() {
    killed_at("POST /channels/{channel}/messages", Point::After, true).await;
}

#[tokio::test]
async fn a_stop_in_the_middle_loses_nothing() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    stage.task(TASK, [running(TASK)]);
    let interaction = stage.ask(TASK);
    stage.titled(&interaction, "being made").await;
    bot.stop().await;
    stage.task(TASK, [stage.done(TASK)]);
    let bot = stage.bot().await;
    stage.titled(&interaction, "Your video is ready").await;
    assert_eq!(stage.pinged(1).await.len(), 1);
    bot.stop().await;
    assert_eq!(stage.pings().len(), 1);
}
