//! A release gives a claimed row back.

use videostatus::domain::secret::Secret;

use super::{NOW, add, at, claim, claim_task, claim_watch, open, settle};

on_both! {
    what_is_given_back_is_due_at_once
}

async fn what_is_given_back_is_due_at_once(url: Secret) {
    let store = open(&url).await;
    add(&store, 1, "grok:1").await;
    let task = claim_task(&store, NOW).await;
    store.release_task(&task, at(1)).await.unwrap();
    let task = claim_task(&store, at(1)).await;
    settle(&store, &task, at(1), None).await;
    let (watch, _) = claim_watch(&store, at(1)).await;
    store.release_watch(&watch, at(2)).await.unwrap();
    assert_eq!(claim(&store, at(2), 1).await.len(), 1);
}
