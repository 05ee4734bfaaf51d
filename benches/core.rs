//! Benchmarks of the parts that every poll and every delivery pass: decoding a reply, rendering
//! a message, claiming and settling rows.
#![allow(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

use std::hint::black_box;
use std::time::Duration;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use tokio::runtime::Runtime;
use videostatus::domain::decide::{poll, request};
use videostatus::domain::schedule::Pace;
use videostatus::domain::secret::Secret;
use videostatus::domain::task::{Snapshot, Task, TaskId};
use videostatus::domain::time::Timestamp;
use videostatus::domain::watch::{NewWatch, Notify, Reach, TOKEN_LIFE, Watch, WatchId};
use videostatus::provider::wire;
use videostatus::render::locale::Locale;
use videostatus::render::status;
use videostatus::render::view::{Hide, Media, View};
use videostatus::store::{Asked, Store};

const NOW: Timestamp = Timestamp(1_764_522_552_000);
const TIMEOUT: Duration = Duration::from_secs(7200);
const LEASE: Duration = Duration::from_secs(10);
const PACE: Pace = Pace {
    min: Duration::from_secs(5),
    max: Duration::from_secs(30),
};

/// The second example of the endpoint's documentation.
const COMPLETED: &[u8] = br#"{
    "id": "grok:299604b7-c5ea-47b5-bc64-c06f300f0d27", "mode": "text", "type": "create", "error": "",
    "model": "grok-3", "ratio": "3:2", "prompt": "cat fish  --mode=custom", "status": "completed",
    "post_id": "393ae1ec-1dc7-4f26-bb53-afe361bc3b3a", "asset_id": "393ae1ec-1dc7-4f26-bb53-afe361bc3b3a",
    "progress": 100, "trace_id": "4cc3a75aa6d6a0788f86195e0cbad44e", "upscaled": false,
    "video_id": "393ae1ec-1dc7-4f26-bb53-afe361bc3b3a", "video_url": "https://media.example/ca10efbb.mp4",
    "completed_at": 1764522552, "thumbnail_url": "https://media.example/f4fd6fe4.jpg",
    "video_file_id": "ca10efbb-ae64-426e-99f0-f365bc3cd941",
    "thumbnail_file_id": "f4fd6fe4-8091-4528-be32-335f4fc9af65",
    "status_update_time": 1764522552, "upscale_on_complete": false
}"#;

const RUNNING: &[u8] =
    br#"{"id": "grok:18e59915-22b0-4c62-9024-b7e3a0a37821", "status": "processing",
    "progress": 42, "status_update_time": 1764756435}"#;

/// The deepest error reply that is still JSON: an error in an error in an error.
const WRAPPED: &[u8] = br#"{"code":"fail_to_fetch_task","message":"{\"code\":\"fail_to_fetch_task\",\"message\":\"{\\\"code\\\":\\\"upstream_load_saturated\\\",\\\"message\\\":\\\"busy\\\",\\\"data\\\":null}\"}"}"#;

fn asked(n: u64) -> NewWatch {
    NewWatch {
        task_id: TaskId::parse(&format!("grok:{n:08}-c5ea-47b5-bc64-c06f300f0d27")).unwrap(),
        interaction_id: n,
        application_id: 20,
        guild_id: Some(30),
        channel_id: 40,
        user_id: 50 + n % 100,
        locale: "en-US".into(),
        own_locale: "en-US".into(),
        private: false,
        notify: Notify::Here,
        reach: Reach::Channel,
        token: Secret::new("x".repeat(200)),
        token_expires_at: NOW.plus(TOKEN_LIFE),
        spoiler: false,
        embeds: true,
        upload_limit: 10 * 1024 * 1024,
        announce_channel_id: None,
        role_id: None,
        order: None,
    }
}

fn question() -> wire::Question {
    wire::Question {
        id: TaskId::parse("grok:299604b7-c5ea-47b5-bc64-c06f300f0d27").unwrap(),
        gateway: "https://gateway.example".parse().unwrap(),
    }
}

fn decoding(c: &mut Criterion) {
    for (name, status, body) in [
        ("running", 200, RUNNING),
        ("completed", 200, COMPLETED),
        ("wrapped error", 403, WRAPPED),
    ] {
        c.bench_function(&format!("decode/{name}"), |b| {
            let question = question();
            b.iter(|| wire::decode(status, black_box(body), &question));
        });
    }
}

fn rendering(c: &mut Criterion) {
    for (name, body) in [("running", RUNNING), ("completed", COMPLETED)] {
        let watch = Watch::new(asked(1), NOW);
        let fresh = request::first(&watch.asked.task_id, NOW, TIMEOUT);
        let task = poll::after_poll(
            &fresh,
            wire::decode(200, body, &question()),
            NOW,
            &PACE,
            0.0,
        )
        .task;
        let media = Media::default();
        let view = View {
            task: &task,
            watch: &watch,
            locale: Locale::of(watch.asked.message_locale()),
            now: NOW,
            outcome: watch.outcome(&task),
            media: &media,
            typical: None,
            others: 0,
            caution: None,
            hide: Hide::default(),
        };
        c.bench_function(&format!("render/{name}"), |b| {
            b.iter(|| status::message(black_box(&view)));
        });
    }
}

/// Creates a database with this many running watches, each on its own task.
fn holding(runtime: &Runtime, rows: u64) -> (Store, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/bot.db", folder.path().display());
    let store = runtime.block_on(async {
        let store = Store::open(&Secret::new(url)).await.unwrap();
        for n in 1..=rows {
            record(&store, n).await;
        }
        store
    });
    (store, folder)
}

/// Writes the rows that a command writes before its acknowledgement.
async fn ask(store: &Store, n: u64) -> Watch {
    let watch = Watch::new(asked(n), NOW);
    let asked = store.ask(&watch, LEASE, 1_000_000).await.unwrap();
    assert_eq!(asked, Asked::Recorded);
    watch
}

/// Writes the rows that a command writes before and after its acknowledgement.
async fn record(store: &Store, n: u64) {
    let watch = ask(store, n).await;
    let started = store.start(&watch, NOW, LEASE, TIMEOUT).await.unwrap();
    assert!(started.is_some());
}

/// Settles a poll that changes nothing.
async fn settle(store: &Store, task: &Task, snapshot: &Snapshot) {
    let reply = Ok(snapshot.clone());
    let decide = |task: &Task| poll::after_poll(task, reply.clone(), NOW, &PACE, 0.0);
    store.settle_task(task, NOW, decide).await.unwrap();
}

fn claims(c: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    // Recorded rows are due once their lease is over.
    let due = NOW.plus(LEASE);
    for rows in [1_000, 10_000] {
        let (store, _folder) = holding(&runtime, rows);
        let snapshot = wire::decode(200, RUNNING, &question()).unwrap();
        // A claim makes its rows due at its own moment again, so that each round finds the same
        // rows.
        c.bench_function(&format!("claim 64 tasks/{rows} held"), |b| {
            b.iter(|| {
                let claimed = store.claim_tasks(due, Duration::ZERO, 64);
                runtime.block_on(claimed).unwrap()
            });
        });
        c.bench_function(&format!("settle a poll/{rows} held"), |b| {
            b.iter_batched(
                || {
                    let claimed = store.claim_tasks(NOW.plus(PACE.max), Duration::ZERO, 1);
                    runtime.block_on(claimed).unwrap().remove(0)
                },
                |task| runtime.block_on(settle(&store, &task, &snapshot)),
                BatchSize::PerIteration,
            );
        });
        let mut n = rows;
        c.bench_function(&format!("ask for a watch/{rows} held"), |b| {
            b.iter_batched(
                || {
                    n += 1;
                    runtime
                        .block_on(store.drop(WatchId(n.cast_signed() - 1)))
                        .unwrap();
                    n
                },
                |n| runtime.block_on(ask(&store, n)),
                BatchSize::PerIteration,
            );
        });
        c.bench_function(&format!("record a watch/{rows} held"), |b| {
            b.iter_batched(
                || {
                    n += 1;
                    n
                },
                |n| runtime.block_on(record(&store, n)),
                BatchSize::SmallInput,
            );
        });
        // The store's connection goes back to the pool only inside the runtime.
        runtime.block_on(store.close());
    }
}

criterion_group!(core, decoding, rendering, claims);
criterion_main!(core);
