//! A drop undoes a watch that is only asked for.

use videostatus::domain::secret::Secret;

use super::{LEASE, NOW, TIMEOUT, ask, at, claim, claim_watch, end_watch, open, start, stop};

on_both! {
    a_dropped_watch_leaves_nothing_due
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
    assert!(stop(&store, 2, "grok:2", NOW).await);
    let (stopped, _) = claim_watch(&store, at(60)).await;
    end_watch(&store, stopped, at(60)).await;
    assert_eq!(store.next_poll_at().await.unwrap(), None);
    assert!(claim(&store, at(60), 9).await.is_empty());
}
