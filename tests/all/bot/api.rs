//! The door for scripts: a watch is ordered over HTTP, and is one like any other.

use std::collections::BTreeSet;

use reqwest::Method;
use sandbox::{Channel, Fault, Message, Point, permissions};
use serde_json::{Value, json};
use testing::postgres;
use testing::{Bot, Stage, TASK, control, running, title};

use super::caller::{Caller, OTHER, TOKEN};
use super::openapi;

const POST: &str = "POST /channels/{channel}/messages";

/// A bot with the door.
async fn bot(stage: &Stage) -> Bot {
    bot_with(stage, &[]).await
}

async fn bot_with(stage: &Stage, changes: &[(&'static str, &str)]) -> Bot {
    let tokens = format!("{TOKEN}, {OTHER}");
    let mut all = vec![("API_TOKEN", tokens.as_str())];
    all.extend(changes);
    stage.bot_with(&all).await
}

/// An order for the ordinary channel that mentions Ada.
fn here(stage: &Stage) -> Value {
    json!({
        "id": TASK,
        "channel_id": stage.sandbox.channel().id.to_string(),
        "mention": stage.sandbox.person("ada").id.to_string(),
    })
}

/// The bot's messages in a channel that are about the task and tell nobody of its end,
/// once `look` finds one of them.
async fn shown(stage: &Stage, place: &Channel, words: &str) -> Message {
    stage
        .sandbox
        .until(|view| {
            let mut messages = view.messages(place);
            messages
                .find(|message| title(message).contains(words))
                .cloned()
        })
        .await
}

/// The messages of the channel that have a box.
fn boxes(stage: &Stage, place: &Channel) -> Vec<Message> {
    let mut messages = stage.sandbox.messages(place);
    messages.retain(|message| !title(message).is_empty());
    messages
}

#[tokio::test]
async fn a_script_orders_what_a_person_asks_for() {
    let stage = Stage::new().await;
    let bot = bot(&stage).await;
    let (caller, channel) = (Caller::of(&bot, TOKEN), stage.sandbox.channel());
    let mut progress = running(TASK);
    progress["progress"] = 40.into();
    stage.task(TASK, [progress]);
    let told = caller.order(here(&stage)).await;
    assert_eq!(told.status, 201, "{told:?}");
    assert_eq!(told.text("task_id"), TASK);
    assert!(matches!(told.text("state"), "asked" | "live"), "{told:?}");
    let id = told.text("id").to_owned();
    assert_eq!(told.headers["location"], format!("/api/watches/{id}"));

    let message = shown(&stage, &channel, "Making your video").await;
    assert_eq!(message.pings, [], "nobody is disturbed by a beginning");
    let live = caller.until(&id, |watch| watch["message_url"].is_string());
    let live = live.await;
    let link = format!("/{}/{}", channel.id, message.id);
    assert!(live["message_url"].as_str().unwrap().ends_with(&link));
    assert_eq!(
        (&live["state"], &live["progress"]),
        (&json!("live"), &json!(40))
    );
    assert_eq!(live["outcome"], Value::Null);

    stage.task(TASK, [stage.done(TASK)]);
    let ended = caller.until(&id, |watch| watch["state"] == "ended").await;
    assert_eq!(ended["outcome"], "completed");
    assert!(ended["video_url"].as_str().unwrap().ends_with("/clip.mp4"));
    let ready = boxes(&stage, &channel);
    assert_eq!(ready.len(), 1, "{}", stage.sandbox.dump());
    assert_eq!(ready[0].id, message.id, "the same message is edited");
    assert_eq!(ready[0].attachments.len(), 1);
    let pings = stage.pinged(1).await;
    assert_eq!(pings[0].pings, [stage.sandbox.person("ada").id]);
    assert_eq!(pings[0].reference, Some(message.id));
    let list = caller.list(&format!("task_id={TASK}")).await;
    assert_eq!(list.body["watches"][0]["id"], id.as_str());
}

#[tokio::test]
async fn who_is_mentioned_hears_of_an_end_that_was_there_already() {
    let stage = Stage::new().await;
    let bot = bot(&stage).await;
    stage.task(TASK, [stage.done(TASK)]);
    let caller = Caller::of(&bot, TOKEN);
    assert_eq!(caller.order(here(&stage)).await.status, 201);
    let message = shown(&stage, &stage.sandbox.channel(), "Your video is ready").await;
    assert_eq!(stage.pinged(1).await[0].reference, Some(message.id));
    // Without a mention nobody does.
    let told = caller.order(json!({ "id": TASK, "channel_id": message.channel.to_string() }));
    let id = told.await.text("id").to_owned();
    caller.until(&id, |watch| watch["state"] == "ended").await;
    assert_eq!(stage.pings().len(), 1);
}

#[tokio::test]
async fn its_buttons_and_its_language_are_those_of_any_watch() {
    let stage = Stage::new().await;
    let bot = bot(&stage).await;
    let (caller, channel) = (Caller::of(&bot, TOKEN), stage.sandbox.channel());
    stage.task(TASK, [running(TASK)]);
    let mut order = here(&stage);
    order["locale"] = "de".into();
    let id = caller.order(order).await.text("id").to_owned();
    let message = shown(&stage, &channel, "Dein Video").await;
    let (ada, ben) = (stage.sandbox.person("ada"), stage.sandbox.person("ben"));
    let press = |person, action| {
        let custom_id = control(&message, action);
        stage.sandbox.press(person, &message, &custom_id).unwrap()
    };
    press(&ben, "notify").callback().await;
    // It is Ada's, and stays so though a press has brought a token.
    let refused = press(&ben, "stop").original();
    drop(refused);
    press(&ada, "stop").callback().await;
    let ended = caller.until(&id, |watch| watch["state"] == "ended").await;
    assert_eq!(ended["outcome"], "stopped");
    let told = stage.pinged(1).await;
    assert_eq!(told[0].pings, [ben.id]);
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
async fn an_order_for_a_person_comes_as_a_direct_message() {
    let stage = Stage::new().await;
    let bot = bot(&stage).await;
    let (caller, ada) = (Caller::of(&bot, TOKEN), stage.sandbox.person("ada"));
    stage.task(TASK, [running(TASK)]);
    let told = caller
        .order(json!({ "id": TASK, "private_to": ada.id.to_string() }))
        .await;
    assert_eq!(told.status, 201, "{told:?}");
    let dm = stage.sandbox.dm(&ada);
    let message = shown(&stage, &dm, "Making your video").await;
    stage.task(TASK, [stage.done(TASK)]);
    caller
        .until(told.text("id"), |watch| watch["state"] == "ended")
        .await;
    let messages = stage.sandbox.messages(&dm);
    assert_eq!(boxes(&stage, &dm)[0].id, message.id);
    assert_eq!(messages.len(), 2, "the box, and a notification");
    assert_eq!(messages[1].reference, Some(message.id));
    let nobody = caller
        .order(json!({ "id": TASK, "private_to": "123456789012345678" }))
        .await;
    assert_eq!(nobody.status, 403, "{nobody:?}");
}

#[tokio::test]
async fn a_stopped_watch_says_so_and_stays_stopped() {
    let stage = Stage::new().await;
    let bot = bot(&stage).await;
    let (caller, channel) = (Caller::of(&bot, TOKEN), stage.sandbox.channel());
    stage.task(TASK, [running(TASK)]);
    let told = caller.order(here(&stage)).await;
    shown(&stage, &channel, "Making your video").await;
    for _ in 0..2 {
        assert_eq!(caller.stop(told.text("id")).await.status, 204);
    }
    let ended = caller.get(told.text("id")).await;
    assert_eq!(
        (ended.text("state"), ended.text("outcome")),
        ("ended", "stopped")
    );
    shown(&stage, &channel, "Stopped").await;
    assert_eq!(stage.pinged(1).await.len(), 1, "Ada is told");
    for id in ["1", "x", "-1", "99999999999999999999999"] {
        assert_eq!(caller.stop(id).await.status, 404, "{id}");
    }
}

#[tokio::test]
async fn without_a_token_there_is_no_such_door() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    for path in ["/api/watches", "/api/openapi.json", "/api/watches/1"] {
        let response = reqwest::get(format!("{}{path}", bot.http)).await.unwrap();
        assert_eq!(response.status(), 404, "{path}");
    }
}

#[tokio::test]
async fn only_who_has_a_token_is_let_in() {
    let stage = Stage::new().await;
    let bot = bot(&stage).await;
    for wrong in ["", "the-first-api-toke", "the-first-api-token-"] {
        let stranger = Caller::of(&bot, wrong);
        let told = stranger.order(here(&stage)).await;
        assert_eq!(told.status, 401, "{wrong}");
        assert_eq!(told.headers["www-authenticate"], "Bearer");
        assert_eq!(stranger.get("1").await.status, 401);
        assert_eq!(stranger.stop("1").await.status, 401);
    }
    let bare = reqwest::get(format!("{}/api/watches?task_id=1", bot.http));
    assert_eq!(bare.await.unwrap().status(), 401);
    // Who tries many is made to wait, and that is no matter of others.
    let stranger = Caller::of(&bot, "no-such-token-here");
    let mut statuses = Vec::new();
    for _ in 0..60 {
        statuses.push(stranger.get("1").await.status);
    }
    assert_eq!(statuses.last(), Some(&429));
    assert_eq!(Caller::of(&bot, TOKEN).get("1").await.status, 404);
}

#[tokio::test]
async fn what_is_wrong_with_an_order_is_said() {
    let stage = Stage::new().await;
    let bot = bot(&stage).await;
    let caller = Caller::of(&bot, TOKEN);
    let (channel, sandbox) = (stage.sandbox.channel(), &stage.sandbox);
    let refused = async |body: Value, status: u16, words: &str| {
        let told = caller.order(body).await;
        assert_eq!(told.status, status, "{told:?}");
        assert!(told.text("detail").contains(words), "{told:?}");
    };
    refused(json!([]), 400, "no JSON object").await;
    refused(json!({}), 422, "id is missing").await;
    let mut order = here(&stage);
    order["channel_id"] = 1_100_000_000_000_000_100_u64.into();
    refused(order, 422, "in quotes").await;
    let mut order = here(&stage);
    order["chanel_id"] = "1".into();
    refused(order, 422, "unknown: \"chanel_id\"").await;
    let told = caller.order_once(here(&stage), Some("")).await;
    assert_eq!(told.status, 400, "{told:?}");
    assert_eq!(caller.list("").await.status, 422);

    // Where the bot may not post, or nobody may: nothing is recorded.
    let ordinary = permissions::ORDINARY;
    sandbox.permissions(&channel, ordinary & !permissions::SEND_MESSAGES);
    refused(here(&stage), 403, "may not post in this channel").await;
    sandbox.permissions(&channel, ordinary);
    for channel in [
        "123456789012345678".to_owned(),
        sandbox.dm(&sandbox.person("ada")).id.to_string(),
    ] {
        let mut order = here(&stage);
        order["channel_id"] = channel.into();
        refused(order, 403, "may not post in this channel").await;
    }
    let broken = Fault::on("GET /channels/{channel}")
        .reply(500, json!({}))
        .times(9);
    sandbox.fault(broken);
    refused(here(&stage), 503, "try again").await;
    sandbox.heal();
    assert!(!stage.altered("UPDATE watches SET spoiler = 0").await);
    let told = caller.order(here(&stage)).await;
    assert_eq!(told.status, 201, "{told:?}");

    // What is larger than any order is not read.
    let large = json!({ "id": "x".repeat(20_000) });
    refused(large, 413, "16 KiB").await;
    let strange = caller
        .request(Method::PUT, "/api/watches")
        .send()
        .await
        .unwrap();
    assert_eq!(strange.status(), 405);
    assert_eq!(strange.headers()["allow"], "GET, POST");
    let nothing = caller
        .request(Method::GET, "/api/tasks")
        .send()
        .await
        .unwrap();
    assert_eq!(nothing.status(), 404);
    assert_eq!(
        nothing.headers()["content-type"],
        "application/problem+json"
    );
}

#[tokio::test]
async fn a_server_that_the_bot_does_not_serve_is_refused() {
    let stage = Stage::new().await;
    let bot = bot_with(&stage, &[("ALLOWED_GUILDS", "123456789012345678")]).await;
    let caller = Caller::of(&bot, TOKEN);
    let ada = stage.sandbox.person("ada").id.to_string();
    for order in [here(&stage), json!({ "id": TASK, "private_to": ada })] {
        let told = caller.order(order).await;
        assert_eq!(told.status, 403);
        assert!(told.text("detail").contains("ALLOWED_GUILDS"), "{told:?}");
    }
}

#[tokio::test]
async fn a_caller_has_a_pace_and_a_limit_of_its_own() {
    let stage = Stage::new().await;
    let limits = [("API_MAX_WATCHES", "2"), ("MAX_WATCHES_PER_USER", "1")];
    let bot = bot_with(&stage, &limits).await;
    let caller = Caller::of(&bot, TOKEN);
    stage.task(TASK, [running(TASK)]);
    for _ in 0..2 {
        assert_eq!(caller.order(here(&stage)).await.status, 201);
    }
    let told = caller.order(here(&stage)).await;
    assert_eq!(told.status, 429);
    assert!(told.text("detail").contains("API_MAX_WATCHES"), "{told:?}");
    assert!(told.headers.contains_key("retry-after"));
    // Neither another caller's nor Ada's own count.
    assert_eq!(
        Caller::of(&bot, OTHER).order(here(&stage)).await.status,
        201
    );
    stage.titled(&stage.ask(TASK), "Making your video").await;
    bot.stop().await;
    let bot = bot_with(&stage, &[("API_PER_MINUTE", "3")]).await;
    let caller = Caller::of(&bot, TOKEN);
    let statuses = [caller.get("1").await.status, caller.stop("1").await.status];
    assert_eq!(statuses, [404, 404]);
    assert_eq!(caller.list("task_id=1").await.status, 200);
    assert_eq!(caller.get("1").await.status, 429);
    assert_eq!(Caller::of(&bot, OTHER).get("1").await.status, 404);
}

#[tokio::test]
async fn each_answer_of_the_document_is_really_given() {
    let stage = Stage::new().await;
    let bot = bot(&stage).await;
    let (caller, channel) = (Caller::of(&bot, TOKEN), stage.sandbox.channel());
    stage.task(TASK, [running(TASK)]);
    let created = caller.order_once(here(&stage), Some("1")).await;
    let id = created.text("id").to_owned();
    let list = format!("task_id={TASK}");
    let mut told = vec![
        caller.order_once(here(&stage), Some("1")).await,
        caller.order(json!("")).await,
        caller.order(json!({})).await,
        caller.order(json!({ "id": "x".repeat(20_000) })).await,
        caller.list(&list).await,
        caller.list("").await,
        caller.get(&id).await,
        caller.get("1").await,
        caller.stop(&id).await,
        caller.stop("1").await,
    ];
    stage.sandbox.permissions(&channel, 0);
    told.push(caller.order(here(&stage)).await);
    let down = Fault::on("POST /users/@me/channels").reply(500, json!({}));
    stage.sandbox.fault(down.times(9));
    let ada = stage.sandbox.person("ada").id.to_string();
    let dm = caller.order(json!({ "id": TASK, "private_to": ada })).await;
    told.extend([created, dm]);
    bot.stop().await;
    let bot = bot_with(&stage, &[("API_PER_MINUTE", "1")]).await;
    for token in [TOKEN, "no-such-token-here"] {
        let caller = Caller::of(&bot, token);
        for _ in 0..2 {
            told.push(caller.list(&list).await);
        }
        told.push(caller.order(here(&stage)).await);
        told.push(caller.get(&id).await);
        told.push(caller.stop(&id).await);
    }
    let given: BTreeSet<_> = told
        .iter()
        .map(|told| format!("{} {}", told.operation, told.status))
        .collect();
    let mut documented = openapi::answers();
    // A slow body takes its time, a broken database a broken disk.
    let rare = [
        "post /api/watches 408",
        "get /api/watches 503",
        "get /api/watches/{id} 503",
    ];
    for rare in rare.into_iter().chain(["delete /api/watches/{id} 503"]) {
        assert!(documented.remove(rare), "{rare}");
    }
    assert!(
        documented.remove("get /api/openapi.json 200"),
        "a test of its own"
    );
    assert_eq!(given, documented);
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

#[tokio::test]
async fn the_document_is_served_and_is_about_this_door() {
    let stage = Stage::new().await;
    let bot = bot(&stage).await;
    let response = reqwest::get(format!("{}/api/openapi.json", bot.http))
        .await
        .unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let body = response.text().await.unwrap();
    openapi::check("get", "/api/openapi.json", status, &headers, &body);
    assert_eq!(
        serde_json::from_str::<Value>(&body).unwrap(),
        openapi::document()
    );
}
