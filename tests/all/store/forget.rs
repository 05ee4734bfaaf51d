//! A person can be forgotten.

use videostatus::domain::secret::Secret;
use videostatus::domain::watch::WatchId;
use videostatus::store::{Removed, Subscribed};

use super::{ADA, BOB, add_of, at, id, open, watch};

on_both! {
    a_person_is_forgotten_and_nobody_else
}

async fn a_person_is_forgotten_and_nobody_else(url: Secret) {
    let store = open(&url).await;
    add_of(&store, 1, ADA, "grok:hers", at(0)).await;
    add_of(&store, 2, ADA, "grok:shared", at(0)).await;
    add_of(&store, 3, BOB, "grok:shared", at(0)).await;
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
