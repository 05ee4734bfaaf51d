//! Callers order watches and see their own.

use videostatus::domain::caller::{Caller, Order};
use videostatus::domain::secret::Secret;
use videostatus::domain::task::Outcome;
use videostatus::domain::watch::{NOBODY, NewWatch, Watch, WatchId, WatchState};
use videostatus::store::{Asked, Store};

use super::{LEASE, NOW, add, ask, asked, at, id, is_lost, open, start};

on_both! {
    an_order_with_a_key_is_recorded_once
    orders_count_for_their_caller_and_for_no_person
    an_order_is_seen_by_its_caller_alone
    how_a_watch_ended_outlives_its_task
}

const CALLER: Caller = Caller(u64::MAX);
const OTHER: Caller = Caller(7);

async fn an_order_with_a_key_is_recorded_once(url: Secret) {
    let store = open(&url).await;
    let watches: Vec<_> = (1..=6)
        .map(|id| ordered(id, "grok:1", CALLER, Some("job 7")))
        .collect();
    let asked = watches.iter().map(|watch| place(&store, watch, 99));
    let asked = futures_util::future::join_all(asked).await;
    let count = |what| asked.iter().filter(|asked| **asked == what).count();
    assert_eq!((count(Asked::Recorded), count(Asked::Again)), (1, 5));
    let (watch, task) = store
        .order_with_key(CALLER, "job 7")
        .await
        .unwrap()
        .unwrap();
    assert_eq!((watch.state, task), (WatchState::Asked, None));
    assert_eq!(watch.asked.order, watches[0].asked.order);
    // The key is known even when the quota is spent, and it is this caller's alone.
    let again = ordered(7, "grok:1", CALLER, Some("job 7"));
    assert_eq!(place(&store, &again, 1).await, Asked::Again);
    let other = ordered(8, "grok:1", OTHER, Some("job 7"));
    assert_eq!(place(&store, &other, 1).await, Asked::Recorded);
    let keyless = ordered(9, "grok:1", CALLER, None);
    assert_eq!(place(&store, &keyless, 99).await, Asked::Recorded);
    // Another process finds it after a restart.
    store.close().await;
    let store = open(&url).await;
    let found = store.order_with_key(CALLER, "job 7").await.unwrap();
    assert_eq!(found.unwrap().0.id, watch.id);
}

async fn orders_count_for_their_caller_and_for_no_person(url: Secret) {
    let store = open(&url).await;
    for id in [1, 2] {
        let watch = ordered(id, "grok:1", CALLER, None);
        assert_eq!(place(&store, &watch, 2).await, Asked::Recorded);
    }
    let third = ordered(3, "grok:1", CALLER, None);
    assert_eq!(place(&store, &third, 2).await, Asked::TooMany);
    let of_nobody = NewWatch {
        user_id: NOBODY,
        ..third.asked.clone()
    };
    let of_nobody = Watch::new(of_nobody, NOW);
    assert_eq!(place(&store, &of_nobody, 2).await, Asked::TooMany);
    let person = Watch::new(asked(4, "grok:1"), NOW);
    assert_eq!(place(&store, &person, 1).await, Asked::Recorded);
    let other = ordered(5, "grok:1", OTHER, None);
    assert_eq!(place(&store, &other, 1).await, Asked::Recorded);
    store.drop(WatchId(1)).await.unwrap();
    assert_eq!(place(&store, &third, 2).await, Asked::Recorded);
}

async fn an_order_is_seen_by_its_caller_alone(url: Secret) {
    let store = open(&url).await;
    for id in 1..=3 {
        place(&store, &ordered(id, "grok:1", CALLER, None), 99).await;
    }
    place(&store, &ordered(4, "grok:1", OTHER, None), 99).await;
    ask(&store, 5, "grok:1").await;
    let find = async |caller, id| store.order(caller, WatchId(id)).await.unwrap();
    assert!(find(CALLER, 1).await.is_some());
    for (caller, id) in [(CALLER, 4), (CALLER, 5), (CALLER, 9), (OTHER, 1)] {
        assert!(find(caller, id).await.is_none(), "{id}");
    }
    let list = store.orders(CALLER, &id("grok:1"), 2).await.unwrap();
    let ids: Vec<_> = list.iter().map(|(watch, _)| watch.id.0).collect();
    assert_eq!(ids, [3, 2], "newest first");
}

async fn how_a_watch_ended_outlives_its_task(url: Secret) {
    let store = open(&url).await;
    let watch = ordered(1, "grok:1", CALLER, None);
    place(&store, &watch, 9).await;
    let mut live = start(&store, &watch).await.watch;
    let stale = Watch {
        attempt: 9,
        ..live.clone()
    };
    assert!(is_lost(store.mark_posting(&stale, NOW).await));
    for moment in [at(1), at(2)] {
        store.mark_posting(&live, moment).await.unwrap();
    }
    (live.state, live.ended_as) = (WatchState::Ended, Some(Outcome::Failed));
    store.settle_watch(&live, None, at(3)).await.unwrap();
    // Somebody asks for the task again.
    add(&store, 2, "grok:1").await;
    let (watch, task) = store.order(CALLER, WatchId(1)).await.unwrap().unwrap();
    assert_eq!(task.unwrap().outcome, None);
    assert_eq!(watch.ended_as, Some(Outcome::Failed));
    assert_eq!(watch.posting_since, Some(at(1)), "the first mark stays");
}

fn ordered(id: u64, task: &str, caller: Caller, key: Option<&str>) -> Watch {
    let order = Order {
        caller,
        key: key.map(str::to_owned),
        body: format!("{task} in words"),
    };
    let asked = NewWatch {
        order: Some(order),
        ..asked(id, task)
    };
    Watch::new(asked, NOW)
}

async fn place(store: &Store, watch: &Watch, most: u32) -> Asked {
    store.ask(watch, LEASE, most).await.unwrap()
}
