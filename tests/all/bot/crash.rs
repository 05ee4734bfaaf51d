//! `kill -9` at the worst moments: no watch is lost and nobody is pinged twice.

use sandbox::{Message, Point, permissions};
use serde_json::json;
use testing::{Stage, TASK, running, title};

/// Kills the bot while `route` is held at `point`, starts it again, lets the
/// task finish, and checks that everything came to one good end.
async fn killed_at(route: &str, point: Point, finished: bool) {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    stage.task(TASK, [running(TASK)]);
    let (bot, interaction) = if finished {
        let (asked, _) = stage.watching().await;
        let done = || stage.task(TASK, [stage.done(TASK)]);
        (stage.killed_at(bot, route, point, done).await, asked)
    } else {
        let mut asked = None;
        let ask = || asked = Some(stage.ask(TASK));
        let bot = stage.killed_at(bot, route, point, ask).await;
        (bot, asked.unwrap())
    };
    if !finished {
        let channel = stage.sandbox.channel();
        let shown = |message: &Message| title(message).contains("Making your video");
        stage
            .sandbox
            .until(|view| view.messages(&channel).any(shown).then_some(()))
            .await;
        stage.task(TASK, [stage.done(TASK)]);
    }
    stage.pinged(1).await;
    let channel = stage.sandbox.channel();
    let has_file = |message: &Message| message.attachments.len() == 1;
    stage
        .sandbox
        .until(|view| view.messages(&channel).any(has_file).then_some(()))
        .await;
    bot.stop().await;

    let channel = stage.sandbox.messages(&channel);
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
async fn while_the_files_are_fetched() {
    killed_at("GET /media/{*path}", Point::Before, true).await;
    killed_at("GET /media/{*path}", Point::After, true).await;
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
    let (interaction, _) = stage.watching().await;
    bot.stop().await;
    stage.task(TASK, [stage.done(TASK)]);
    let bot = stage.bot().await;
    stage.titled(&interaction, "Your video is ready").await;
    assert_eq!(stage.pinged(1).await.len(), 1);
    bot.stop().await;
    assert_eq!(stage.pings().len(), 1);
}

/// Kills the bot while it sends the end as a direct message, of which one must arrive.
async fn killed_in_the_dm_at(route: &str, point: Point) {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    stage.watching_with(json!({ "notify": "dm" })).await;
    let done = || stage.task(TASK, [stage.done(TASK)]);
    let bot = stage.killed_at(bot, route, point, done).await;
    stage.dms(1).await;
    bot.stop().await;
    assert_eq!(stage.dms(1).await.len(), 1);
    assert_eq!(stage.pings().len(), 0);
}

#[tokio::test]
async fn while_the_direct_message_is_opened_or_sent() {
    killed_in_the_dm_at("POST /users/@me/channels", Point::After).await;
    killed_in_the_dm_at("POST /channels/{channel}/messages", Point::Before).await;
    killed_in_the_dm_at("POST /channels/{channel}/messages", Point::After).await;
}

/// Discord knows a nonce for some minutes; a bot that was down for longer looks
/// whether its notification is there.
#[tokio::test]
async fn after_a_long_time_the_ping_is_looked_for() {
    for point in [Point::Before, Point::After] {
        let stage = Stage::forgetting_nonces().await;
        let bot = stage.bot().await;
        stage.watching().await;
        let send = "POST /channels/{channel}/messages";
        let done = || stage.task(TASK, [stage.done(TASK)]);
        let bot = stage.killed_at(bot, send, point, done).await;
        let looked = |view: &sandbox::View<'_>| {
            let mut requests = view.requests();
            requests
                .any(|r| r.name() == "GET /channels/{channel}/messages")
                .then_some(())
        };
        stage.sandbox.until(looked).await;
        stage.pinged(1).await;
        bot.stop().await;
        assert_eq!(stage.pings().len(), 1, "{point:?}");
    }
}

/// The ping may not be a reply, so that it is sent again as a plain message.
#[tokio::test]
async fn before_and_after_the_plain_message_in_place_of_a_reply() {
    for point in [Point::Before, Point::After] {
        let stage = Stage::new().await;
        let bot = stage.bot().await;
        let channel = stage.sandbox.channel();
        stage.watching().await;
        let unread = permissions::ORDINARY & !permissions::READ_MESSAGE_HISTORY;
        stage.sandbox.permissions(&channel, unread);
        let send = "POST /channels/{channel}/messages";
        let mut reply = stage.sandbox.hold(send, Point::Before);
        stage.task(TASK, [stage.done(TASK)]);
        reply.arrived().await;
        let mut plain = stage.sandbox.hold(send, point);
        reply.release();
        plain.arrived().await;
        bot.kill();
        plain.discard();
        let bot = stage.bot().await;
        let ping = stage.pinged(1).await.remove(0);
        bot.stop().await;
        assert_eq!(
            (stage.pings().len(), ping.reference),
            (1, None),
            "{point:?}"
        );
    }
}

/// Killed again while the first one's ping is looked for.
#[tokio::test]
async fn in_the_middle_of_the_search() {
    for (sent, point) in [
        (Point::Before, Point::Before),
        (Point::Before, Point::After),
        (Point::After, Point::Before),
        (Point::After, Point::After),
    ] {
        let stage = Stage::forgetting_nonces().await;
        let bot = stage.bot().await;
        stage.watching().await;
        let send = "POST /channels/{channel}/messages";
        let mut ping = stage.sandbox.hold(send, sent);
        stage.task(TASK, [stage.done(TASK)]);
        ping.arrived().await;
        bot.kill();
        ping.discard();
        let search = "GET /channels/{channel}/messages";
        let mut looking = stage.sandbox.hold(search, point);
        let bot = stage.bot().await;
        looking.arrived().await;
        bot.kill();
        looking.discard();
        let bot = stage.bot().await;
        stage
            .sandbox
            .until(|view| {
                let searches = view.requests().filter(|one| one.name() == search);
                (searches.count() >= 2).then_some(())
            })
            .await;
        stage.pinged(1).await;
        bot.stop().await;
        assert_eq!(stage.pings().len(), 1, "{sent:?} {point:?}");
    }
}
