//! What a settle records, what becomes due by it, and which ones come too late.

use videostatus::domain::decide::poll::Polled;
use videostatus::domain::secret::Secret;
use videostatus::domain::state::State;
use videostatus::domain::task::{Outcome, Setback, Task, TaskId};
use videostatus::domain::watch::{NewWatch, Reach, Watch, WatchId, WatchState};

use super::{LEASE, NOW, add, ask, asked, at, claim, is_lost, news, open, start};

on_both! {
    a_lost_claim_records_nothing
    a_claim_is_settled_once
    news_make_the_watches_of_the_task_due_and_only_those
    the_first_answer_is_for_whoever_joined_meanwhile
    a_revision_during_a_delivery_is_not_lost
    an_ended_watch_rests_its_task_and_keeps_no_token
    a_stopped_watch_that_is_acknowledged_late_still_says_so
    a_private_watch_is_due_at_its_farewell_and_with_news_before
    the_gateway_that_knew_a_task_is_kept_and_only_its_own_tasks_resume
}

async fn a_lost_claim_records_nothing(url: Secret) {
    let store = open(&url).await;
    add(&store, 1, "grok:1").await;
    let stale = store.claim_tasks(NOW, LEASE, 1).await.unwrap().remove(0);
    let fresh = store.claim_tasks(at(11), LEASE, 1).await.unwrap().remove(0);
    let settled = store.settle_task(&stale, at(12), news(None)).await;
    assert!(is_lost(settled));
    let settled = store.settle_task(&fresh, at(12), news(Some(at(20)))).await;
    settled.unwrap();

    let (stale, _) = claim(&store, at(12), 1).await.remove(0);
    let (fresh, _) = claim(&store, at(30), 1).await.remove(0);
    assert!(is_lost(store.mark_notifying(&stale, at(31)).await));
    assert!(is_lost(store.settle_watch(&stale, None, at(31)).await));
    store.mark_notifying(&fresh, at(31)).await.unwrap();
    store.settle_watch(&fresh, None, at(31)).await.unwrap();
}

/// What was settled once is settled: a second word of whoever had the claim, say
/// after a timeout or a panic behind the first, changes nothing.
async fn a_claim_is_settled_once(url: Secret) {
    let store = open(&url).await;
    add(&store, 1, "grok:1").await;
    let task = store.claim_tasks(NOW, LEASE, 1).await.unwrap().remove(0);
    store.settle_task(&task, at(1), news(None)).await.unwrap();
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

    let (mut watch, _) = claim(&store, at(1), 1).await.remove(0);
    let before = watch.clone();
    (watch.state, watch.notified_at) = (WatchState::Ended, Some(at(2)));
    store.settle_watch(&watch, None, at(2)).await.unwrap();
    assert!(is_lost(
        store.settle_watch(&before, Some(at(3)), at(2)).await
    ));
    let watch = store.watch(watch.id).await.unwrap().unwrap();
    assert_eq!(watch.notified_at, Some(at(2)));
    assert_eq!(store.next_delivery_at().await.unwrap(), None);
}

async fn news_make_the_watches_of_the_task_due_and_only_those(url: Secret) {
    let store = open(&url).await;
    add(&store, 1, "grok:1").await;
    add(&store, 2, "grok:1").await;
    add(&store, 3, "grok:3").await;
    let claimed = store.claim_tasks(NOW, LEASE, 9).await.unwrap();
    assert_eq!(claimed.len(), 2, "two people on one task are one poll");
    let one = claimed
        .iter()
        .find(|task| task.id.as_str() == "grok:1")
        .unwrap();
    let settled = store.settle_task(one, at(1), news(Some(at(5))));
    assert_eq!(settled.await.unwrap().told, 2);
    let due = claim(&store, at(1), 9).await;
    let mut ids: Vec<_> = due
        .iter()
        .map(|(watch, task)| (watch.id.0, task.revision))
        .collect();
    ids.sort_unstable();
    assert_eq!(ids, [(1, 1), (2, 1)]);
}

/// Whoever makes a task has its first claim, and goes on with the answer: it is news
/// to others only.
async fn the_first_answer_is_for_whoever_joined_meanwhile(url: Secret) {
    let store = open(&url).await;
    for joined in [false, true] {
        let task = format!("grok:{joined}");
        let watch = ask(&store, 10 + u64::from(joined), &task).await;
        let first = start(&store, &watch).await;
        if joined {
            assert!(!add(&store, 20, &task).await.first_poll);
        }
        let settled = store.settle_task(&first.task, at(1), news(Some(at(5))));
        let settled = settled.await.unwrap();
        assert_eq!(
            (settled.told, settled.task.revision),
            (1 + u64::from(joined), 1)
        );
        let due = claim(&store, at(1), 9).await;
        let due: Vec<_> = due.iter().map(|(watch, _)| watch.id.0).collect();
        assert_eq!(due, if joined { vec![20] } else { vec![] });
        // The claim of the first poll is over.
        let again = store.settle_task(&first.task, at(2), news(None)).await;
        assert!(is_lost(again));
    }
}

async fn a_revision_during_a_delivery_is_not_lost(url: Secret) {
    let store = open(&url).await;
    add(&store, 1, "grok:1").await;
    let task = store.claim_tasks(NOW, LEASE, 1).await.unwrap().remove(0);
    store
        .settle_task(&task, NOW, news(Some(at(5))))
        .await
        .unwrap();
    let (mut watch, shown) = claim(&store, NOW, 1).await.remove(0);
    let task = store.claim_tasks(at(5), LEASE, 1).await.unwrap().remove(0);
    store
        .settle_task(&task, at(5), news(Some(at(10))))
        .await
        .unwrap();
    assert!(
        claim(&store, at(5), 1).await.is_empty(),
        "the delivery is under way"
    );
    (watch.shown_revision, watch.shown_state) = (shown.revision, Some(State::Failed));
    let rest = store.settle_watch(&watch, None, at(6)).await.unwrap();
    assert_eq!(rest, Some(at(6)));
    let (watch, task) = claim(&store, at(6), 1).await.remove(0);
    assert_eq!((watch.shown_revision, task.revision), (1, 2));
    assert_eq!(watch.shown_state, Some(State::Failed));
}

async fn an_ended_watch_rests_its_task_and_keeps_no_token(url: Secret) {
    let store = open(&url).await;
    add(&store, 1, "grok:1").await;
    add(&store, 2, "grok:1").await;
    let task = store.claim_tasks(NOW, LEASE, 1).await.unwrap().remove(0);
    store
        .settle_task(&task, NOW, news(Some(at(5))))
        .await
        .unwrap();
    for (mut watch, _) in claim(&store, NOW, 9).await {
        assert_eq!(
            store.next_poll_at().await.unwrap(),
            Some(at(5)),
            "somebody still watches"
        );
        watch.state = WatchState::Ended;
        let rest = store.settle_watch(&watch, Some(at(9)), NOW).await.unwrap();
        assert_eq!(rest, None, "it is over");
        store.park_task(&task.id).await.unwrap();
        assert!(
            store
                .watch(watch.id)
                .await
                .unwrap()
                .unwrap()
                .asked
                .token
                .is_empty()
        );
    }
    assert_eq!(store.next_poll_at().await.unwrap(), None);
    assert_eq!(store.next_delivery_at().await.unwrap(), None);
}

async fn a_stopped_watch_that_is_acknowledged_late_still_says_so(url: Secret) {
    let store = open(&url).await;
    let watch = ask(&store, 1, "grok:1").await;
    let watch = start(&store, &watch).await.watch;
    let stopped = store.stop_watch(WatchId(1), &watch.asked.task_id, 5, NOW);
    assert!(stopped.await.unwrap());
    let rest = store.settle_watch(&watch, None, at(1)).await;
    assert_eq!(rest.unwrap(), Some(at(1)));
    assert_eq!(claim(&store, at(1), 9).await.len(), 1);
}

async fn a_private_watch_is_due_at_its_farewell_and_with_news_before(url: Secret) {
    let store = open(&url).await;
    let private = NewWatch {
        reach: Reach::Dm,
        token_expires_at: at(100),
        ..asked(1, "grok:1")
    };
    let watch = Watch::new(private, NOW);
    store.ask(&watch, LEASE, 99).await.unwrap();
    let started = start(&store, &watch).await;
    let rest = store.settle_watch(&started.watch, None, at(1)).await;
    assert_eq!(
        rest.unwrap(),
        Some(at(40)),
        "a minute before the token ends"
    );
    let settled = store.settle_task(&started.task, at(2), news(Some(at(5))));
    assert_eq!(settled.await.unwrap().told, 1);
    let (mut watch, task) = claim(&store, at(2), 1).await.remove(0);
    watch.shown_revision = task.revision;
    let rest = store.settle_watch(&watch, None, at(40)).await;
    assert_eq!(rest.unwrap(), None, "it is said");
}

async fn the_gateway_that_knew_a_task_is_kept_and_only_its_own_tasks_resume(url: Secret) {
    let store = open(&url).await;
    let names = [
        ("grok:a", Some("a")),
        ("grok:b", Some("b")),
        ("grok:none", None),
    ];
    for (number, (id, gateway)) in (1..).zip(names) {
        let watch = ask(&store, number, id).await;
        let started = start(&store, &watch).await;
        assert_eq!(started.task.gateway, None);
        let troubled = |task: &Task| Polled {
            task: Task {
                setback: Some(Setback::NotAnswering),
                gateway: gateway.map(str::to_owned),
                ..task.clone()
            },
            next_poll_at: Some(at(60)),
        };
        store
            .settle_task(&started.task, NOW, troubled)
            .await
            .unwrap();
    }
    assert_eq!(store.resume_tasks(at(1), "a").await.unwrap(), 2);
    let mut due = store.claim_tasks(at(1), LEASE, 9).await.unwrap();
    due.sort_by(|a, b| a.id.as_str().cmp(b.id.as_str()));
    let followed = async |gateway| {
        let followed = store.followed(NOW, gateway).await.unwrap();
        followed.iter().map(|one| one.tasks).sum::<f64>()
    };
    assert_eq!(followed(None).await, 3.0);
    assert_eq!(followed(Some("a")).await, 1.0);
    assert_eq!(followed(Some("c")).await, 0.0);
    let due: Vec<_> = due
        .iter()
        .map(|task| (task.id.as_str(), task.gateway.as_deref()))
        .collect();
    assert_eq!(due, [names[0], names[2]]);
    // Whoever asks again after the end asks there.
    let id = TaskId::parse("grok:b").unwrap();
    let claimed = store.claim_tasks(at(60), LEASE, 9).await.unwrap();
    let claimed = claimed.iter().find(|task| task.id == id).unwrap();
    store
        .settle_task(claimed, at(60), news(None))
        .await
        .unwrap();
    for claimed in store.claim_watches(at(61), LEASE, 9).await.unwrap() {
        let ended = Watch {
            state: WatchState::Ended,
            ..claimed.0
        };
        store.settle_watch(&ended, None, at(61)).await.unwrap();
    }
    let watch = ask(&store, 4, "grok:b").await;
    let started = start(&store, &watch).await;
    assert!(started.first_poll);
    assert_eq!(started.task.gateway.as_deref(), Some("b"));
    let kept = store.task(&id).await.unwrap().unwrap();
    assert_eq!(kept.gateway.as_deref(), Some("b"));
}
