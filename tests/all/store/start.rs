//! A start makes a recorded watch live, and its task polled, once.

use videostatus::domain::secret::Secret;
use videostatus::domain::task::{Outcome, Snapshot, Task};
use videostatus::domain::watch::{NewWatch, Watch, WatchId, WatchState};

use super::{
    ADA, LEASE, NOW, TIMEOUT, add, add_of, ask, asked, at, claim, claim_task, end_watch, id, news,
    open, start,
};

on_both! {
    an_asked_watch_is_due_after_its_lease_and_can_be_started_once
    a_task_stays_for_whoever_has_asked_for_it_meanwhile
    a_task_asked_for_again_starts_afresh
    who_follows_again_brings_along_who_waited
}

async fn an_asked_watch_is_due_after_its_lease_and_can_be_started_once(url: Secret) {
    let store = open(&url).await;
    let watch = ask(&store, 1, "grok:1").await;
    assert_eq!((watch.state, watch.attempt), (WatchState::Asked, 0));
    let early = store.claim_watches(at(9), LEASE, 9).await.unwrap();
    assert!(early.is_empty());
    let claimed = store.claim_watches(at(10), LEASE, 9).await.unwrap();
    let [(claimed, None)] = claimed.as_slice() else {
        unreachable!("one watch without a task: {claimed:?}");
    };
    assert_eq!(claimed.state, WatchState::Asked);
    assert_eq!(format!("{:?}", claimed.asked), format!("{:?}", watch.asked));
    assert_eq!(claimed.asked.token, watch.asked.token);
    // The claim took the watch from its asker, who is too late.
    let late = store.start(&watch, at(11), LEASE, TIMEOUT).await.unwrap();
    assert!(late.is_none());
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
    add_of(&store, 1, ADA, "grok:1", NOW).await;
    let second = ask(&store, 2, "grok:1").await;
    let forgotten = store.forget(ADA).await.unwrap();
    assert_eq!((forgotten.watches, forgotten.tasks), (1, 0));
    let started = start(&store, &second).await;
    assert!(!started.first_poll, "its first poll is under way");
}

async fn a_task_asked_for_again_starts_afresh(url: Secret) {
    let store = open(&url).await;
    add(&store, 1, "grok:1").await;
    let task = claim_task(&store, NOW).await;
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
    for (watch, _) in shown {
        end_watch(&store, watch, NOW).await;
    }

    assert!(add(&store, 3, "grok:1").await.first_poll);
    let again = claim_task(&store, NOW).await;
    assert_eq!(
        (again.outcome, again.answered, again.revision),
        (None, false, 1)
    );
    assert_eq!(again.snapshot.prompt.as_deref(), Some("cat fish"));
}

async fn who_follows_again_brings_along_who_waited(url: Secret) {
    let store = open(&url).await;
    let task_id = id("grok:1");
    let press = async |number: u64, user_id: u64, stopped_by: u64| {
        let asked = NewWatch {
            user_id,
            ..asked(number, "grok:1")
        };
        let watch = Watch {
            message_id: Some(77),
            ..Watch::new(asked, NOW)
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
    // The person who stopped a watch waits no longer, nor does the one who unsubscribed;
    // the person who follows again is the requester.
    assert_eq!(store.subscribers(WatchId(2)).await.unwrap(), [5, 12]);
    assert_eq!(store.subscribers(WatchId(3)).await.unwrap(), [5, 11, 12]);
}
