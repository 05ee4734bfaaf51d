//! A gateway that answers again has its own tasks resumed.

use videostatus::domain::decide::poll::Polled;
use videostatus::domain::secret::Secret;
use videostatus::domain::task::{Setback, Task};

use super::{LEASE, NOW, ask, at, open, start};

on_both! {
    only_a_gateways_own_tasks_and_unknown_ones_resume
}

async fn only_a_gateways_own_tasks_and_unknown_ones_resume(url: Secret) {
    let store = open(&url).await;
    let names = [
        ("grok:a", Some("a")),
        ("grok:b", Some("b")),
        ("grok:none", None),
    ];
    for (number, (task, gateway)) in (1..).zip(names) {
        let watch = ask(&store, number, task).await;
        let first = start(&store, &watch).await.task;
        let troubled = |task: &Task| Polled {
            task: Task {
                setback: Some(Setback::NotAnswering),
                gateway: gateway.map(str::to_owned),
                ..task.clone()
            },
            next_poll_at: Some(at(60)),
        };
        store.settle_task(&first, NOW, troubled).await.unwrap();
    }
    assert_eq!(store.resume_tasks(at(1), "a").await.unwrap(), 2);
    let mut due = store.claim_tasks(at(1), LEASE, 9).await.unwrap();
    due.sort_by(|a, b| a.id.as_str().cmp(b.id.as_str()));
    let due = due.iter();
    let due = due.map(|task| (task.id.as_str(), task.gateway.as_deref()));
    assert_eq!(due.collect::<Vec<_>>(), [names[0], names[2]]);
    // The shares of a gateway's polls count its own tasks.
    for (gateway, tasks) in [(None, 3.0), (Some("a"), 1.0), (Some("c"), 0.0)] {
        let followed = store.followed(NOW, gateway).await.unwrap();
        let sum: f64 = followed.iter().map(|one| one.tasks).sum();
        assert_eq!(sum, tasks, "{gateway:?}");
    }
}
