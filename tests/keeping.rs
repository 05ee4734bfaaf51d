//! What is kept, for how long, and what is not: each on every database there is.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::time::Duration;

use sqlx::{Connection, Executor};

use videostatus::domain::decide::poll::Polled;
use videostatus::domain::secret::Secret;
use videostatus::domain::task::{Outcome, Task, TaskId};
use videostatus::domain::time::Timestamp;
use videostatus::domain::watch::{NewWatch, Notify, Reach, Watch, WatchId, WatchState};
use videostatus::flows::cleaner::Cleaner;
use videostatus::flows::clock::Clock;
use videostatus::store::{
    Asked, Due, Inspected, Load, Removed, Store, Subscribed, backup, inspect,
};

#[path = "common/postgres.rs"]
mod postgres_server;

const NOW: Timestamp = Timestamp(1_764_522_552_000);
const LEASE: Duration = Duration::from_secs(10);
const TIMEOUT: Duration = Duration::from_secs(7200);
const ADA: u64 = 7;
const BOB: u64 = 8;

/// Runs each case on a new SQLite database and on a new PostgreSQL one.
macro_rules! on_both {
    ($($case:ident)*) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $case() {
                let folder = tempfile::tempdir().unwrap();
                let url = format!("sqlite://{}/bot.db", folder.path().display());
                super::$case(super::Store::open(&super::Secret::new(url)).await.unwrap()).await;
            })*
        }
        mod postgres {
            $(#[tokio::test]
            async fn $case() {
                if let Some(url) = super::postgres_server::database().await {
                    super::$case(super::Store::open(&super::Secret::new(url)).await.unwrap()).await;
                }
            })*
        }
    };
}

on_both! {
    what_ended_long_ago_goes_in_batches_and_the_rest_stays
    a_task_stays_as_long_as_one_of_its_watches
    tokens_are_erased_once_they_are_over
    a_person_is_forgotten_and_nobody_else
    the_load_is_what_is_due_and_what_runs
    a_sweep_goes_on_until_nothing_old_is_left
    an_asked_watch_is_seen_by_the_load_the_sweep_and_who_forgets
}

fn at(secs: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(secs))
}

fn id(task: &str) -> TaskId {
    TaskId::parse(task).unwrap()
}

fn asked(number: u64, user_id: u64, task: &str, made: Timestamp) -> NewWatch {
    NewWatch {
        task_id: id(task),
        interaction_id: number,
        application_id: 20,
        guild_id: None,
        channel_id: 40,
        user_id,
        locale: "en-US".into(),
        own_locale: "de".into(),
        private: false,
        notify: Notify::Here,
        reach: Reach::Channel,
        token: Secret::new("secret-token"),
        token_expires_at: made.plus(Duration::from_secs(840)),
        spoiler: false,
        embeds: true,
        upload_limit: 1024,
        announce_channel_id: None,
        role_id: None,
        order: None,
    }
}

/// Asks for a watch at `made`.
async fn ask(store: &Store, number: u64, user_id: u64, task: &str, made: Timestamp) -> Watch {
    let watch = Watch::new(asked(number, user_id, task, made), made);
    let recorded = store.ask(&watch, LEASE, 1000).await.unwrap();
    assert_eq!(recorded, Asked::Recorded);
    watch
}

/// A live watch that was asked for at `made`.
async fn add(store: &Store, number: u64, user_id: u64, task: &str, made: Timestamp) {
    let watch = ask(store, number, user_id, task, made).await;
    let started = store.start(&watch, made, LEASE, TIMEOUT).await.unwrap();
    assert!(started.is_some());
}

fn cleaner(store: Store) -> Cleaner {
    Cleaner {
        clock: Clock::system(),
        store,
        retention: Duration::from_secs(3600),
        pulse: Arc::default(),
    }
}

async fn watch(store: &Store, number: i64) -> Option<Watch> {
    store.watch(WatchId(number)).await.unwrap()
}

/// Settles a delivery of a watch at `now`: the first that shows it, if it is
/// `shown`, or one that was refused.
async fn deliver(store: &Store, number: i64, shown: bool, now: Timestamp) {
    let mut watch = watch(store, number).await.unwrap();
    watch.edited_at = shown.then_some(now);
    store.settle_watch(&watch, None, now).await.unwrap();
}

/// Lets a watch end, and its task unless that has ended before.
async fn end(store: &Store, number: i64, task: &str) {
    let claimed = store.task(&id(task)).await.unwrap().unwrap();
    let done = |task: &Task| Polled {
        task: Task {
            outcome: Some(Outcome::Completed),
            ..task.clone()
        },
        next_poll_at: None,
    };
    if claimed.outcome.is_none() {
        store.settle_task(&claimed, NOW, done).await.unwrap();
    }
    let mut watch = watch(store, number).await.unwrap();
    watch.state = WatchState::Ended;
    store.settle_watch(&watch, None, NOW).await.unwrap();
}

async fn what_ended_long_ago_goes_in_batches_and_the_rest_stays(store: Store) {
    for number in 1..=5 {
        let task = format!("grok:{number}");
        add(&store, number, ADA, &task, at(number)).await;
        let added = store
            .subscribe(WatchId(number.cast_signed()), &id(&task), BOB, 9)
            .await;
        assert_eq!(added.unwrap(), Subscribed::Added);
        // The last one goes on.
        if number < 5 {
            end(&store, number.cast_signed(), &task).await;
        }
    }
    let before = at(4);
    let some = |watches, tasks| Removed {
        watches,
        tasks,
        subscriptions: 0,
    };
    assert_eq!(store.remove_old(before, 2).await.unwrap(), some(2, 2));
    assert_eq!(store.remove_old(before, 2).await.unwrap(), some(1, 1));
    assert_eq!(store.remove_old(before, 2).await.unwrap(), some(0, 0));
    assert!(watch(&store, 3).await.is_none(), "before the moment");
    assert!(watch(&store, 4).await.is_some(), "at the moment");
    assert_eq!(store.remove_old(at(99), 9).await.unwrap(), some(1, 1));
    assert!(watch(&store, 5).await.is_some(), "it has not ended");
    assert_eq!(store.subscribers(WatchId(5)).await.unwrap(), [BOB]);
    assert!(store.subscribers(WatchId(1)).await.unwrap().is_empty());
}

async fn a_task_stays_as_long_as_one_of_its_watches(store: Store) {
    add(&store, 1, ADA, "grok:1", at(0)).await;
    add(&store, 2, ADA, "grok:1", at(50)).await;
    end(&store, 1, "grok:1").await;
    end(&store, 2, "grok:1").await;
    let removed = store.remove_old(at(10), 9).await.unwrap();
    assert_eq!((removed.watches, removed.tasks), (1, 0));
    let removed = store.remove_old(at(60), 9).await.unwrap();
    assert_eq!((removed.watches, removed.tasks), (1, 1));
    assert!(store.task(&id("grok:1")).await.unwrap().is_none());
}

async fn tokens_are_erased_once_they_are_over(store: Store) {
    for number in 1..=3 {
        add(&store, number, ADA, "grok:1", at(number)).await;
        deliver(&store, number.cast_signed(), true, at(number)).await;
    }
    // Two that Discord does not let the bot show: the first is never tried again.
    for (number, tried) in [(4, 800), (5, 900)] {
        add(&store, number, ADA, "grok:1", at(0)).await;
        deliver(&store, number.cast_signed(), false, at(tried)).await;
    }
    assert_eq!(store.erase_tokens(at(839), 9).await.unwrap(), 0);
    assert_eq!(store.erase_tokens(at(842), 1).await.unwrap(), 1);
    assert_eq!(store.erase_tokens(at(842), 9).await.unwrap(), 2);
    let kept = |number| {
        let store = &store;
        async move {
            let watch = watch(store, number).await.unwrap();
            assert_eq!(watch.state, WatchState::Live);
            !watch.asked.token.is_empty()
        }
    };
    assert!(!kept(1).await && !kept(2).await && kept(3).await);
    assert!(!kept(4).await && !kept(5).await);
}

async fn a_person_is_forgotten_and_nobody_else(store: Store) {
    add(&store, 1, ADA, "grok:hers", at(0)).await;
    add(&store, 2, ADA, "grok:shared", at(0)).await;
    add(&store, 3, BOB, "grok:shared", at(0)).await;
    for (number, task, person) in [(1, "grok:hers", BOB), (3, "grok:shared", ADA)] {
        let added = store.subscribe(WatchId(number), &id(task), person, 9).await;
        assert_eq!(added.unwrap(), Subscribed::Added);
    }
    let all = Removed {
        watches: 2,
        subscriptions: 1,
        tasks: 1,
    };
    assert_eq!(store.forget(ADA).await.unwrap(), all);
    assert_eq!(store.forget(ADA).await.unwrap(), Removed::default());
    assert!(watch(&store, 1).await.is_none() && watch(&store, 2).await.is_none());
    assert!(store.task(&id("grok:hers")).await.unwrap().is_none());
    assert!(store.task(&id("grok:shared")).await.unwrap().is_some());
    assert!(watch(&store, 3).await.is_some());
    assert!(store.subscribers(WatchId(3)).await.unwrap().is_empty());
}

async fn the_load_is_what_is_due_and_what_runs(store: Store) {
    assert_eq!(store.load(NOW).await.unwrap(), Load::default());
    for number in 1..=3 {
        add(&store, number, ADA, &format!("grok:{number}"), at(number)).await;
    }
    end(&store, 1, "grok:1").await;
    assert!(
        store
            .stop_watch(WatchId(2), &id("grok:2"), 5, at(20))
            .await
            .unwrap()
    );
    // Both are due ten seconds after they were made: as long as their lease.
    let load = store.load(at(13)).await.unwrap();
    assert_eq!((load.live, load.stopped), (1, 1));
    let due = |rows, since| Due {
        rows,
        since: Some(since),
    };
    assert_eq!(load.tasks, due(1, at(13)));
    assert_eq!(load.watches, due(2, at(12)));
}

async fn a_sweep_goes_on_until_nothing_old_is_left(store: Store) {
    // More than two batches.
    for number in 1..=450 {
        add(&store, number, ADA, "grok:1", NOW).await;
    }
    end(&store, 1, "grok:1").await;
    for number in 2..=450 {
        let mut watch = watch(&store, number).await.unwrap();
        watch.state = WatchState::Ended;
        store.settle_watch(&watch, None, NOW).await.unwrap();
    }
    add(&store, 451, ADA, "grok:2", Clock::system().now()).await;
    end(&store, 451, "grok:2").await;
    add(&store, 452, ADA, "grok:3", NOW).await;
    deliver(&store, 452, true, NOW).await;
    let cleaner = cleaner(store.clone());
    cleaner.sweep().await.unwrap();
    let young = watch(&store, 451).await;
    assert_eq!(young.map(|watch| watch.state), Some(WatchState::Ended));
    assert!(watch(&store, 1).await.is_none() && watch(&store, 450).await.is_none());
    let running = watch(&store, 452).await.unwrap();
    assert_eq!(running.state, WatchState::Live, "it has not ended");
    assert!(running.asked.token.is_empty(), "its token is over");
}

async fn an_asked_watch_is_seen_by_the_load_the_sweep_and_who_forgets(store: Store) {
    ask(&store, 1, ADA, "grok:1", NOW).await;
    ask(&store, 2, BOB, "grok:1", NOW).await;
    let load = store.load(at(11)).await.unwrap();
    assert_eq!((load.live, load.watches.rows), (2, 2));
    // A token that is over goes, whatever became of its watch.
    cleaner(store.clone()).sweep().await.unwrap();
    let erased = watch(&store, 1).await.unwrap();
    assert_eq!(erased.state, WatchState::Asked);
    assert!(erased.asked.token.is_empty());
    assert_eq!(store.forget(ADA).await.unwrap().watches, 1);
    assert!(watch(&store, 1).await.is_none() && watch(&store, 2).await.is_some());
}

#[tokio::test]
async fn a_copy_is_whole_and_overwrites_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let url = |name: &str| Secret::new(format!("sqlite://{}", path(name).display()));
    let store = Store::open(&url("bot.db")).await.unwrap();
    add(&store, 1, ADA, "grok:1", NOW).await;
    // The bot goes on meanwhile, and afterwards.
    backup(&url("bot.db"), &path("copy.db")).await.unwrap();
    add(&store, 2, ADA, "grok:2", NOW).await;

    let held = |name: &str| {
        let bytes = std::fs::read(path(name)).unwrap();
        bytes.windows(12).any(|part| part == b"secret-token")
    };
    // A copy is kept for longer than the tokens in it should be.
    assert!(held("bot.db-wal") && !held("copy.db"));
    let copy = Store::open(&url("copy.db")).await.unwrap();
    assert!(watch(&copy, 1).await.is_some() && watch(&copy, 2).await.is_none());
    let error = backup(&url("bot.db"), &path("copy.db")).await.unwrap_err();
    assert!(error.to_string().contains("exists already"), "{error}");
    let error = backup(&url("none.db"), &path("new.db")).await.unwrap_err();
    assert!(error.to_string().contains("none.db"), "{error}");
    assert!(!path("none.db").exists() && !path("new.db").exists());
    let postgres = Secret::new("postgres://bot:hunter2@localhost/bot");
    let error = backup(&postgres, &path("new.db")).await.unwrap_err();
    assert!(error.to_string().contains("pg_dump"), "{error}");
}

#[tokio::test]
async fn a_look_from_outside_tells_what_a_start_would_do() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("bot.db"), "").unwrap();
    let sqlite = format!("sqlite://{}/bot.db", folder.path().display());
    for url in [Some(sqlite), postgres_server::database().await] {
        let Some(url) = url.map(Secret::new) else {
            continue;
        };
        let look = async || inspect(&url).await.unwrap();
        let (writable, migrated) = (true, true);
        let new = Inspected {
            migrated: false,
            writable,
        };
        assert_eq!(look().await, new);
        Store::open(&url).await.unwrap().close().await;
        assert_eq!(look().await, Inspected { migrated, writable });
    }
}

#[tokio::test]
async fn what_is_erased_is_in_no_file_of_the_database() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/bot.db", folder.path().display());
    let store = Store::open(&Secret::new(url.as_str())).await.unwrap();
    add(&store, 1, ADA, "grok:1", NOW).await;
    deliver(&store, 1, true, NOW).await;
    let held = || {
        let files = std::fs::read_dir(folder.path()).unwrap();
        files
            .map(|file| std::fs::read(file.unwrap().path()).unwrap())
            .any(|bytes| {
                bytes
                    .windows(b"secret-token".len())
                    .any(|part| part == b"secret-token")
            })
    };
    assert!(held());
    let cleaner = cleaner(store);
    // Somebody reads: it is not waited for.
    let mut reader = sqlx::AnyConnection::connect(&url).await.unwrap();
    let mut reading = reader.begin().await.unwrap();
    reading.fetch_all("SELECT 1 FROM watches").await.unwrap();
    cleaner.sweep().await.unwrap();
    assert!(held());
    assert!(!cleaner.store.checkpoint().await.unwrap());
    reading.rollback().await.unwrap();
    cleaner.sweep().await.unwrap();
    assert!(!held());
    assert!(cleaner.store.checkpoint().await.unwrap());
}
