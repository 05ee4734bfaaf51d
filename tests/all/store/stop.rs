//! People stop watches.

use videostatus::domain::secret::Secret;
use videostatus::domain::watch::WatchState;

use super::{NOW, add, at, claim_task, open, settle, stop, watch};

on_both! {
    a_watch_is_stopped_once_and_its_task_rests
    what_has_ended_is_not_stopped
}

async fn a_watch_is_stopped_once_and_its_task_rests(url: Secret) {
    let store = open(&url).await;
    for number in [1, 2] {
        add(&store, number, "grok:1").await;
    }
    assert!(stop(&store, 1, "grok:1", at(1)).await);
    assert!(
        store.next_poll_at().await.unwrap().is_some(),
        "watch 2 runs"
    );
    assert!(!stop(&store, 1, "grok:1", at(2)).await);
    let stopped = watch(&store, 1).await.unwrap();
    assert_eq!(stopped.state, WatchState::Stopped);
    assert_eq!(store.next_delivery_at().await.unwrap(), Some(at(1)));
    assert!(stop(&store, 2, "grok:1", at(3)).await);
    assert_eq!(store.next_poll_at().await.unwrap(), None);
}

async fn what_has_ended_is_not_stopped(url: Secret) {
    let store = open(&url).await;
    add(&store, 1, "grok:1").await;
    let task = claim_task(&store, NOW).await;
    settle(&store, &task, NOW, None).await;
    assert!(!stop(&store, 1, "grok:1", at(1)).await);
    let kept = watch(&store, 1).await.unwrap();
    assert_eq!(kept.state, WatchState::Live, "the end is what it shows");
}
