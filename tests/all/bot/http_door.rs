//! Interactions by HTTP: only Discord's own are let in, and they end as well as
//! those from the gateway.

use std::sync::{Arc, Mutex};
use std::time::UNIX_EPOCH;

use sandbox::EndpointRefused;
use serde_json::{Value, json};
use testing::{Bot, Stage, TASK, control, running};

/// A bot without a gateway session.
pub(crate) async fn bot(stage: &Stage) -> Bot {
    let mut variables = stage.variables();
    variables.insert("DISCORD_GATEWAY", "off".into());
    variables.insert("DISCORD_PUBLIC_KEY", stage.sandbox.public_key());
    Bot::start(variables).await.unwrap()
}

/// Posts `body`, signed `age` seconds ago as `signed`.
pub(crate) async fn post(
    stage: &Stage,
    bot: &Bot,
    body: &str,
    signed: &str,
    age: i64,
) -> (u16, Value) {
    let now = i64::try_from(UNIX_EPOCH.elapsed().unwrap().as_secs()).unwrap();
    let at = u64::try_from(now - age).unwrap();
    let response = reqwest::Client::new()
        .post(format!("{}/interactions", bot.door))
        .header("X-Signature-Timestamp", at.to_string())
        .header("X-Signature-Ed25519", stage.sandbox.signature(at, signed))
        .body(body.to_owned())
        .send()
        .await
        .unwrap();
    let status = response.status().as_u16();
    (status, response.json().await.unwrap_or_default())
}

#[tokio::test]
async fn a_command_by_http_plays_through_without_a_gateway() {
    let stage = Stage::new().await;
    let bot = bot(&stage).await;
    let ready = reqwest::get(format!("{}/readyz", bot.http)).await.unwrap();
    assert_eq!(ready.status(), 200);
    let url = format!("{}/interactions", bot.door);
    stage.sandbox.interactions_endpoint(&[&url]).await.unwrap();
    stage.task(TASK, [running(TASK), stage.done(TASK)]);
    let interaction = stage.ask(TASK);
    assert_eq!(interaction.callback().await.kind, 5);
    stage.titled(&interaction, "Your video is ready").await;
    assert_eq!(stage.pinged(1).await.len(), 1);
    bot.stop().await;
    assert_eq!(stage.sandbox.until(|view| Some(view.sessions())).await, 0);
}

#[tokio::test]
async fn only_what_discord_signed_just_now_is_let_in() {
    let stage = Stage::new().await;
    let bot = bot(&stage).await;
    let ping = r#"{"type":1}"#;
    let pong = (200, json!({ "type": 1 }));
    assert_eq!(post(&stage, &bot, ping, ping, 0).await, pong);
    assert_eq!(post(&stage, &bot, ping, ping, 290).await, pong);
    assert_eq!(post(&stage, &bot, ping, "{}", 0).await.0, 401);
    assert_eq!(post(&stage, &bot, ping, ping, 310).await.0, 401);
    assert_eq!(post(&stage, &bot, ping, ping, -310).await.0, 401);
    let url = format!("{}/interactions", bot.door);
    let bare = reqwest::Client::new().post(&url).body(ping).send().await;
    assert_eq!(bare.unwrap().status(), 401);
    let metrics = reqwest::get(format!("{}/metrics", bot.http)).await.unwrap();
    let metrics = metrics.text().await.unwrap();
    for (reason, least) in [("forged", 1), ("stale", 2), ("unsigned", 1)] {
        let name = format!("videostatus_interactions_refused_total{{reason=\"{reason}\"}} ");
        let mut counts = metrics.lines().filter_map(|line| line.strip_prefix(&name));
        // The bots of all tests count together.
        let count: u32 = counts.next().unwrap().parse().unwrap();
        assert!(count >= least, "{metrics}");
    }
}

#[tokio::test]
async fn what_cannot_be_understood_is_refused_and_nothing_breaks() {
    let stage = Stage::new().await;
    let bot = bot(&stage).await;
    let big = "x".repeat(64 * 1024 + 1);
    assert_eq!(post(&stage, &bot, &big, &big, 0).await.0, 413);
    for body in [
        "",
        "[]",
        "{",
        r#"{"type":99}"#,
        r#"{"type":2,"id":"1"}"#,
        "\u{feff}{}",
    ] {
        assert_eq!(post(&stage, &bot, body, body, 0).await.0, 400, "{body}");
    }
    let ping = r#"{"type":1}"#;
    assert_eq!(post(&stage, &bot, ping, ping, 0).await.0, 200);
    let metrics = reqwest::get(format!("{}/metrics", bot.http)).await.unwrap();
    let metrics = metrics.text().await.unwrap();
    let name = "videostatus_undecodable_interactions_total ";
    let mut counts = metrics.lines().filter_map(|line| line.strip_prefix(name));
    // The bots of all tests count together.
    let count: u32 = counts.next().unwrap().parse().unwrap();
    assert!(count >= 6, "{metrics}");
    bot.stop().await;
}

#[tokio::test]
async fn a_request_that_is_sent_again_is_taken_once() {
    let stage = Stage::new().await;
    let bot = bot(&stage).await;
    let url = format!("{}/interactions", bot.door);
    stage.sandbox.interactions_endpoint(&[&url]).await.unwrap();
    let (_, message) = stage.watching().await;
    let overheard = Arc::<Mutex<String>>::default();
    let kept = Arc::clone(&overheard);
    stage.sandbox.distort_interactions(move |payload| {
        *kept.lock().unwrap() = payload.to_string();
    });
    let notify = |name| {
        let id = control(&message, "notify");
        let person = stage.sandbox.person(name);
        stage.sandbox.press(&person, &message, &id).unwrap()
    };
    notify("ben").callback().await;
    let body = overheard.lock().unwrap().clone();
    for _ in 0..3 {
        assert_eq!(post(&stage, &bot, &body, &body, 0).await.0, 202);
    }
    // Only what came in before is dealt with when this one is.
    notify("cleo").callback().await;
    bot.stop().await;
    let text = stage.sandbox.message(&message).unwrap().embeds.to_string();
    assert!(text.contains("ping 3 people here"), "{text}");
}

#[tokio::test]
async fn a_bot_with_another_key_is_no_endpoint() {
    let stage = Stage::new().await;
    let mut variables = stage.variables();
    let other = "67c6bd767ca099e79efac9fcce4d2022a63bf7dea780e7f3d813f694c1597089";
    variables.insert("DISCORD_PUBLIC_KEY", other.into());
    let bot = Bot::start(variables).await.unwrap();
    let url = format!("{}/interactions", bot.door);
    let refused = stage.sandbox.interactions_endpoint(&[&url]).await;
    assert!(
        matches!(refused, Err(EndpointRefused::NoPong(..))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn discords_door_can_have_an_address_of_its_own() {
    let stage = Stage::new().await;
    let mut variables = stage.variables();
    variables.insert("DISCORD_PUBLIC_KEY", stage.sandbox.public_key());
    variables.insert("INTERACTIONS_ADDR", "127.0.0.2:0".into());
    let bot = Bot::start(variables).await.unwrap();
    assert!(bot.door.contains("127.0.0.2:"), "{}", bot.door);
    let ping = r#"{"type":1}"#;
    assert_eq!(post(&stage, &bot, ping, ping, 0).await.0, 200);
    for path in ["healthz", "readyz", "metrics"] {
        let status = async |place: &str| {
            let response = reqwest::get(format!("{place}/{path}")).await;
            response.unwrap().status().as_u16()
        };
        assert_eq!(status(&bot.http).await, 200, "{path}");
        assert_eq!(status(&bot.door).await, 404, "{path}");
    }
    let client = reqwest::Client::new();
    let elsewhere = client.post(format!("{}/interactions", bot.http)).send();
    assert_eq!(elsewhere.await.unwrap().status(), 404);
    bot.stop().await;
}
