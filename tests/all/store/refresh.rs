//! A refresh makes a task due for a person who asks for it.

use std::time::Duration;

use videostatus::domain::decide::poll::Polled;
use videostatus::domain::secret::Secret;
use videostatus::domain::task::Task;
use videostatus::store::Refreshed;

use super::{LEASE, add, at, claim_task, id, open, settle, stop};

on_both! {
    a_polled_task_is_refreshed_at_most_once_in_a_gap
    a_poll_under_way_is_not_taken_over_by_a_refresh
}

async fn a_polled_task_is_refreshed_at_most_once_in_a_gap(url: Secret) {
    let store = open(&url).await;
    for number in [1, 2] {
        add(&store, number, &format!("grok:{number}")).await;
    }
    assert!(stop(&store, 2, "grok:2", at(1)).await);
    let task = claim_task(&store, at(2)).await;
    settle(&store, &task, at(2), Some(at(60))).await;
    let refresh = async |task, now| store.refresh(&id(task), now, LEASE).await.unwrap();
    assert_eq!(refresh("grok:2", at(12)).await, Refreshed::Unpolled);
    assert_eq!(refresh("grok:none", at(12)).await, Refreshed::Unpolled);
    assert_eq!(refresh("grok:1", at(12)).await, Refreshed::Now);
    assert_eq!(store.next_poll_at().await.unwrap(), Some(at(12)));
    let wait = Duration::from_secs(7);
    assert_eq!(refresh("grok:1", at(15)).await, Refreshed::TooSoon(wait));
    assert_eq!(store.next_poll_at().await.unwrap(), Some(at(12)));
}

async fn a_poll_under_way_is_not_taken_over_by_a_refresh(url: Secret) {
    let store = open(&url).await;
    add(&store, 1, "grok:1").await;
    let task = claim_task(&store, at(11)).await;
    let refresh = async |at| store.refresh(&task.id, at, LEASE).await.unwrap();
    assert_eq!(refresh(at(21)).await, Refreshed::Now);
    assert_eq!(store.claim_tasks(at(20), LEASE, 1).await.unwrap().len(), 0);
    let unchanged = |task: &Task| Polled {
        task: task.clone(),
        next_poll_at: Some(at(60)),
    };
    store.settle_task(&task, at(21), unchanged).await.unwrap();
    assert_eq!(store.next_poll_at().await.unwrap(), Some(at(60)));
    assert_eq!(refresh(at(22)).await, Refreshed::Now);
    assert_eq!(store.next_poll_at().await.unwrap(), Some(at(22)));
}
