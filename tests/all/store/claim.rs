//! Claims: who has one, for how long, and how it is renewed and released.

use videostatus::domain::decide::poll::Polled;
use videostatus::domain::secret::Secret;
use videostatus::domain::task::Task;
use videostatus::store::Refreshed;

use super::{LEASE, NOW, add, ask, at, claim, news, open, start};

on_both! {
    everything_is_due_after_its_lease_and_nothing_before
    a_claim_is_exclusive_until_its_lease_is_over
    a_poll_under_way_is_not_taken_over_by_a_refresh
    what_is_given_back_is_due_at_once
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
