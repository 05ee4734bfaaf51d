//! The store's promises, each on every database there is.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use sqlx::{Connection, Executor};
use videostatus::domain::decide::poll::Polled;
use videostatus::domain::secret::Secret;
use videostatus::domain::state::State;
use videostatus::domain::task::{Outcome, Setback, Snapshot, Task, TaskId};
use videostatus::domain::time::Timestamp;
use videostatus::domain::watch::{NewWatch, Notify, Reach, Watch, WatchId, WatchState};
use videostatus::store::{Asked, Refreshed, Signal, Started, Store, StoreError, Subscribed, Whose};

#[path = "store/orders.rs"]
mod orders;
#[path = "common/postgres.rs"]
mod postgres_server;

use orders::{
    an_order_is_seen_by_its_caller_alone, an_order_with_a_key_is_recorded_once,
    how_a_watch_ended_outlives_its_task, orders_count_for_their_caller_and_for_no_person,
};

const NOW: Timestamp = Timestamp(1_764_522_552_000);
/// The largest snowflake that there can be.
const PERSON: u64 = i64::MAX.cast_unsigned();
const LEASE: Duration = Duration::from_secs(10);
const TIMEOUT: Duration = Duration::from_secs(7200);

fn at(secs: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(secs))
}

fn asked(interaction_id: u64, task: &str) -> NewWatch {
    NewWatch {
        task_id: TaskId::parse(task).unwrap(),
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

/// Whether a statement was refused because its claim is over.
fn is_lost<T>(result: Result<T, StoreError>) -> bool {
    matches!(result, Err(StoreError::ClaimLost))
}

async fn open(url: &Secret) -> Store {
    Store::open(url).await.unwrap()
}

/// Runs each case on a new SQLite database and on a new PostgreSQL one.
macro_rules! on_both {
    ($($case:ident)*) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $case() {
                let folder = tempfile::tempdir().unwrap();
                let url = format!("sqlite://{}/new/folder/bot.db", folder.path().display());
                super::$case(super::Secret::new(url)).await;
            })*
        }
        mod postgres {
            $(#[tokio::test]
            async fn $case() {
                if let Some(url) = super::postgres_server::database().await {
                    super::$case(super::Secret::new(url)).await;
                }
            })*
        }
    };
}

on_both! {
    a_watch_comes_back_as_it_was_recorded
    an_interaction_is_recorded_once
    an_asked_watch_is_due_after_its_lease_and_can_be_started_once
    everything_is_due_after_its_lease_and_nothing_before
    a_task_stays_for_whoever_has_asked_for_it_meanwhile
    a_claim_is_exclusive_until_its_lease_is_over
    a_lost_claim_records_nothing
    a_claim_is_settled_once
    news_make_the_watches_of_the_task_due_and_only_those
    the_first_answer_is_for_whoever_joined_meanwhile
    a_revision_during_a_delivery_is_not_lost
    an_ended_watch_rests_its_task_and_keeps_no_token
    a_task_asked_for_again_starts_afresh
    a_dropped_watch_leaves_nothing_due
    what_is_given_back_is_due_at_once
    a_database_of_a_newer_version_is_refused_with_a_reason
    people_find_stop_and_refresh_their_watches
    a_message_has_one_watch
    a_stopped_watch_that_is_acknowledged_late_still_says_so
    a_poll_under_way_is_not_taken_over_by_a_refresh
    subscribers_come_and_go_while_there_is_room
    who_follows_again_brings_along_who_waited
    a_private_watch_is_due_at_its_farewell_and_with_news_before
    nobody_watches_more_than_allowed
    what_people_follow_is_counted_by_age_and_shared_tasks_in_parts
    an_unknown_id_is_kept_for_less_long_than_others
    a_persons_last_ended_watches_are_kept_and_no_more
    the_gateway_that_knew_a_task_is_kept_and_only_its_own_tasks_resume
    an_order_with_a_key_is_recorded_once
    orders_count_for_their_caller_and_for_no_person
    an_order_is_seen_by_its_caller_alone
    how_a_watch_ended_outlives_its_task
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

/// Claims live watches.
async fn claim(store: &Store, now: Timestamp, limit: u32) -> Vec<(Watch, Task)> {
    let claimed = store.claim_watches(now, LEASE, limit).await.unwrap();
    let live = claimed
        .into_iter()
        .map(|(watch, task)| (watch, task.unwrap()));
    live.collect()
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

async fn a_watch_comes_back_as_it_was_recorded(url: Secret) {
    let store = open(&url).await;
    let wanted = asked(77, "grok:1");
    assert!(add(&store, 77, "grok:1").await.first_poll);
    let found = store.watch(WatchId(77)).await.unwrap().unwrap();
    assert_eq!(format!("{:?}", found.asked), format!("{wanted:?}"));
    assert_eq!(found.asked.token, wanted.token);
    assert_eq!(
        (found.state, found.shown_revision, found.message_id),
        (WatchState::Live, 0, None)
    );
    assert_eq!(
        store
            .watch(WatchId(78))
            .await
            .unwrap()
            .map(|watch| watch.id),
        None
    );
}

async fn an_interaction_is_recorded_once(url: Secret) {
    let store = open(&url).await;
    add(&store, 1, "grok:1").await;
    let again = Watch::new(asked(1, "grok:1"), NOW);
    assert_eq!(store.ask(&again, LEASE, 99).await.unwrap(), Asked::Again);
    assert_eq!(
        store
            .watches_of(Whose::Person(PERSON), 0, 9)
            .await
            .unwrap()
            .1,
        1
    );
}

async fn an_asked_watch_is_due_after_its_lease_and_can_be_started_once(url: Secret) {
    let store = open(&url).await;
    let watch = ask(&store, 1, "grok:1").await;
    assert_eq!((watch.state, watch.attempt), (WatchState::Asked, 0));
    assert!(
        store
            .claim_watches(at(9), LEASE, 9)
            .await
            .unwrap()
            .is_empty()
    );
    let claimed = store.claim_watches(at(10), LEASE, 9).await.unwrap();
    let [(claimed, None)] = claimed.as_slice() else {
        unreachable!("one watch without a task: {claimed:?}");
    };
    assert_eq!(claimed.state, WatchState::Asked);
    assert_eq!(format!("{:?}", claimed.asked), format!("{:?}", watch.asked));
    assert_eq!(claimed.asked.token, watch.asked.token);
    // Whoever asked comes too late now.
    assert!(
        store
            .start(&watch, at(11), LEASE, TIMEOUT)
            .await
            .unwrap()
            .is_none()
    );
    assert_eq!(store.task(&watch.asked.task_id).await.unwrap(), None);
    let started = store.start(claimed, at(11), LEASE, TIMEOUT).await.unwrap();
    let started = started.unwrap();
    assert!(started.first_poll);
    assert_eq!(started.watch.state, WatchState::Live);
    let again = store.start(claimed, at(12), LEASE, TIMEOUT).await.unwrap();
    assert!(again.is_none());
    // Both leases begin anew.
    assert_eq!(store.next_poll_at().await.unwrap(), Some(at(21)));
    assert_eq!(store.next_delivery_at().await.unwrap(), Some(at(21)));
}

async fn a_task_stays_for_whoever_has_asked_for_it_meanwhile(url: Secret) {
    let store = open(&url).await;
    let first = Watch::new(
        NewWatch {
            user_id: 7,
            ..asked(1, "grok:1")
        },
        NOW,
    );
    store.ask(&first, LEASE, 9).await.unwrap();
    start(&store, &first).await;
    let second = ask(&store, 2, "grok:1").await;
    assert_eq!(
        store.forget(7).await.unwrap().tasks,
        0,
        "somebody else asks for it"
    );
    let started = start(&store, &second).await;
    assert!(!started.first_poll, "its first poll is under way");
}

async fn everything_is_due_after_its_lease_and_nothing_before(url: Secret) {
    let store = open(&url).await;
    let watch = ask(&store, 1, "grok:1").await;
    start(&store, &watch).await;
    assert!(store.claim_tasks(at(9), LEASE, 9).await.unwrap().is_empty());
    assert_eq!(store.claim_tasks(at(10), LEASE, 9).await.unwrap().len(), 1);
    assert_eq!(claim(&store, at(10), 9).await.len(), 1);
}

async fn a_claim_is_exclusive_until_its_lease_is_over(url: Secret) {
    let store = open(&url).await;
    for id in 1..=5 {
        add(&store, id, &format!("grok:{id}")).await;
    }
    assert_eq!(store.claim_tasks(NOW, LEASE, 3).await.unwrap().len(), 3);
    assert_eq!(store.claim_tasks(NOW, LEASE, 9).await.unwrap().len(), 2);
    assert!(store.claim_tasks(NOW, LEASE, 9).await.unwrap().is_empty());
    assert_eq!(store.next_poll_at().await.unwrap(), Some(at(10)));
    assert_eq!(store.claim_tasks(at(10), LEASE, 9).await.unwrap().len(), 5);
}

async fn a_lost_claim_records_nothing(url: Secret) {
    let store = open(&url).await;
    add(&store, 1, "grok:1").await;
    let stale = store.claim_tasks(NOW, LEASE, 1).await.unwrap().remove(0);
    let fresh = store.claim_tasks(at(11), LEASE, 1).await.unwrap().remove(0);
    let settled = store.settle_task(&stale, at(12), news(None)).await;
    assert!(is_lost(settled));
    let settled = store.settle_task(&fresh, at(12), news(Some(at(20)))).await;
    settled.unwrap();

    let (stale, _) = claim(&store, at(12), 1).await.remove(0);
    let (fresh, _) = claim(&store, at(30), 1).await.remove(0);
    assert!(is_lost(store.mark_notifying(&stale, at(31)).await));
    assert!(is_lost(store.settle_watch(&stale, None, at(31)).await));
    store.mark_notifying(&fresh, at(31)).await.unwrap();
    store.settle_watch(&fresh, None, at(31)).await.unwrap();
}

/// What was settled once is settled: a second word of whoever had the claim, say
/// after a timeout or a panic behind the first, changes nothing.
async fn a_claim_is_settled_once(url: Secret) {
    let store = open(&url).await;
    add(&store, 1, "grok:1").await;
    let task = store.claim_tasks(NOW, LEASE, 1).await.unwrap().remove(0);
    store.settle_task(&task, at(1), news(None)).await.unwrap();
    let same = |task: &Task| Polled {
        task: task.clone(),
        next_poll_at: Some(at(2)),
    };
    let again = store.settle_task(&task, at(1), same).await;
    assert!(is_lost(again), "without news");
    let again = store.settle_task(&task, at(1), news(Some(at(2))));
    assert!(is_lost(again.await), "with news");
    let task = store.task(&task.id).await.unwrap().unwrap();
    assert_eq!((task.revision, task.outcome), (1, Some(Outcome::Completed)));

    let (mut watch, _) = claim(&store, at(1), 1).await.remove(0);
    let before = watch.clone();
    (watch.state, watch.notified_at) = (WatchState::Ended, Some(at(2)));
    store.settle_watch(&watch, None, at(2)).await.unwrap();
    assert!(is_lost(
        store.settle_watch(&before, Some(at(3)), at(2)).await
    ));
    let watch = store.watch(watch.id).await.unwrap().unwrap();
    assert_eq!(watch.notified_at, Some(at(2)));
    assert_eq!(store.next_delivery_at().await.unwrap(), None);
}

async fn news_make_the_watches_of_the_task_due_and_only_those(url: Secret) {
    let store = open(&url).await;
    add(&store, 1, "grok:1").await;
    add(&store, 2, "grok:1").await;
    add(&store, 3, "grok:3").await;
    let claimed = store.claim_tasks(NOW, LEASE, 9).await.unwrap();
    assert_eq!(claimed.len(), 2, "two people on one task are one poll");
    let one = claimed
        .iter()
        .find(|task| task.id.as_str() == "grok:1")
        .unwrap();
    let settled = store.settle_task(one, at(1), news(Some(at(5))));
    assert_eq!(settled.await.unwrap().told, 2);
    let due = claim(&store, at(1), 9).await;
    let mut ids: Vec<_> = due
        .iter()
        .map(|(watch, task)| (watch.id.0, task.revision))
        .collect();
    ids.sort_unstable();
    assert_eq!(ids, [(1, 1), (2, 1)]);
}

/// Whoever makes a task has its first claim, and goes on with the answer: it is news
/// to others only.
async fn the_first_answer_is_for_whoever_joined_meanwhile(url: Secret) {
    let store = open(&url).await;
    for joined in [false, true] {
        let task = format!("grok:{joined}");
        let watch = ask(&store, 10 + u64::from(joined), &task).await;
        let first = start(&store, &watch).await;
        if joined {
            assert!(!add(&store, 20, &task).await.first_poll);
        }
        let settled = store.settle_task(&first.task, at(1), news(Some(at(5))));
        let settled = settled.await.unwrap();
        assert_eq!(
            (settled.told, settled.task.revision),
            (1 + u64::from(joined), 1)
        );
        let due = claim(&store, at(1), 9).await;
        let due: Vec<_> = due.iter().map(|(watch, _)| watch.id.0).collect();
        assert_eq!(due, if joined { vec![20] } else { vec![] });
        // The claim of the first poll is over.
        let again = store.settle_task(&first.task, at(2), news(None)).await;
        assert!(is_lost(again));
    }
}

async fn a_revision_during_a_delivery_is_not_lost(url: Secret) {
    let store = open(&url).await;
    add(&store, 1, "grok:1").await;
    let task = store.claim_tasks(NOW, LEASE, 1).await.unwrap().remove(0);
    store
        .settle_task(&task, NOW, news(Some(at(5))))
        .await
        .unwrap();
    let (mut watch, shown) = claim(&store, NOW, 1).await.remove(0);
    let task = store.claim_tasks(at(5), LEASE, 1).await.unwrap().remove(0);
    store
        .settle_task(&task, at(5), news(Some(at(10))))
        .await
        .unwrap();
    assert!(
        claim(&store, at(5), 1).await.is_empty(),
        "the delivery is under way"
    );
    (watch.shown_revision, watch.shown_state) = (shown.revision, Some(State::Failed));
    let rest = store.settle_watch(&watch, None, at(6)).await.unwrap();
    assert_eq!(rest, Some(at(6)));
    let (watch, task) = claim(&store, at(6), 1).await.remove(0);
    assert_eq!((watch.shown_revision, task.revision), (1, 2));
    assert_eq!(watch.shown_state, Some(State::Failed));
}

async fn an_ended_watch_rests_its_task_and_keeps_no_token(url: Secret) {
    let store = open(&url).await;
    add(&store, 1, "grok:1").await;
    add(&store, 2, "grok:1").await;
    let task = store.claim_tasks(NOW, LEASE, 1).await.unwrap().remove(0);
    store
        .settle_task(&task, NOW, news(Some(at(5))))
        .await
        .unwrap();
    for (mut watch, _) in claim(&store, NOW, 9).await {
        assert_eq!(
            store.next_poll_at().await.unwrap(),
            Some(at(5)),
            "somebody still watches"
        );
        watch.state = WatchState::Ended;
        let rest = store.settle_watch(&watch, Some(at(9)), NOW).await.unwrap();
        assert_eq!(rest, None, "it is over");
        store.park_task(&task.id).await.unwrap();
        assert!(
            store
                .watch(watch.id)
                .await
                .unwrap()
                .unwrap()
                .asked
                .token
                .is_empty()
        );
    }
    assert_eq!(store.next_poll_at().await.unwrap(), None);
    assert_eq!(store.next_delivery_at().await.unwrap(), None);
}

async fn a_task_asked_for_again_starts_afresh(url: Secret) {
    let store = open(&url).await;
    add(&store, 1, "grok:1").await;
    let task = store.claim_tasks(NOW, LEASE, 1).await.unwrap().remove(0);
    let with_prompt = |task: &Task| {
        let mut polled = news(None)(task);
        polled.task.snapshot = Snapshot {
            prompt: Some("cat fish".into()),
            ..Snapshot::default()
        };
        polled
    };
    store.settle_task(&task, NOW, with_prompt).await.unwrap();

    // While its end is yet to be shown to somebody, it stays what it is.
    assert!(!add(&store, 2, "grok:1").await.first_poll);
    let ended = store.task(&task.id).await.unwrap().unwrap();
    assert_eq!(ended.outcome, Some(Outcome::Completed));
    assert_eq!(store.next_poll_at().await.unwrap(), None);
    let shown = claim(&store, NOW, 9).await;
    assert_eq!(shown.len(), 2);
    for (mut watch, _) in shown {
        watch.state = WatchState::Ended;
        store.settle_watch(&watch, None, NOW).await.unwrap();
    }

    assert!(add(&store, 3, "grok:1").await.first_poll);
    let again = store.claim_tasks(NOW, LEASE, 1).await.unwrap().remove(0);
    assert_eq!(
        (again.outcome, again.answered, again.revision),
        (None, false, 1)
    );
    assert_eq!(again.snapshot.prompt.as_deref(), Some("cat fish"));
}

async fn a_message_has_one_watch(url: Secret) {
    let store = open(&url).await;
    let press = async |number: u64| {
        let watch = Watch {
            message_id: Some(77),
            ..Watch::new(asked(number, "grok:1"), NOW)
        };
        (store.ask(&watch, LEASE, 99).await.unwrap(), watch)
    };
    let (asked, first) = press(1).await;
    assert_eq!(asked, Asked::Recorded);
    assert_eq!(press(2).await.0, Asked::Following, "before it is started");
    assert!(start(&store, &first).await.first_poll);
    assert_eq!(press(2).await.0, Asked::Following, "pressed twice");
    let task = store.claim_tasks(at(11), LEASE, 1).await.unwrap().remove(0);
    store.settle_task(&task, at(11), news(None)).await.unwrap();

    // The end is being shown when somebody asks again below it.
    let (delivering, _) = claim(&store, at(11), 1).await.remove(0);
    let (asked, third) = press(3).await;
    assert_eq!(asked, Asked::Recorded);
    let started = store.start(&third, at(12), LEASE, TIMEOUT).await.unwrap();
    assert!(
        !started.unwrap().first_poll,
        "somebody has yet to see the end"
    );
    assert!(is_lost(store.mark_notifying(&delivering, at(12)).await));
    let settled = store.settle_watch(&delivering, None, at(12));
    assert!(is_lost(settled.await));
    let replaced = store.watch(WatchId(1)).await.unwrap().unwrap();
    assert_eq!(replaced.state, WatchState::Ended);
}

async fn a_stopped_watch_that_is_acknowledged_late_still_says_so(url: Secret) {
    let store = open(&url).await;
    let watch = ask(&store, 1, "grok:1").await;
    let watch = start(&store, &watch).await.watch;
    let stopped = store.stop_watch(WatchId(1), &watch.asked.task_id, 5, NOW);
    assert!(stopped.await.unwrap());
    let rest = store.settle_watch(&watch, None, at(1)).await;
    assert_eq!(rest.unwrap(), Some(at(1)));
    assert_eq!(claim(&store, at(1), 9).await.len(), 1);
}

async fn a_poll_under_way_is_not_taken_over_by_a_refresh(url: Secret) {
    let store = open(&url).await;
    add(&store, 1, "grok:1").await;
    let task = store.claim_tasks(at(11), LEASE, 1).await.unwrap().remove(0);
    let refresh = async |at| store.refresh(&task.id, at, LEASE).await.unwrap();
    assert_eq!(refresh(at(21)).await, Refreshed::Now);
    assert_eq!(store.claim_tasks(at(20), LEASE, 1).await.unwrap().len(), 0);
    let unchanged = |task: &Task| Polled {
        task: task.clone(),
        next_poll_at: Some(at(60)),
    };
    store.settle_task(&task, at(21), unchanged).await.unwrap();
    // What is settled is not held any longer.
    store.renew_task(&task, at(99)).await.unwrap();
    assert_eq!(store.next_poll_at().await.unwrap(), Some(at(60)));
    assert_eq!(refresh(at(22)).await, Refreshed::Now);
    assert_eq!(store.next_poll_at().await.unwrap(), Some(at(22)));
}

async fn a_dropped_watch_leaves_nothing_due(url: Secret) {
    let store = open(&url).await;
    let watch = ask(&store, 1, "grok:1").await;
    store.drop(watch.id).await.unwrap();
    let started = store.start(&watch, NOW, LEASE, TIMEOUT).await.unwrap();
    assert!(started.is_none(), "there is nothing to start");
    assert_eq!(store.task(&watch.asked.task_id).await.unwrap(), None);
    // Once it is live, nobody drops it.
    let live = ask(&store, 2, "grok:2").await;
    start(&store, &live).await;
    store.drop(live.id).await.unwrap();
    assert!(store.watch(live.id).await.unwrap().is_some());
    assert!(
        store
            .stop_watch(live.id, &live.asked.task_id, 5, NOW)
            .await
            .unwrap()
    );
    let (mut stopped, _) = claim(&store, at(60), 9).await.remove(0);
    stopped.state = WatchState::Ended;
    store.settle_watch(&stopped, None, at(60)).await.unwrap();
    assert!(
        store
            .claim_tasks(at(60), LEASE, 9)
            .await
            .unwrap()
            .is_empty()
    );
    assert!(claim(&store, at(60), 9).await.is_empty());
}

async fn what_is_given_back_is_due_at_once(url: Secret) {
    let store = open(&url).await;
    add(&store, 1, "grok:1").await;
    let task = store.claim_tasks(NOW, LEASE, 1).await.unwrap().remove(0);
    store.release_task(&task, at(1)).await.unwrap();
    let task = store.claim_tasks(at(1), LEASE, 1).await.unwrap().remove(0);
    store.settle_task(&task, at(1), news(None)).await.unwrap();
    let (watch, _) = claim(&store, at(1), 1).await.remove(0);
    store.release_watch(&watch, at(2)).await.unwrap();
    assert_eq!(claim(&store, at(2), 1).await.len(), 1);
}

async fn people_find_stop_and_refresh_their_watches(url: Secret) {
    let store = open(&url).await;
    let me = asked(1, "grok:1").user_id;
    for id in 1..=3 {
        add(&store, id, &format!("grok:{id}")).await;
    }
    let ids = |found: &[(videostatus::domain::watch::Watch, Task)]| {
        found
            .iter()
            .map(|(watch, _)| watch.id.0)
            .collect::<Vec<_>>()
    };
    let (found, count) = store.watches_of(Whose::Person(me), 0, 2).await.unwrap();
    assert_eq!((ids(&found), count), (vec![3, 2], 3));
    let (found, count) = store.watches_of(Whose::Guild(7), 0, 2).await.unwrap();
    assert_eq!((ids(&found), count), (vec![], 0));

    let task_id = TaskId::parse("grok:2").unwrap();
    let stop = async || {
        store
            .stop_watch(WatchId(2), &task_id, 5, at(1))
            .await
            .unwrap()
    };
    assert_eq!((stop().await, stop().await), (true, false));
    let (found, _) = store.watches_of(Whose::Person(me), 0, 9).await.unwrap();
    assert_eq!(ids(&found), [3, 1]);
    let recent = store.recent_tasks(me, 2).await.unwrap();
    let recent: Vec<_> = recent.iter().map(|task| task.id.as_str()).collect();
    assert_eq!(recent, ["grok:3", "grok:2"]);

    let refresh = async |id: &str, now| {
        let id = TaskId::parse(id).unwrap();
        store.refresh(&id, now, LEASE).await.unwrap()
    };
    for task in store.claim_tasks(at(2), LEASE, 9).await.unwrap() {
        let running = news(Some(at(60)));
        store.settle_task(&task, at(2), running).await.unwrap();
    }
    assert_eq!(refresh("grok:2", at(12)).await, Refreshed::Unpolled);
    assert_eq!(refresh("grok:1", at(12)).await, Refreshed::Now);
    let wait = Duration::from_secs(7);
    assert_eq!(refresh("grok:1", at(15)).await, Refreshed::TooSoon(wait));

    for task in store.claim_tasks(at(60), LEASE, 9).await.unwrap() {
        let took = |task: &Task| {
            let mut polled = news(None)(task);
            polled.task.took = Some(Duration::from_secs(90));
            if task.id.as_str() == "grok:3" {
                polled.task.took = Some(Duration::from_secs(40));
                polled.task.snapshot.model = Some("fast".into());
            }
            polled
        };
        store.settle_task(&task, at(60), took).await.unwrap();
    }
    let mut task = store.task(&task_id).await.unwrap().unwrap();
    for (model, seconds) in [
        (None, vec![40, 90]),
        (Some("fast"), vec![40]),
        (Some("another"), vec![]),
    ] {
        task.snapshot.model = model.map(str::to_owned);
        let mut took = store.durations(&task).await.unwrap();
        took.sort_unstable();
        let seconds: Vec<_> = seconds.into_iter().map(Duration::from_secs).collect();
        assert_eq!(took, seconds, "{model:?}");
    }
}

async fn subscribers_come_and_go_while_there_is_room(url: Secret) {
    let store = open(&url).await;
    add(&store, 1, "grok:1").await;
    let task_id = TaskId::parse("grok:1").unwrap();
    let subscribe = async |user| {
        let subscribed = store.subscribe(WatchId(1), &task_id, user, 2);
        subscribed.await.unwrap()
    };
    assert_eq!(
        (subscribe(11).await, subscribe(12).await),
        (Subscribed::Added, Subscribed::Added)
    );
    assert_eq!(subscribe(13).await, Subscribed::Full);
    // Whoever is on the list already keeps their place.
    assert_eq!(subscribe(11).await, Subscribed::Added);
    store.unsubscribe(WatchId(1), 11).await.unwrap();
    assert_eq!(store.subscribers(WatchId(1)).await.unwrap(), [12]);
    store.set_notify(WatchId(1), Notify::Off).await.unwrap();
    let watch = store.watch(WatchId(1)).await.unwrap().unwrap();
    assert_eq!(watch.asked.notify, Notify::Off);
}

async fn who_follows_again_brings_along_who_waited(url: Secret) {
    let store = open(&url).await;
    let task_id = TaskId::parse("grok:1").unwrap();
    let press = async |number: u64, user_id: u64, stopped_by: u64| {
        let watch = Watch {
            message_id: Some(77),
            ..Watch::new(
                NewWatch {
                    user_id,
                    ..asked(number, "grok:1")
                },
                NOW,
            )
        };
        store.ask(&watch, LEASE, 99).await.unwrap();
        start(&store, &watch).await;
        for user in [11, 12] {
            let id = WatchId(number.cast_signed());
            store.subscribe(id, &task_id, user, 9).await.unwrap();
        }
        let stopped = store.stop_watch(watch.id, &task_id, stopped_by, NOW);
        assert!(stopped.await.unwrap());
    };
    press(1, 5, 12).await;
    press(2, 6, 6).await;
    store.unsubscribe(WatchId(2), 11).await.unwrap();
    press(3, 12, 5).await;
    // Whoever stopped it waits no longer, nor does whoever took that back; whoever
    // follows again is the requester.
    assert_eq!(store.subscribers(WatchId(2)).await.unwrap(), [5, 12]);
    assert_eq!(store.subscribers(WatchId(3)).await.unwrap(), [5, 11, 12]);
}

async fn a_private_watch_is_due_at_its_farewell_and_with_news_before(url: Secret) {
    let store = open(&url).await;
    let private = NewWatch {
        reach: Reach::Dm,
        token_expires_at: at(100),
        ..asked(1, "grok:1")
    };
    let watch = Watch::new(private, NOW);
    store.ask(&watch, LEASE, 99).await.unwrap();
    let started = start(&store, &watch).await;
    let rest = store.settle_watch(&started.watch, None, at(1)).await;
    assert_eq!(
        rest.unwrap(),
        Some(at(40)),
        "a minute before the token ends"
    );
    let settled = store.settle_task(&started.task, at(2), news(Some(at(5))));
    assert_eq!(settled.await.unwrap().told, 1);
    let (mut watch, task) = claim(&store, at(2), 1).await.remove(0);
    watch.shown_revision = task.revision;
    let rest = store.settle_watch(&watch, None, at(40)).await;
    assert_eq!(rest.unwrap(), None, "it is said");
}

async fn nobody_watches_more_than_allowed(url: Secret) {
    let store = open(&url).await;
    let ask = async |number, task: &str, message_id| {
        let watch = Watch {
            message_id,
            ..Watch::new(asked(number, task), NOW)
        };
        let asked = store.ask(&watch, LEASE, 2).await.unwrap();
        (asked, watch)
    };
    // An asked watch counts like a live one.
    let (first, watch) = ask(1, "grok:1", None).await;
    let (second, other) = ask(2, "grok:2", None).await;
    assert_eq!((first, second), (Asked::Recorded, Asked::Recorded));
    assert_eq!(ask(3, "grok:new", None).await.0, Asked::TooMany);
    start(&store, &watch).await;
    start(&store, &other).await;
    assert_eq!(ask(3, "grok:new", None).await.0, Asked::TooMany);
    assert_eq!(ask(3, "grok:1", None).await.0, Asked::TooMany);
    assert_eq!(ask(3, "grok:new", Some(77)).await.0, Asked::TooMany);
    // Whoever is refused leaves no trace.
    assert!(store.watch(WatchId(3)).await.unwrap().is_none());
    let id = TaskId::parse("grok:new").unwrap();
    assert_eq!(store.task(&id).await.unwrap(), None);
    assert_eq!(
        store
            .watches_of(Whose::Person(PERSON), 0, 9)
            .await
            .unwrap()
            .1,
        2
    );
    let known = TaskId::parse("grok:2").unwrap();
    assert!(store.stop_watch(WatchId(2), &known, 5, NOW).await.unwrap());
    assert_eq!(ask(3, "grok:new", None).await.0, Asked::Recorded);
}

/// The poll of another process is settled while a delivery is: whichever is first,
/// the message is due again.
#[tokio::test]
async fn news_that_are_not_yet_committed_are_waited_for() {
    let Some(url) = postgres_server::database().await.map(Secret::new) else {
        return;
    };
    let store = open(&url).await;
    add(&store, 1, "grok:1").await;
    let task = store.claim_tasks(NOW, LEASE, 1).await.unwrap().remove(0);
    store
        .settle_task(&task, NOW, news(Some(at(5))))
        .await
        .unwrap();
    let (mut watch, shown) = claim(&store, NOW, 1).await.remove(0);
    watch.shown_revision = shown.revision;

    let mut other = sqlx::AnyConnection::connect(url.expose()).await.unwrap();
    let mut poll = other.begin().await.unwrap();
    poll.execute("UPDATE watches SET wanted_revision = wanted_revision + 1")
        .await
        .unwrap();
    let settle = store.settle_watch(&watch, None, at(1));
    let committed = async {
        let waits = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
        let mut third = sqlx::AnyConnection::connect(url.expose()).await.unwrap();
        while third.fetch_optional(waits).await.unwrap().is_none() {
            tokio::task::yield_now().await;
        }
        poll.commit().await.unwrap();
    };
    let both = async { tokio::join!(settle, committed).0 };
    let settled = tokio::time::timeout(Duration::from_secs(20), both);
    let settled = settled.await.expect("it does not wait for the poll");
    let rest = settled.unwrap().unwrap();
    assert_eq!(rest, at(1));
}

#[tokio::test]
async fn several_processes_start_at_once_share_the_work_and_claim_nothing_twice() {
    let Some(url) = postgres_server::database().await.map(Secret::new) else {
        return;
    };
    let (a, b, c) = tokio::join!(open(&url), open(&url), open(&url));
    let stores = [a, b, c];
    // Everybody meets the same new task: one of them is the first.
    let [a, b, c] = &stores;
    let added = tokio::join!(
        add(a, 1, "grok:1"),
        add(b, 2, "grok:1"),
        add(c, 3, "grok:1")
    );
    let added = [added.0, added.1, added.2];
    let first = added.iter().filter(|started| started.first_poll).count();
    assert_eq!(first, 1, "{added:?}");

    for id in 4..=60 {
        add(a, id, &format!("grok:{id}")).await;
    }
    let claim = |store: Store| async move {
        let mut ids = Vec::new();
        loop {
            let claimed = store.claim_tasks(NOW, LEASE, 5).await.unwrap();
            if claimed.is_empty() {
                return ids;
            }
            for task in claimed {
                let settled = store.settle_task(&task, NOW, news(None)).await.unwrap();
                ids.push(settled.task.id.to_string());
            }
        }
    };
    let claims = stores.clone().map(|store| tokio::spawn(claim(store)));
    let mut ids = Vec::new();
    for claims in claims {
        ids.extend(claims.await.unwrap());
    }
    ids.sort_unstable();
    let mut wanted: Vec<_> = (4..=60).map(|id| format!("grok:{id}")).collect();
    wanted.push("grok:1".into());
    wanted.sort_unstable();
    assert_eq!(ids, wanted);
}

#[tokio::test]
async fn what_one_process_makes_due_wakes_the_others() {
    let Some(url) = postgres_server::database().await.map(Secret::new) else {
        return;
    };
    let (near, far) = (open(&url).await, open(&url).await);
    let (heard, mut signals) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move { far.listen(|signal| heard.send(signal).unwrap()).await });
    let mut next = async || {
        let signal = tokio::time::timeout(Duration::from_secs(20), signals.recv());
        signal.await.unwrap().unwrap()
    };
    // Once it hears, everything may be due.
    assert_eq!(
        (next().await, next().await),
        (Signal::Poll, Signal::Delivery)
    );
    add(&near, 1, "grok:1").await;
    let task = near.claim_tasks(NOW, LEASE, 1).await.unwrap().remove(0);
    let running = news(Some(at(30)));
    near.settle_task(&task, NOW, running).await.unwrap();
    assert_eq!(next().await, Signal::Delivery);
    let (watch, task) = claim(&near, NOW, 1).await.remove(0);
    let refreshed = near.refresh(&task.id, at(20), LEASE).await.unwrap();
    assert_eq!(refreshed, Refreshed::Now);
    assert_eq!(next().await, Signal::Poll);
    assert!(
        near.stop_watch(watch.id, &task.id, 5, at(21))
            .await
            .unwrap()
    );
    assert_eq!(next().await, Signal::Delivery);
}

async fn a_database_of_a_newer_version_is_refused_with_a_reason(url: Secret) {
    open(&url).await.close().await;
    let mut connection = sqlx::AnyConnection::connect(url.expose()).await.unwrap();
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                 SELECT 9999, 'of the future', success, checksum, 0 FROM _sqlx_migrations LIMIT 1";
    connection.execute(newer).await.unwrap();
    connection.close().await.unwrap();
    let error = Store::open(&url).await.unwrap_err().to_string();
    assert!(
        error.contains("newer version of videostatus (migration 9999)"),
        "{error}"
    );
}

#[tokio::test]
async fn an_unusable_place_is_refused_with_its_name() {
    let error = Store::open(&Secret::new("sqlite:///proc/nowhere/bot.db"))
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("/proc/nowhere/bot.db"),
        "{error}"
    );
}

async fn what_people_follow_is_counted_by_age_and_shared_tasks_in_parts(url: Secret) {
    let store = open(&url).await;
    let watches = [
        (1, 7, "a", 0),
        (2, 7, "b", 0),
        (3, 7, "c", 60),
        (4, 8, "a", 60),
        (5, 8, "d", 60),
    ];
    for (id, user_id, task, made) in watches {
        let of = NewWatch {
            user_id,
            ..asked(id, task)
        };
        let watch = Watch::new(of, at(made));
        store.ask(&watch, LEASE, 99).await.unwrap();
        if task != "d" {
            store.start(&watch, at(made), LEASE, TIMEOUT).await.unwrap();
        }
    }
    let mut followed: Vec<_> = store.followed(at(70), None).await.unwrap();
    followed.sort_by_key(|one| (one.person, one.age));
    let seen: Vec<_> = followed
        .iter()
        .map(|one| (one.person, one.age.as_secs(), one.tasks))
        .collect();
    assert_eq!(seen, [(7, 0, 1.0), (7, 30, 1.5), (8, 0, 1.5)]);
    let followers = async |task| {
        let mut people = store
            .followers(&TaskId::parse(task).unwrap())
            .await
            .unwrap();
        people.sort_unstable();
        people
    };
    assert_eq!(followers("a").await, [7, 8]);
    assert!(followers("d").await.is_empty(), "only asked for");
}

/// A watch of a person's that has ended, and so has its task.
async fn ended(store: &Store, interaction_id: u64, user_id: u64, task: &str, outcome: Outcome) {
    let of = NewWatch {
        user_id,
        ..asked(interaction_id, task)
    };
    let watch = Watch::new(of, NOW);
    store.ask(&watch, LEASE, 9999).await.unwrap();
    let started = start(store, &watch).await;
    let ends = |task: &Task| Polled {
        task: Task {
            outcome: Some(outcome),
            ..task.clone()
        },
        next_poll_at: None,
    };
    if started.first_poll {
        store.settle_task(&started.task, NOW, ends).await.unwrap();
    }
    let mut watch = started.watch;
    watch.state = WatchState::Ended;
    store.settle_watch(&watch, None, NOW).await.unwrap();
}

async fn an_unknown_id_is_kept_for_less_long_than_others(url: Secret) {
    let store = open(&url).await;
    ended(&store, 1, 7, "grok:unknown", Outcome::NotFound).await;
    ended(&store, 2, 7, "grok:unknown", Outcome::NotFound).await;
    ended(&store, 3, 7, "grok:failed", Outcome::Failed).await;
    ended(&store, 4, 7, "grok:watched", Outcome::NotFound).await;
    // Its end is yet to be shown to somebody.
    let late = ask(&store, 5, "grok:late").await;
    let late = start(&store, &late).await;
    let unknown = |task: &Task| Polled {
        task: Task {
            outcome: Some(Outcome::NotFound),
            ..task.clone()
        },
        next_poll_at: None,
    };
    store.settle_task(&late.task, NOW, unknown).await.unwrap();
    add(&store, 6, "grok:watched").await;
    let remove = async |at| {
        let removed = store.remove_unknown(at, 9).await.unwrap();
        (removed.watches, removed.tasks)
    };
    assert_eq!(remove(NOW).await, (0, 0), "not yet");
    assert_eq!(remove(at(1)).await, (2, 1));
    assert_eq!(remove(at(1)).await, (0, 0));
    for (id, kept) in [
        ("unknown", false),
        ("failed", true),
        ("watched", true),
        ("late", true),
    ] {
        let id = TaskId::parse(&format!("grok:{id}")).unwrap();
        assert_eq!(store.task(&id).await.unwrap().is_some(), kept, "{id}");
    }
}

async fn a_persons_last_ended_watches_are_kept_and_no_more(url: Secret) {
    let store = open(&url).await;
    for id in 1..=6 {
        ended(&store, id, 7, &format!("grok:{id}"), Outcome::Completed).await;
    }
    // Somebody else's watch keeps its task, and running ones do not count.
    ended(&store, 10, 8, "grok:1", Outcome::Completed).await;
    add(&store, 11, "grok:11").await;
    let remove = async |most, limit| {
        let removed = store.remove_beyond(most, limit).await.unwrap();
        (removed.watches, removed.tasks)
    };
    assert_eq!(remove(6, 9).await, (0, 0));
    assert_eq!(
        remove(3, 2).await,
        (2, 2),
        "the newest that are too many first"
    );
    assert_eq!(remove(3, 9).await, (1, 0));
    assert_eq!(remove(3, 9).await, (0, 0));
    let recent = store.recent_tasks(7, 9).await.unwrap();
    let recent: Vec<_> = recent.iter().map(|task| task.id.as_str()).collect();
    assert_eq!(recent, ["grok:6", "grok:5", "grok:4"]);
    assert_eq!(store.recent_tasks(8, 9).await.unwrap().len(), 1);
    assert!(store.watch(WatchId(11)).await.unwrap().is_some());
}

async fn the_gateway_that_knew_a_task_is_kept_and_only_its_own_tasks_resume(url: Secret) {
    let store = open(&url).await;
    let names = [
        ("grok:a", Some("a")),
        ("grok:b", Some("b")),
        ("grok:none", None),
    ];
    for (number, (id, gateway)) in (1..).zip(names) {
        let watch = ask(&store, number, id).await;
        let started = start(&store, &watch).await;
        assert_eq!(started.task.gateway, None);
        let troubled = |task: &Task| Polled {
            task: Task {
                setback: Some(Setback::NotAnswering),
                gateway: gateway.map(str::to_owned),
                ..task.clone()
            },
            next_poll_at: Some(at(60)),
        };
        store
            .settle_task(&started.task, NOW, troubled)
            .await
            .unwrap();
    }
    assert_eq!(store.resume_tasks(at(1), "a").await.unwrap(), 2);
    let mut due = store.claim_tasks(at(1), LEASE, 9).await.unwrap();
    due.sort_by(|a, b| a.id.as_str().cmp(b.id.as_str()));
    let followed = async |gateway| {
        let followed = store.followed(NOW, gateway).await.unwrap();
        followed.iter().map(|one| one.tasks).sum::<f64>()
    };
    assert_eq!(followed(None).await, 3.0);
    assert_eq!(followed(Some("a")).await, 1.0);
    assert_eq!(followed(Some("c")).await, 0.0);
    let due: Vec<_> = due
        .iter()
        .map(|task| (task.id.as_str(), task.gateway.as_deref()))
        .collect();
    assert_eq!(due, [names[0], names[2]]);
    // Whoever asks again after the end asks there.
    let id = TaskId::parse("grok:b").unwrap();
    let claimed = store.claim_tasks(at(60), LEASE, 9).await.unwrap();
    let claimed = claimed.iter().find(|task| task.id == id).unwrap();
    store
        .settle_task(claimed, at(60), news(None))
        .await
        .unwrap();
    for claimed in store.claim_watches(at(61), LEASE, 9).await.unwrap() {
        let ended = Watch {
            state: WatchState::Ended,
            ..claimed.0
        };
        store.settle_watch(&ended, None, at(61)).await.unwrap();
    }
    let watch = ask(&store, 4, "grok:b").await;
    let started = start(&store, &watch).await;
    assert!(started.first_poll);
    assert_eq!(started.task.gateway.as_deref(), Some("b"));
    let kept = store.task(&id).await.unwrap().unwrap();
    assert_eq!(kept.gateway.as_deref(), Some("b"));
}
