//! The page's own routes, without a browser and without a bot.

use std::sync::Arc;
use std::time::Duration;

use sandbox::{BotControl, Page, Sandbox};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::support;

/// A page with the requests that a browser makes of it.
struct Visit {
    sandbox: Arc<Sandbox>,
    page: Page,
    bot: mpsc::UnboundedReceiver<BotControl>,
    client: reqwest::Client,
}

impl Visit {
    async fn new() -> Self {
        let sandbox = Arc::new(support::sandbox().await);
        let (sender, bot) = mpsc::unbounded_channel();
        let addr = "127.0.0.1:0".parse().unwrap();
        let page = Page::start(Arc::clone(&sandbox), addr, sender);
        Self {
            page: page.await.unwrap(),
            sandbox,
            bot,
            client: reqwest::Client::new(),
        }
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let request = self.client.post(format!("{}{path}", self.page.url()));
        let response = request.json(&body).send().await.unwrap();
        assert_eq!(response.status(), 200, "{body}");
        response.json().await.unwrap()
    }

    async fn act(&self, name: &str, mut what: Value) -> Value {
        what["person"] = json!(self.sandbox.person(name).id);
        self.post("/api/act", what).await
    }

    async fn feed(&self) -> Feed {
        let feed = self.client.get(format!("{}/api/feed", self.page.url()));
        Feed {
            response: feed.send().await.unwrap(),
            text: String::new(),
        }
    }
}

/// The stream of events.
struct Feed {
    response: reqwest::Response,
    text: String,
}

impl Feed {
    /// The next event; `None` once the stream has ended.
    async fn next(&mut self) -> Option<Value> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let data = event.strip_prefix("data: ").map(str::to_owned);
                self.text = rest.to_owned();
                if let Some(data) = data {
                    return Some(serde_json::from_str(&data).unwrap());
                }
                continue;
            }
            let chunk = timeout(Duration::from_secs(10), self.response.chunk());
            let chunk = chunk.await.unwrap().unwrap()?;
            self.text += std::str::from_utf8(&chunk).unwrap();
        }
    }

    /// The next event of this kind.
    async fn until(&mut self, kind: &str) -> Value {
        loop {
            let event = self.next().await.expect("the stream goes on");
            if event["event"] == kind {
                return event;
            }
        }
    }
}

#[tokio::test]
async fn the_feed_begins_with_everything_and_goes_on_with_news() {
    let visit = Visit::new().await;
    let general = visit.sandbox.channel().id;
    let say = |content: &str| json!({"do": "say", "channel": general, "content": content});
    visit.act("ada", say("before")).await;
    let mut feed = visit.feed().await;
    let state = feed.next().await.unwrap();
    assert_eq!(state["event"], "state");
    assert_eq!(state["messages"][0]["body"]["content"], "before");
    let names: Vec<_> = state["people"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["name"])
        .collect();
    assert_eq!(names, ["ada", "ben", "cleo"]);
    let roles = state["panel"]["roles"].as_array().unwrap();
    let moderators = roles.iter().filter(|role| role["moderator"] == true);
    assert_eq!(moderators.count(), 1);

    visit.act("ben", say("after")).await;
    let news = feed.until("message").await;
    assert_eq!(news["message"]["body"]["content"], "after");
    assert_eq!(news["message"]["by"], "person");
    let id = news["message"]["id"].clone();
    visit
        .act("ben", json!({"do": "delete", "message": id}))
        .await;
    assert_eq!(feed.until("message").await["message"]["deleted"], true);
    let notes = visit.feed().await.next().await.unwrap()["panel"]["notes"].clone();
    assert_eq!(notes[2]["text"], "ben deletes a message");

    drop(visit);
    // Events on their way still come; then the feed ends with its page.
    let rest = async { while feed.next().await.is_some() {} };
    let ended = tokio::time::timeout(std::time::Duration::from_secs(10), rest).await;
    assert!(ended.is_ok(), "the feed goes on without its page");
}

#[tokio::test]
async fn without_a_bot_people_are_told_why_nothing_happens() {
    let visit = Visit::new().await;
    let channel = visit.sandbox.channel().id;
    let command = json!({"do": "command", "channel": channel, "name": "x", "options": {}});
    let answer = visit.act("ada", command.clone()).await;
    let health = visit.client.get(format!("{}/healthz", visit.page.url()));
    assert_eq!(health.send().await.unwrap().status(), 200);
    assert_eq!(answer, json!({"failed": "no such command is registered"}));

    let rest = support::Rest::new(&visit.sandbox);
    let path = format!("/applications/{}/commands", visit.sandbox.application_id());
    let commands = json!([{"name": "x", "description": "x", "type": 1}]);
    assert_eq!(rest.call("PUT", &path, commands).await.0, 200);
    let answer = visit.act("ada", command).await;
    assert_eq!(
        answer,
        json!({"failed": "no gateway session takes interactions"})
    );
}

#[tokio::test]
async fn every_ready_made_task_says_what_its_card_says() {
    let visit = Visit::new().await;
    let query = format!("{}/v1/video/query?id=", visit.sandbox.video_url());
    for (scene, status, first) in [
        (json!({"kind": "progress"}), 200, "pending"),
        (json!({"kind": "finished"}), 200, "completed"),
        (json!({"kind": "fails"}), 200, "pending"),
        (json!({"kind": "unknown"}), 400, ""),
        (json!({"kind": "large"}), 200, "pending"),
        (json!({"kind": "outage"}), 200, "processing"),
        (json!({"kind": "never"}), 200, "processing"),
        (json!({"kind": "example1"}), 200, "pending"),
        (json!({"kind": "example2"}), 200, "completed"),
        (
            json!({"kind": "own", "seconds": 0, "ending": "fails", "prompt": " "}),
            200,
            "failed",
        ),
        (
            json!({"kind": "own", "seconds": 0, "ending": "no_video", "prompt": "p"}),
            200,
            "completed",
        ),
    ] {
        let card = visit
            .post("/api/control", json!({"do": "task", "scene": scene}))
            .await;
        let id = card["id"].as_str().unwrap();
        let reply = visit
            .client
            .get(format!("{query}{id}"))
            .send()
            .await
            .unwrap();
        assert_eq!(reply.status(), status, "{scene}");
        let body: Value = reply.json().await.unwrap();
        assert_eq!(
            body["status"].as_str().unwrap_or_default(),
            first,
            "{scene}"
        );
        if status == 200 {
            assert_eq!(body["id"], id, "{scene}");
        }
        if let Some(video) = body["video_url"].as_str() {
            // The page serves the same file under its own origin.
            let path = video.strip_prefix(visit.sandbox.video_url()).unwrap();
            let file = visit.client.get(format!("{}{path}", visit.page.url()));
            let file = file.send().await.unwrap().bytes().await.unwrap();
            assert_eq!(file, sandbox::clip(), "{scene}");
        }
    }
}

#[tokio::test]
async fn the_switches_reach_the_stand_ins_and_the_hook() {
    let mut visit = Visit::new().await;
    let control = async |what: Value| visit.post("/api/control", what).await;
    let query = format!("{}/v1/video/query?id=x", visit.sandbox.video_url());
    for (down, status) in [(true, 502), (false, 400)] {
        control(json!({"do": "service", "down": down})).await;
        let reply = visit.client.get(&query).send().await.unwrap();
        assert_eq!(reply.status(), status);
    }
    let ada = visit.sandbox.person("ada").id;
    control(json!({"do": "locale", "person": ada, "locale": "de"})).await;
    control(json!({"do": "dms", "person": ada, "closed": true})).await;
    let now = visit.sandbox.person("ada");
    assert_eq!((now.locale.as_str(), now.dms_closed), ("de", true));
    control(json!({"do": "expire_tokens"})).await;
    control(json!({"do": "cut_gateway"})).await;
    control(json!({"do": "restart_bot"})).await;
    let channel = visit.sandbox.channel().id;
    control(json!({"do": "script", "channel": channel, "person": ada})).await;
    assert_eq!(visit.bot.recv().await, Some(BotControl::Restart));
    let ordered = visit.bot.recv().await;
    let Some(BotControl::Order { task, .. }) = ordered else {
        panic!("{ordered:?}")
    };
    let known = format!("{}/v1/video/query?id={task}", visit.sandbox.video_url());
    assert_eq!(visit.client.get(&known).send().await.unwrap().status(), 200);
}

/// Where a stranger's name resolves to this machine, a browser takes a stranger's page for
/// one of the same origin.
#[tokio::test]
async fn only_the_pages_own_name_and_origin_are_answered() {
    let visit = Visit::new().await;
    let url = visit.page.url();
    let own = url.strip_prefix("http://").unwrap();
    let port = own.rsplit(':').next().unwrap();
    let asked = async |path: &str, host: &str, origin: Option<&str>| {
        let mut request = visit.client.get(format!("{url}{path}"));
        request = request.header("host", host);
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        request.send().await.unwrap().status().as_u16()
    };
    let (local, v6) = (format!("localhost:{port}"), format!("[::1]:{port}"));
    for path in ["/", "/api/feed", "/healthz", "/media/none"] {
        for host in [
            "rebound.example",
            "localhost.rebound.example:80",
            "",
            "127.0.0.1.nip.example",
        ] {
            assert_eq!(asked(path, host, None).await, 421, "{path} {host}");
        }
        for origin in ["http://rebound.example", "null", "https://localhost:1"] {
            assert_eq!(asked(path, own, Some(origin)).await, 421, "{path} {origin}");
        }
    }
    for host in [own, &local, &v6] {
        assert_eq!(asked("/", host, None).await, 200, "{host}");
        let origin = format!("http://{host}");
        assert_eq!(asked("/", host, Some(&origin)).await, 200, "{host}");
    }
}
