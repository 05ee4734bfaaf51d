//! Asking records a watch once, whole and within bounds.

use videostatus::domain::secret::Secret;
use videostatus::domain::watch::{Watch, WatchState};
use videostatus::store::{Asked, Store, Whose};

use super::{
    LEASE, NOW, PERSON, TIMEOUT, add, asked, at, claim_task, claim_watch, id, is_lost, open,
    settle, start, stop, watch,
};

on_both! {
    a_watch_comes_back_as_it_was_recorded
    an_interaction_is_recorded_once
    a_message_has_one_watch
    nobody_watches_more_than_allowed
}

/// Counts the running watches of PERSON.
async fn listed(store: &Store) -> u32 {
    let list = store.watches_of(Whose::Person(PERSON), 0, 9).await;
    list.unwrap().1
}

async fn a_watch_comes_back_as_it_was_recorded(url: Secret) {
    let store = open(&url).await;
    let wanted = asked(77, "grok:1");
    assert!(add(&store, 77, "grok:1").await.first_poll);
    let found = watch(&store, 77).await.unwrap();
    assert_eq!(format!("{:?}", found.asked), format!("{wanted:?}"));
    assert_eq!(found.asked.token, wanted.token);
    assert_eq!(
        (found.state, found.shown_revision, found.message_id),
        (WatchState::Live, 0, None)
    );
    assert!(watch(&store, 78).await.is_none());
}

async fn an_interaction_is_recorded_once(url: Secret) {
    let store = open(&url).await;
    add(&store, 1, "grok:1").await;
    let again = Watch::new(asked(1, "grok:1"), NOW);
    assert_eq!(store.ask(&again, LEASE, 99).await.unwrap(), Asked::Again);
    assert_eq!(listed(&store).await, 1);
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
    let task = claim_task(&store, at(11)).await;
    settle(&store, &task, at(11), None).await;

    // Somebody asks again below the end while that is being shown.
    let (delivering, _) = claim_watch(&store, at(11)).await;
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
    let replaced = watch(&store, 1).await.unwrap();
    assert_eq!(replaced.state, WatchState::Ended);
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
    let (first, one) = ask(1, "grok:1", None).await;
    let (second, other) = ask(2, "grok:2", None).await;
    assert_eq!((first, second), (Asked::Recorded, Asked::Recorded));
    assert_eq!(ask(3, "grok:new", None).await.0, Asked::TooMany);
    start(&store, &one).await;
    start(&store, &other).await;
    assert_eq!(ask(3, "grok:new", None).await.0, Asked::TooMany);
    assert_eq!(ask(3, "grok:1", None).await.0, Asked::TooMany);
    assert_eq!(ask(3, "grok:new", Some(77)).await.0, Asked::TooMany);
    // A refused question leaves no trace.
    assert!(watch(&store, 3).await.is_none());
    assert_eq!(store.task(&id("grok:new")).await.unwrap(), None);
    assert_eq!(listed(&store).await, 2);
    assert!(stop(&store, 2, "grok:2", NOW).await);
    assert_eq!(ask(3, "grok:new", None).await.0, Asked::Recorded);
}
