//! Settling a poll records what it found, and makes the watches of its task due.

use videostatus::domain::secret::Secret;
use videostatus::domain::task::Task;

use super::{LEASE, NOW, add, ask, at, claim, end_watch, id, is_lost, news, open, settle, start};

on_both! {
    news_make_the_watches_of_the_task_due_and_only_those
    the_first_answer_is_for_whoever_joined_meanwhile
    the_gateway_that_knew_a_task_is_asked_again_after_its_end
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

/// The process that starts a task has its first claim and shows the answer itself, so
/// that only other watches are due with it.
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

async fn the_gateway_that_knew_a_task_is_asked_again_after_its_end(url: Secret) {
    let store = open(&url).await;
    let watch = ask(&store, 1, "grok:b").await;
    let first = start(&store, &watch).await;
    assert_eq!(first.task.gateway, None);
    let known = |task: &Task| {
        let mut polled = news(None)(task);
        polled.task.gateway = Some("b".to_owned());
        polled
    };
    store.settle_task(&first.task, NOW, known).await.unwrap();
    end_watch(&store, first.watch, NOW).await;
    let watch = ask(&store, 2, "grok:b").await;
    let again = start(&store, &watch).await;
    assert!(again.first_poll);
    assert_eq!(again.task.gateway.as_deref(), Some("b"));
    let kept = store.task(&id("grok:b")).await.unwrap().unwrap();
    assert_eq!(kept.gateway.as_deref(), Some("b"));
}
