//! The store's promises by verb. Each is kept on SQLite and on PostgreSQL, unless it is
//! about the mechanism of one of them.

/// Runs each case on a new SQLite database and on a new PostgreSQL one.
macro_rules! on_both {
    ($($case:ident)*) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $case() {
                let folder = tempfile::tempdir().unwrap();
                let url = format!("sqlite://{}/new/folder/bot.db", folder.path().display());
                super::$case(videostatus::domain::secret::Secret::new(url)).await;
            })*
        }
        mod postgres {
            $(#[tokio::test]
            async fn $case() {
                if let Some(url) = testing::postgres::database().await {
                    super::$case(videostatus::domain::secret::Secret::new(url)).await;
                }
            })*
        }
    };
}

mod ask;
mod claim;
mod cluster;
mod drop;
mod erase;
mod find;
mod follow;
mod forget;
mod load;
mod open;
mod order;
mod record;
mod refresh;
mod release;
mod remove;
mod renew;
mod resume;
mod settle;
mod settle_task;
mod settle_watch;
mod start;
mod stop;
mod subscribe;

use std::sync::Arc;
use std::time::Duration;

use videostatus::domain::decide::poll::Polled;
use videostatus::domain::secret::Secret;
use videostatus::domain::task::{Outcome, Task, TaskId};
use videostatus::domain::time::Timestamp;
use videostatus::domain::watch::{NewWatch, Notify, Reach, Watch, WatchId, WatchState};
use videostatus::flows::cleaner::Cleaner;
use videostatus::flows::clock::Clock;
use videostatus::store::{Asked, SettledTask, Started, Store, StoreError};

const NOW: Timestamp = Timestamp(1_764_522_552_000);
/// The largest snowflake that there can be.
const PERSON: u64 = i64::MAX.cast_unsigned();
const LEASE: Duration = Duration::from_secs(10);
const TIMEOUT: Duration = Duration::from_secs(7200);

const ADA: u64 = 7;
const BOB: u64 = 8;

fn at(secs: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(secs))
}

fn id(task: &str) -> TaskId {
    TaskId::parse(task).unwrap()
}

fn asked(interaction_id: u64, task: &str) -> NewWatch {
    NewWatch {
        task_id: id(task),
        interaction_id,
        application_id: 20,
        guild_id: None,
        channel_id: 40,
        user_id: PERSON,
        locale: "en-US".into(),
        own_locale: "de".into(),
        private: true,
        notify: Notify::Dm,
        reach: Reach::Dm,
        token: Secret::new("secret-token"),
        token_expires_at: at(840),
        spoiler: false,
        embeds: true,
        upload_limit: 1024,
        announce_channel_id: None,
        role_id: None,
        order: None,
    }
}

/// Returns whether a statement was refused because its claim is over.
fn is_lost<T>(result: Result<T, StoreError>) -> bool {
    matches!(result, Err(StoreError::ClaimLost))
}

async fn open(url: &Secret) -> Store {
    Store::open(url).await.unwrap()
}

/// Asks for a watch.
async fn ask(store: &Store, interaction_id: u64, task: &str) -> Watch {
    let watch = Watch::new(asked(interaction_id, task), NOW);
    let recorded = store.ask(&watch, LEASE, 99).await.unwrap();
    assert_eq!(recorded, Asked::Recorded);
    watch
}

/// Makes an asked watch live.
async fn start(store: &Store, watch: &Watch) -> Started {
    let started = store.start(watch, NOW, LEASE, TIMEOUT).await.unwrap();
    started.unwrap()
}

/// Asks for a watch, starts it, and releases what is claimed with it; its message is
/// due with news.
async fn add(store: &Store, interaction_id: u64, task: &str) -> Started {
    let watch = ask(store, interaction_id, task).await;
    let started = start(store, &watch).await;
    if started.first_poll {
        store.release_task(&started.task, NOW).await.unwrap();
    }
    store.settle_watch(&started.watch, None, NOW).await.unwrap();
    started
}

/// Claims watches, all of which are live.
async fn claim(store: &Store, now: Timestamp, limit: u32) -> Vec<(Watch, Task)> {
    let claimed = store.claim_watches(now, LEASE, limit).await.unwrap();
    let live = claimed
        .into_iter()
        .map(|(watch, task)| (watch, task.unwrap()));
    live.collect()
}

/// Claims one due task.
async fn claim_task(store: &Store, now: Timestamp) -> Task {
    let claimed = store.claim_tasks(now, LEASE, 1).await.unwrap();
    claimed.into_iter().next().expect("a due task")
}

/// Claims one due watch.
async fn claim_watch(store: &Store, now: Timestamp) -> (Watch, Task) {
    let claimed = claim(store, now, 1).await;
    claimed.into_iter().next().expect("a due watch")
}

/// Settles a claimed task with news; it is asked for again at `next`, or has ended.
async fn settle(
    store: &Store,
    task: &Task,
    now: Timestamp,
    next: Option<Timestamp>,
) -> SettledTask {
    store.settle_task(task, now, news(next)).await.unwrap()
}

/// Settles a claimed watch as ended.
async fn end_watch(store: &Store, watch: Watch, now: Timestamp) {
    let ended = Watch {
        state: WatchState::Ended,
        ..watch
    };
    store.settle_watch(&ended, None, now).await.unwrap();
}

/// A poll result that shows something new and asks again at `next`.
fn news(next: Option<Timestamp>) -> impl Fn(&Task) -> Polled {
    move |task| Polled {
        task: Task {
            revision: task.revision + 1,
            answered: true,
            outcome: next.is_none().then_some(Outcome::Completed),
            ..task.clone()
        },
        next_poll_at: next,
    }
}

/// A poll result with which a task ends.
fn ended_as(outcome: Outcome) -> impl Fn(&Task) -> Polled {
    move |task| Polled {
        task: Task {
            outcome: Some(outcome),
            ..task.clone()
        },
        next_poll_at: None,
    }
}

/// The question that ADA or BOB asks in a channel at `made`.
fn asked_of(number: u64, user_id: u64, task: &str, made: Timestamp) -> NewWatch {
    NewWatch {
        user_id,
        private: false,
        notify: Notify::Here,
        reach: Reach::Channel,
        token_expires_at: made.plus(Duration::from_secs(840)),
        ..asked(number, task)
    }
}

/// Asks for a watch at `made`.
async fn ask_of(store: &Store, number: u64, user_id: u64, task: &str, made: Timestamp) -> Watch {
    let watch = Watch::new(asked_of(number, user_id, task, made), made);
    let recorded = store.ask(&watch, LEASE, 1000).await.unwrap();
    assert_eq!(recorded, Asked::Recorded);
    watch
}

/// Makes a live watch that was asked for at `made`, and leaves it claimed.
async fn add_of(store: &Store, number: u64, user_id: u64, task: &str, made: Timestamp) {
    let watch = ask_of(store, number, user_id, task, made).await;
    let started = store.start(&watch, made, LEASE, TIMEOUT).await.unwrap();
    assert!(started.is_some());
}

/// Stops a watch for somebody else; returns whether it was running.
async fn stop(store: &Store, number: i64, task: &str, now: Timestamp) -> bool {
    let task = id(task);
    let stopped = store.stop_watch(WatchId(number), &task, 5, now);
    stopped.await.unwrap()
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

/// Settles a claimed watch at `now`, after its first message if it is `shown` and after a
/// refused one otherwise.
async fn deliver(store: &Store, number: i64, shown: bool, now: Timestamp) {
    let mut watch = watch(store, number).await.unwrap();
    watch.edited_at = shown.then_some(now);
    store.settle_watch(&watch, None, now).await.unwrap();
}

/// Ends a claimed watch, and its task unless that has ended before.
async fn end(store: &Store, number: i64, task: &str) {
    let claimed = store.task(&id(task)).await.unwrap().unwrap();
    if claimed.outcome.is_none() {
        let done = ended_as(Outcome::Completed);
        store.settle_task(&claimed, NOW, done).await.unwrap();
    }
    end_watch(store, watch(store, number).await.unwrap(), NOW).await;
}
