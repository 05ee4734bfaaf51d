//! Several processes on one PostgreSQL: losing any of them loses nothing.

use std::collections::HashMap;
use std::time::Duration;

use sandbox::{Interaction, Message, Options, Point, Reply, Script};
use serde_json::{Value, json};
use testing::postgres::{self, Server};
use testing::{Bot, Stage, TASK, running, timings, title};
use videostatus::app::Timings;
use videostatus::domain::secret::Secret;
use videostatus::domain::watch::{WatchId, WatchState};
use videostatus::store::Store;

/// The processes' variables: one database, no gateway.
fn variables(stage: &Stage, database: &str) -> HashMap<&'static str, String> {
    let mut variables = stage.variables();
    variables.extend([
        ("DATABASE_URL", database.to_owned()),
        ("DISCORD_GATEWAY", "off".to_owned()),
        ("DISCORD_PUBLIC_KEY", stage.sandbox.public_key()),
        ("COMMANDS_PER_MINUTE", "1000".to_owned()),
        ("MAX_WATCHES_PER_USER", "1000".to_owned()),
        ("POLL_MIN", "2s".to_owned()),
        ("POLL_MAX", "2s".to_owned()),
    ]);
    variables
}

/// One of many: claims last long enough for a busy machine.
async fn process(stage: &Stage, database: &str) -> Bot {
    let timings = Timings {
        work_lease: Duration::from_secs(8),
        ..timings()
    };
    Bot::start_timed(variables(stage, database), timings)
        .await
        .unwrap()
}

/// Sends interactions to these processes in turn.
async fn balance(stage: &Stage, bots: &[&Bot]) {
    let urls: Vec<_> = bots
        .iter()
        .map(|bot| format!("{}/interactions", bot.http))
        .collect();
    let urls: Vec<_> = urls.iter().map(String::as_str).collect();
    stage.sandbox.interactions_endpoint(&urls).await.unwrap();
}

/// A hundred people each ask for a task of their own, which takes some seconds.
async fn hundred_ask(stage: &Stage, wave: u64) -> Vec<Interaction> {
    let mut asked = Vec::new();
    for n in 0..100 {
        let id = format!("grok:{wave}-{n}");
        let done = Duration::from_millis(5000 + 50 * n);
        let replies = [
            (Duration::ZERO, Reply::json(200, running(&id))),
            (done, Reply::json(200, stage.done(&id))),
        ];
        stage.sandbox.video().task(&id, Script::timeline(replies));
        let (person, options) = (format!("person-{n}"), json!({ "id": id }));
        asked.push(stage.command(&person, "videostatus", options));
        if n % 10 == 9 {
            // Nobody types faster than that, and each has three seconds.
            for interaction in &asked[asked.len() - 10..] {
                assert_eq!(interaction.callback().await.kind, 5);
            }
        }
    }
    asked
}

#[tokio::test(flavor = "multi_thread")]
async fn three_processes_lose_nothing_when_one_dies_and_the_database_restarts() {
    let Some(mut server) = Server::start() else {
        return eprintln!("skipped: no PostgreSQL");
    };
    let stage = Stage::with(Options {
        patience: Duration::from_secs(90),
        // Three hundred people share one channel.
        rate_limits: false,
        ..Stage::options()
    })
    .await;
    let url = server.url();
    let (a, b, c) = tokio::join!(
        process(&stage, &url),
        process(&stage, &url),
        process(&stage, &url)
    );
    balance(&stage, &[&a, &b, &c]).await;
    let mut asked = hundred_ask(&stage, 1).await;
    a.kill();
    asked.extend(hundred_ask(&stage, 2).await);
    tokio::task::block_in_place(|| server.restart());
    let a = process(&stage, &url).await;
    balance(&stage, &[&a, &b, &c]).await;
    asked.extend(hundred_ask(&stage, 3).await);

    assert_eq!(stage.pinged(300).await.len(), 300);
    for bot in [a, b, c] {
        bot.stop().await;
    }
    let pings = stage.pings();
    assert_eq!(pings.len(), 300);
    let mut edits = 0;
    let store = Store::open(&Secret::new(url)).await.unwrap();
    for interaction in &asked {
        let message = interaction.original().unwrap();
        assert!(title(&message).contains("Your video is ready"));
        let own = pings.iter().filter(|m| m.reference == Some(message.id));
        assert_eq!(own.count(), 1);
        edits += ends(&message);
        let id = WatchId(interaction.id.get().cast_signed());
        let watch = store.watch(id).await.unwrap().unwrap();
        assert_eq!(watch.state, WatchState::Ended);
    }
    // Only where the death or the restart cut off an edit's record is the edit
    // repeated, which shows the same.
    assert!((300..330).contains(&edits), "{edits} last edits");
}

/// How often a message was edited to show its end with all its files.
fn ends(message: &Message) -> usize {
    let files = |body: &Value| body["attachments"].as_array().map(Vec::len);
    let shown = |body: &Value| (body["embeds"][0]["title"].clone(), files(body));
    let versions = message.versions.iter().map(|version| shown(&version.body));
    let last = shown(&message.versions.last().unwrap().body);
    versions.filter(|version| *version == last).count()
}

#[tokio::test]
async fn a_process_that_stops_turns_nobody_away() {
    let Some(url) = postgres::database().await else {
        return;
    };
    let stage = Stage::new().await;
    let (a, b) = (process(&stage, &url).await, process(&stage, &url).await);
    balance(&stage, &[&a, &b]).await;
    let ask_on = async {
        for n in 0..40 {
            let interaction = stage.ask(&format!("unknown-{n}"));
            assert_eq!(interaction.callback().await.kind, 5);
        }
    };
    tokio::join!(ask_on, a.stop());
    b.stop().await;
}

#[tokio::test]
async fn a_poll_that_comes_back_after_its_lease_changes_nothing() {
    let Some(url) = postgres::database().await else {
        return;
    };
    let stage = Stage::new().await;
    // The answer "running" is on the way.
    let query = ("GET /v1/video/query", Point::After);
    let (interaction, _) = stands_still(&stage, url, query).await;
    let message = interaction.original().unwrap();
    assert!(title(&message).contains("Your video is ready"));
    assert_eq!(ends(&message), 1);
}

#[tokio::test]
async fn a_process_that_stood_still_for_too_long_records_and_sends_nothing() {
    let Some(url) = postgres::database().await else {
        return;
    };
    let stage = Stage::new().await;
    // The ping reaches Discord after all, and the process wakes to the answer.
    let ping = ("POST /channels/{channel}/messages", Point::Before);
    let (_, pings) = stands_still(&stage, url, ping).await;
    assert_eq!((pings, stage.pings().len()), (1, 1));
}

/// A process stands still for longer than its lease, with one request on the way; when
/// another process has ended the watch, it goes on and changes nothing in the database.
/// Returns what was asked, and how many notifications the other process had sent.
async fn stands_still(
    stage: &Stage,
    url: String,
    (route, point): (&str, Point),
) -> (Interaction, usize) {
    let zombie = Bot::start(variables(stage, &url)).await.unwrap();
    balance(stage, &[&zombie]).await;
    stage.task(TASK, [running(TASK), stage.done(TASK)]);
    let mut hold = stage.sandbox.hold(route, point);
    let interaction = stage.ask(TASK);
    hold.arrived().await;
    let frozen = zombie.freeze().await;
    let other = Bot::start(variables(stage, &url)).await.unwrap();
    let store = Store::open(&Secret::new(url)).await.unwrap();
    let id = WatchId(interaction.id.get().cast_signed());
    let before = ended(&store, id).await;
    let pings = stage.pings().len();
    hold.release();
    drop(frozen);
    zombie.stop().await;
    other.stop().await;
    assert_eq!(ended(&store, id).await, before);
    (interaction, pings)
}

/// The rows of a watch and its task, once it has ended.
async fn ended(store: &Store, id: WatchId) -> String {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
    loop {
        let watch = store.watch(id).await.unwrap().unwrap();
        if watch.state == WatchState::Ended {
            let task = store.task(&watch.asked.task_id).await.unwrap();
            return format!("{watch:?} {task:?}");
        }
        assert!(tokio::time::Instant::now() < deadline, "{watch:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
