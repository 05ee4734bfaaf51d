//! A watch from its question to its start: recorded once, within bounds, started once.

use videostatus::domain::secret::Secret;
use videostatus::domain::task::{Outcome, Snapshot, Task, TaskId};
use videostatus::domain::watch::{NewWatch, Watch, WatchId, WatchState};
use videostatus::store::{Asked, Whose};

use super::{LEASE, NOW, PERSON, TIMEOUT, add, ask, asked, at, claim, is_lost, news, open, start};

on_both! {
    a_watch_comes_back_as_it_was_recorded
    an_interaction_is_recorded_once
    an_asked_watch_is_due_after_its_lease_and_can_be_started_once
    a_task_stays_for_whoever_has_asked_for_it_meanwhile
    a_task_asked_for_again_starts_afresh
    a_message_has_one_watch
    a_dropped_watch_leaves_nothing_due
    nobody_watches_more_than_allowed
}

async fn a_watch_comes_back_as_it_was_recorded(url: Secret) {
    let store = open(&url).await;
    let wanted = asked(77, "grok:1");
    assert!(add(&store, 77, "grok:1").await.first_poll);
    let found = store.watch(WatchId(77)).await.unwrap().unwrap();
    assert_eq!(format!("{:?}", found.asked), format!("{wanted:?}"));
    assert_eq!(found.asked.token, wanted.token);
    assert_eq!(
        (found.state, found.shown_revision, found.message_id),
        (WatchState::Live, 0, None)
    );
    assert_eq!(
        store
            .watch(WatchId(78))
            .await
            .unwrap()
            .map(|watch| watch.id),
        None
    );
}

async fn an_interaction_is_recorded_once(url: Secret) {
    let store = open(&url).await;
    add(&store, 1, "grok:1").await;
    let again = Watch::new(asked(1, "grok:1"), NOW);
    assert_eq!(store.ask(&again, LEASE, 99).await.unwrap(), Asked::Again);
    assert_eq!(
        store
            .watches_of(Whose::Person(PERSON), 0, 9)
            .await
            .unwrap()
            .1,
        1
    );
}

async fn an_asked_watch_is_due_after_its_lease_and_can_be_started_once(url: Secret) {
    let store = open(&url).await;
    let watch = ask(&store, 1, "grok:1").await;
    assert_eq!((watch.state, watch.attempt), (WatchState::Asked, 0));
    assert!(
        store
            .claim_watches(at(9), LEASE, 9)
            .await
            .unwrap()
            .is_empty()
    );
    let claimed = store.claim_watches(at(10), LEASE, 9).await.unwrap();
    let [(claimed, None)] = claimed.as_slice() else {
        unreachable!("one watch without a task: {claimed:?}");
    };
    assert_eq!(claimed.state, WatchState::Asked);
    assert_eq!(format!("{:?}", claimed.asked), format!("{:?}", watch.asked));
    assert_eq!(claimed.asked.token, watch.asked.token);
    // Whoever asked comes too late now.
    assert!(
        store
            .start(&watch, at(11), LEASE, TIMEOUT)
            .await
            .unwrap()
            .is_none()
    );
    assert_eq!(store.task(&watch.asked.task_id).await.unwrap(), None);
    let started = store.start(claimed, at(11), LEASE, TIMEOUT).await.unwrap();
    let started = started.unwrap();
    assert!(started.first_poll);
    assert_eq!(started.watch.state, WatchState::Live);
    let again = store.start(claimed, at(12), LEASE, TIMEOUT).await.unwrap();
    assert!(again.is_none());
    // Both timings begin anew.
    assert_eq!(store.next_poll_at().await.unwrap(), Some(at(21)));
    assert_eq!(store.next_delivery_at().await.unwrap(), Some(at(21)));
}

async fn a_task_stays_for_whoever_has_asked_for_it_meanwhile(url: Secret) {
    let store = open(&url).await;
    let first = Watch::new(
        NewWatch {
            user_id: 7,
            ..asked(1, "grok:1")
        },
        NOW,
    );
    store.ask(&first, LEASE, 9).await.unwrap();
    start(&store, &first).await;
    let second = ask(&store, 2, "grok:1").await;
    assert_eq!(
        store.forget(7).await.unwrap().tasks,
        0,
        "somebody else asks for it"
    );
    let started = start(&store, &second).await;
    assert!(!started.first_poll, "its first poll is under way");
}

async fn a_task_asked_for_again_starts_afresh(url: Secret) {
    let store = open(&url).await;
    add(&store, 1, "grok:1").await;
    let task = store.claim_tasks(NOW, LEASE, 1).await.unwrap().remove(0);
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
    for (mut watch, _) in shown {
        watch.state = WatchState::Ended;
        store.settle_watch(&watch, None, NOW).await.unwrap();
    }

    assert!(add(&store, 3, "grok:1").await.first_poll);
    let again = store.claim_tasks(NOW, LEASE, 1).await.unwrap().remove(0);
    assert_eq!(
        (again.outcome, again.answered, again.revision),
        (None, false, 1)
    );
    assert_eq!(again.snapshot.prompt.as_deref(), Some("cat fish"));
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
    let task = store.claim_tasks(at(11), LEASE, 1).await.unwrap().remove(0);
    store.settle_task(&task, at(11), news(None)).await.unwrap();

    // The end is being shown when somebody asks again below it.
    let (delivering, _) = claim(&store, at(11), 1).await.remove(0);
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
    let replaced = store.watch(WatchId(1)).await.unwrap().unwrap();
    assert_eq!(replaced.state, WatchState::Ended);
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
    assert!(
        store
            .stop_watch(live.id, &live.asked.task_id, 5, NOW)
            .await
            .unwrap()
    );
    let (mut stopped, _) = claim(&store, at(60), 9).await.remove(0);
    stopped.state = WatchState::Ended;
    store.settle_watch(&stopped, None, at(60)).await.unwrap();
    assert!(
        store
            .claim_tasks(at(60), LEASE, 9)
            .await
            .unwrap()
            .is_empty()
    );
    assert!(claim(&store, at(60), 9).await.is_empty());
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
    let (first, watch) = ask(1, "grok:1", None).await;
    let (second, other) = ask(2, "grok:2", None).await;
    assert_eq!((first, second), (Asked::Recorded, Asked::Recorded));
    assert_eq!(ask(3, "grok:new", None).await.0, Asked::TooMany);
    start(&store, &watch).await;
    start(&store, &other).await;
    assert_eq!(ask(3, "grok:new", None).await.0, Asked::TooMany);
    assert_eq!(ask(3, "grok:1", None).await.0, Asked::TooMany);
    assert_eq!(ask(3, "grok:new", Some(77)).await.0, Asked::TooMany);
    // Whoever is refused leaves no trace.
    assert!(store.watch(WatchId(3)).await.unwrap().is_none());
    let id = TaskId::parse("grok:new").unwrap();
    assert_eq!(store.task(&id).await.unwrap(), None);
    assert_eq!(
        store
            .watches_of(Whose::Person(PERSON), 0, 9)
            .await
            .unwrap()
            .1,
        2
    );
    let known = TaskId::parse("grok:2").unwrap();
    assert!(store.stop_watch(WatchId(2), &known, 5, NOW).await.unwrap());
    assert_eq!(ask(3, "grok:new", None).await.0, Asked::Recorded);
}
