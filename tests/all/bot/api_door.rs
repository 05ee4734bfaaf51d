//! The door for scripts: who is let in, what is refused, and the document that says so.

use std::collections::BTreeSet;

use reqwest::Method;
use sandbox::{Fault, permissions};
use serde_json::{Value, json};
use testing::{Stage, TASK, running};

use super::api::{bot, bot_with, here};
use super::caller::{Caller, OTHER, TOKEN};
use super::openapi;

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

/// Other paths are not the API's, and what arrives there is no wrong token.
#[tokio::test]
async fn other_paths_of_the_port_need_no_token() {
    let stage = Stage::new().await;
    let bot = bot(&stage).await;
    let paths = ["/", "/favicon.ico", "/healthz/", "/metrics/x"];
    for path in paths.iter().cycle().take(80) {
        let response = reqwest::get(format!("{}{path}", bot.http)).await.unwrap();
        assert_eq!(response.status(), 404, "{path}");
    }
    let stranger = Caller::of(&bot, "no-such-token-here");
    assert_eq!(stranger.get("1").await.status, 401, "the first wrong token");
    let caller = Caller::of(&bot, TOKEN);
    for (method, path, status) in [
        (Method::GET, "/api", 404),
        (Method::GET, "/api/", 404),
        (Method::GET, "/api/nothing", 404),
        (Method::POST, "/api/openapi.json", 405),
    ] {
        let response = caller.request(method, path).send().await.unwrap();
        assert_eq!(response.status(), status, "{path}");
        let kind = &response.headers()["content-type"];
        assert_eq!(kind, "application/problem+json", "{path}");
    }
    assert_eq!(caller.get("%ff").await.status, 404);
    let told = caller.list("task_id=%E8%A7%86").await;
    assert!(told.text("detail").contains("no task ID"), "{told:?}");
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
    let changed = |field: &str, value: Value| {
        let mut order = here(&stage);
        order[field] = value;
        order
    };
    let number = json!(1_100_000_000_000_000_100_u64);
    for (order, status, words) in [
        (json!([]), 400, "not a JSON object"),
        (json!({}), 422, "id is missing"),
        (changed("channel_id", number), 422, "in quotes"),
        (
            changed("chanel_id", json!("1")),
            422,
            "unknown: \"chanel_id\"",
        ),
    ] {
        refused(order, status, words).await;
    }
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
        let order = changed("channel_id", json!(channel));
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

    // A body larger than any order is not read.
    let large = json!({ "id": "x".repeat(20_000) });
    refused(large, 413, "16 KiB").await;
    let strange = caller.request(Method::PUT, "/api/watches").send();
    let strange = strange.await.unwrap();
    assert_eq!(strange.status(), 405);
    assert_eq!(strange.headers()["allow"], "GET, POST");
    let nothing = caller.request(Method::GET, "/api/tasks").send();
    let nothing = nothing.await.unwrap();
    assert_eq!(nothing.status(), 404);
    let kind = &nothing.headers()["content-type"];
    assert_eq!(kind, "application/problem+json");
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
