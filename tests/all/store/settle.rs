//! Only the process that has a claim settles it, and only once.

use videostatus::domain::decide::poll::Polled;
use videostatus::domain::secret::Secret;
use videostatus::domain::task::{Outcome, Task};
use videostatus::domain::watch::WatchState;

use super::{NOW, add, at, claim_task, claim_watch, is_lost, news, open, settle};

on_both! {
    a_lost_claim_records_nothing
    a_claim_is_settled_once
}

async fn a_lost_claim_records_nothing(url: Secret) {
    let store = open(&url).await;
    add(&store, 1, "grok:1").await;
    let stale = claim_task(&store, NOW).await;
    let fresh = claim_task(&store, at(11)).await;
    let settled = store.settle_task(&stale, at(12), news(None)).await;
    assert!(is_lost(settled));
    settle(&store, &fresh, at(12), Some(at(20))).await;

    let (stale, _) = claim_watch(&store, at(12)).await;
    let (fresh, _) = claim_watch(&store, at(30)).await;
    assert!(is_lost(store.mark_notifying(&stale, at(31)).await));
    assert!(is_lost(store.settle_watch(&stale, None, at(31)).await));
    store.mark_notifying(&fresh, at(31)).await.unwrap();
    store.settle_watch(&fresh, None, at(31)).await.unwrap();
}

/// A second settle of the same claim, say after a timeout or a panic behind the first one,
/// changes nothing.
async fn a_claim_is_settled_once(url: Secret) {
    let store = open(&url).await;
    add(&store, 1, "grok:1").await;
    let task = claim_task(&store, NOW).await;
    settle(&store, &task, at(1), None).await;
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

    let (mut watch, _) = claim_watch(&store, at(1)).await;
    let before = watch.clone();
    (watch.state, watch.notified_at) = (WatchState::Ended, Some(at(2)));
    store.settle_watch(&watch, None, at(2)).await.unwrap();
    let again = store.settle_watch(&before, Some(at(3)), at(2));
    assert!(is_lost(again.await));
    let watch = store.watch(watch.id).await.unwrap().unwrap();
    assert_eq!(watch.notified_at, Some(at(2)));
    assert_eq!(store.next_delivery_at().await.unwrap(), None);
}
