//! An order over HTTP is one watch and one message: repeated, at two processes, and when
//! the bot is killed.

use std::collections::BTreeSet;

use sandbox::Point;
use serde_json::json;
use testing::{Bot, Stage, TASK, postgres, running};

use super::api::{bot, bot_with, boxes, here, shown};
use super::caller::{Caller, OTHER, TOKEN};

const POST: &str = "POST /channels/{channel}/messages";

/// Kills the bot while its first message is held at `point`; `late` is a Discord that has
/// forgotten the nonce meanwhile.
async fn killed_at(point: Point, late: bool) {
    let stage = if late {
        Stage::forgetting_nonces().await
    } else {
        Stage::new().await
    };
    let bot = bot(&stage).await;
    stage.task(TASK, [running(TASK)]);
    let mut hold = stage.sandbox.hold(POST, point);
    let told = Caller::of(&bot, TOKEN).order(here(&stage)).await;
    assert_eq!(told.status, 201);
    hold.arrived().await;
    bot.kill();
    hold.discard();
    let bot = self::bot(&stage).await;
    let caller = Caller::of(&bot, TOKEN);
    let id = told.text("id");
    caller
        .until(id, |watch| watch["message_url"].is_string())
        .await;
    stage.task(TASK, [stage.done(TASK)]);
    caller.until(id, |watch| watch["state"] == "ended").await;
    let channel = stage.sandbox.channel();
    assert_eq!(boxes(&stage, &channel).len(), 1, "{}", stage.sandbox.dump());
    assert_eq!(stage.pinged(1).await.len(), 1);
}

#[tokio::test]
async fn a_crash_before_the_first_message_loses_and_doubles_nothing() {
    killed_at(Point::Before, false).await;
    killed_at(Point::Before, true).await;
}

#[tokio::test]
async fn a_crash_after_the_first_message_loses_and_doubles_nothing() {
    killed_at(Point::After, false).await;
    killed_at(Point::After, true).await;
}

#[tokio::test]
async fn a_crash_between_the_record_and_the_start_loses_nothing() {
    let stage = Stage::new().await;
    let bot = bot(&stage).await;
    stage.task(TASK, [running(TASK)]);
    let told = Caller::of(&bot, TOKEN).order(here(&stage)).await;
    bot.kill();
    // As it was when the order was recorded.
    stage.alter("UPDATE watches SET state = 'asked', message_id = NULL, posting_since = NULL, attempt = 0").await;
    stage.alter("DELETE FROM tasks").await;
    let bot = bot_with(&stage, &[]).await;
    let caller = Caller::of(&bot, TOKEN);
    let live = caller.until(told.text("id"), |watch| watch["message_url"].is_string());
    assert_eq!(live.await["state"], "live");
    // Whatever the first bot had sent is known by its nonce.
    assert_eq!(boxes(&stage, &stage.sandbox.channel()).len(), 1);
}

#[tokio::test]
async fn one_order_that_comes_to_two_processes_is_one_message() {
    let stage = Stage::new().await;
    let Some(database) = postgres::database().await else {
        return;
    };
    let variables = [("DATABASE_URL", database.as_str())];
    let first = bot_with(&stage, &variables).await;
    let mut second = stage.variables();
    second.extend([
        ("DATABASE_URL", database.clone()),
        ("API_TOKEN", TOKEN.to_owned()),
    ]);
    let second = Bot::start(second).await.unwrap();
    stage.task(TASK, [running(TASK)]);
    let callers = [Caller::of(&first, TOKEN), Caller::of(&second, TOKEN)];
    let orders = (0..8).map(|n| {
        let caller = callers[n % 2].clone();
        let body = here(&stage);
        async move { caller.order_once(body, Some("job 7")).await }
    });
    let told = futures_util::future::join_all(orders).await;
    let created = told.iter().filter(|told| told.status == 201).count();
    assert_eq!(created, 1, "{told:?}");
    let id = told[0].text("id");
    stage.task(TASK, [running(TASK), stage.done(TASK)]);
    for caller in &callers {
        let ended = caller.until(id, |watch| watch["state"] == "ended").await;
        assert_eq!(ended["outcome"], "completed");
    }
    assert_eq!(boxes(&stage, &stage.sandbox.channel()).len(), 1);
    assert_eq!(stage.pinged(1).await.len(), 1);
}

/// Discord takes five new messages in five seconds; the checks of the channel go on meanwhile.
#[tokio::test]
async fn a_burst_of_orders_for_one_channel_is_recorded_whole() {
    let stage = Stage::with(sandbox::Options {
        rate_limits: true,
        ..Stage::options()
    })
    .await;
    let bot = bot(&stage).await;
    let caller = Caller::of(&bot, TOKEN);
    let channel = stage.sandbox.channel();
    for n in 1..=8 {
        let id = format!("{TASK}-{n}");
        stage.task(&id, [running(&id)]);
        let told = caller.order(json!({ "id": id, "channel_id": channel.id.to_string() }));
        assert_eq!(told.await.status, 201, "{n}");
        if n == 5 {
            let five =
                |view: &sandbox::View<'_>| (view.messages(&channel).count() == 5).then_some(());
            stage.sandbox.until(five).await;
        }
    }
    let all = |view: &sandbox::View<'_>| (view.messages(&channel).count() == 8).then_some(());
    stage.sandbox.until(all).await;
    bot.stop().await;
}

#[tokio::test]
async fn a_repeated_order_is_the_same_watch_also_at_the_same_moment() {
    let stage = Stage::new().await;
    let bot = bot(&stage).await;
    stage.task(TASK, [running(TASK)]);
    let (caller, other) = (Caller::of(&bot, TOKEN), Caller::of(&bot, OTHER));
    let orders = (0..8).map(|_| caller.order_once(here(&stage), Some("job 7")));
    let told = futures_util::future::join_all(orders).await;
    let created = told.iter().filter(|told| told.status == 201).count();
    assert_eq!(created, 1, "{told:?}");
    assert!(told.iter().all(|told| matches!(told.status, 200 | 201)));
    let ids: BTreeSet<_> = told.iter().map(|told| told.text("id")).collect();
    assert_eq!(ids.len(), 1);
    let channel = stage.sandbox.channel();
    shown(&stage, &channel, "Making your video").await;

    let mut different = here(&stage);
    different["spoiler"] = true.into();
    let told = caller.order_once(different, Some("job 7")).await;
    assert_eq!(told.status, 422, "{told:?}");
    assert!(told.text("detail").contains("another order"), "{told:?}");
    // Keys are each caller's own, and so are watches.
    let told = other.order_once(here(&stage), Some("job 7")).await;
    assert_eq!(told.status, 201);
    let first = ids.into_iter().next().unwrap();
    assert_eq!(other.get(first).await.status, 404);
    assert_eq!(other.stop(first).await.status, 404);
    assert_eq!(
        other.list(&format!("task_id={TASK}")).await.body["watches"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    other
        .until(told.text("id"), |watch| watch["message_url"].is_string())
        .await;
    assert_eq!(boxes(&stage, &channel).len(), 2);
    // A restart forgets nothing.
    bot.stop().await;
    let bot = bot_with(&stage, &[]).await;
    let again = Caller::of(&bot, TOKEN)
        .order_once(here(&stage), Some("job 7"))
        .await;
    assert_eq!((again.status, again.text("id")), (200, first));
}
