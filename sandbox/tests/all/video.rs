//! The stand-ins of the query endpoint and of the media host.

use std::time::Duration;

use sandbox::{Fault, Reply, Script, Side, clip};
use serde_json::{Value, json};

use crate::support::sandbox;

async fn get(url: &str) -> (u16, String) {
    let response = reqwest::get(url).await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

#[tokio::test]
async fn a_task_goes_by_its_script_on_every_route() {
    let sandbox = sandbox().await;
    let video = sandbox.video();
    let step = |status: &str| Reply::json(200, json!({"id": "grok:1", "status": status}));
    video.task(
        "grok:1",
        Script::steps([step("pending"), step("completed")]),
    );
    let base = sandbox.video_url();
    let mut said = Vec::new();
    for path in [
        "/v1/video/query?id=grok%3A1",
        "/v1/videos/grok:1",
        "/v1/video/generations/grok:1",
    ] {
        let (_, body) = get(&format!("{base}{path}")).await;
        said.push(serde_json::from_str::<Value>(&body).unwrap()["status"].clone());
    }
    assert_eq!(said, ["pending", "completed", "completed"]);
    let polls = video.polls("grok:1");
    assert_eq!((polls.len(), polls[0].query.as_str()), (3, "id=grok%3A1"));
    assert_eq!(polls[0].headers["accept"], "*/*");
    assert_eq!(get(&format!("{base}/v1/video/query?id=other")).await.0, 400);
    assert!(
        get(&format!("{base}/v1/none"))
            .await
            .1
            .contains("Invalid URL (GET /v1/none)")
    );
}

#[tokio::test]
async fn the_service_can_refuse_and_fail() {
    let sandbox = sandbox().await;
    let video = sandbox.video();
    let url = format!("{}/v1/video/query?id=a", sandbox.video_url());
    video.task("a", Script::always(Reply::json(200, json!({}))));
    video.require_key(Some("key"));
    assert!(get(&url).await.1.contains("new_api_error"));
    let with_key = reqwest::Client::new()
        .get(&url)
        .bearer_auth("key")
        .send()
        .await
        .unwrap();
    assert_eq!(with_key.status(), 200);
    video.require_key(None);
    video.down(true);
    assert_eq!(get(&url).await.0, 502);
    video.down(false);
    sandbox.fault(Fault::on("GET /v1/video/query").reply(429, json!({})));
    assert_eq!([get(&url).await.0, get(&url).await.0], [429, 200]);
    assert_eq!(
        video.polls("a").len(),
        4,
        "a fault keeps a query from the service"
    );
}

#[tokio::test]
async fn media_can_be_whole_broken_or_without_end() {
    let sandbox = sandbox().await;
    let video = sandbox.video();
    let clip_url = video.media("/a/clip.mp4", Reply::bytes("video/mp4", clip()));
    let response = reqwest::get(&clip_url).await.unwrap();
    assert_eq!(response.headers()["content-type"], "video/mp4");
    assert_eq!(response.bytes().await.unwrap(), clip());
    assert_eq!(sandbox.requests()[0].side, Side::Media);
    let moved = video.media("/moved", Reply::redirect(&clip_url));
    assert_eq!(reqwest::get(&moved).await.unwrap().url().as_str(), clip_url);

    let truncated = video.media("/truncated", Reply::bytes("video/mp4", clip()).truncated());
    reqwest::get(&truncated)
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap_err();
    let endless = video.media(
        "/endless",
        Reply::bytes("video/mp4", vec![0; 65_536]).endless(),
    );
    let mut response = reqwest::get(&endless).await.unwrap();
    let mut received = 0;
    while received < 1_000_000 {
        received += response.chunk().await.unwrap().unwrap().len();
    }
    let stalled = video.media("/stalled", Reply::bytes("video/mp4", clip()).stalled());
    let mut response = reqwest::get(&stalled).await.unwrap();
    let mut received = Vec::new();
    while received.len() < clip().len() {
        received.extend_from_slice(&response.chunk().await.unwrap().unwrap());
    }
    assert!(received == clip());
    tokio::time::timeout(Duration::from_millis(50), response.chunk())
        .await
        .unwrap_err();
    assert_eq!(
        get(&format!("{}/media/none", sandbox.video_url())).await.0,
        404
    );
}
