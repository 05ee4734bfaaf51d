//! Settling a poll records what it found, and makes the watches of its task due.

use videostatus::domain::decide::poll::Polled;
use videostatus::domain::secret::Secret;
use videostatus::domain::task::{Setback, Task};

use super::{LEASE, NOW, add, ask, at, claim, end_watch, id, is_lost, news, open, settle, start};

on_both! {
    news_make_the_watches_of_the_task_due_and_only_those
    the_first_answer_is_for_whoever_joined_meanwhile
    the_gateway_that_knew_a_task_is_kept_and_only_its_own_tasks_resume
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
    assert_eq!(settle(&store, one, at(1), Some(at(5))).await.told, 2);
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
    let known = id("grok:b");
    let claimed = store.claim_tasks(at(60), LEASE, 9).await.unwrap();
    let claimed = claimed.iter().find(|task| task.id == known).unwrap();
    settle(&store, claimed, at(60), None).await;
    for claimed in store.claim_watches(at(61), LEASE, 9).await.unwrap() {
        end_watch(&store, claimed.0, at(61)).await;
    }
    let watch = ask(&store, 4, "grok:b").await;
    let started = start(&store, &watch).await;
    assert!(started.first_poll);
    assert_eq!(started.task.gateway.as_deref(), Some("b"));
    let kept = store.task(&known).await.unwrap().unwrap();
    assert_eq!(kept.gateway.as_deref(), Some("b"));
}
