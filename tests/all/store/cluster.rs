//! Several processes share one PostgreSQL.

use std::time::Duration;

use sqlx::{Connection, Executor};
use videostatus::domain::secret::Secret;
use videostatus::store::{Refreshed, Signal, Store};

use super::{LEASE, NOW, add, at, claim_task, claim_watch, news, open, settle};

/// The poll of another process is settled while a delivery is settled here. Whichever is
/// first, the message is due again.
#[tokio::test]
async fn news_that_are_not_yet_committed_are_waited_for() {
    let Some(url) = testing::postgres::database().await.map(Secret::new) else {
        return;
    };
    let store = open(&url).await;
    add(&store, 1, "grok:1").await;
    let task = claim_task(&store, NOW).await;
    settle(&store, &task, NOW, Some(at(5))).await;
    let (mut watch, shown) = claim_watch(&store, NOW).await;
    watch.shown_revision = shown.revision;

    let mut other = sqlx::AnyConnection::connect(url.expose()).await.unwrap();
    let mut poll = other.begin().await.unwrap();
    poll.execute("UPDATE watches SET wanted_revision = wanted_revision + 1")
        .await
        .unwrap();
    let settle = store.settle_watch(&watch, None, at(1));
    let committed = async {
        // Other tests have databases of their own on this server.
        let waits = "SELECT 1 FROM pg_stat_activity \
             WHERE wait_event_type = 'Lock' AND datname = current_database()";
        let mut third = sqlx::AnyConnection::connect(url.expose()).await.unwrap();
        while third.fetch_optional(waits).await.unwrap().is_none() {
            tokio::task::yield_now().await;
        }
        poll.commit().await.unwrap();
    };
    let both = async { tokio::join!(settle, committed).0 };
    let settled = tokio::time::timeout(Duration::from_secs(20), both);
    let settled = settled.await.expect("it does not wait for the poll");
    let rest = settled.unwrap().unwrap();
    assert_eq!(rest, at(1));
}

#[tokio::test]
async fn several_processes_start_at_once_share_the_work_and_claim_nothing_twice() {
    let Some(url) = testing::postgres::database().await.map(Secret::new) else {
        return;
    };
    let (a, b, c) = tokio::join!(open(&url), open(&url), open(&url));
    let stores = [a, b, c];
    // All meet the same new task, and one of them is the first.
    let [a, b, c] = &stores;
    let added = tokio::join!(
        add(a, 1, "grok:1"),
        add(b, 2, "grok:1"),
        add(c, 3, "grok:1")
    );
    let added = [added.0, added.1, added.2];
    let first = added.iter().filter(|started| started.first_poll).count();
    assert_eq!(first, 1, "{added:?}");

    for id in 4..=60 {
        add(a, id, &format!("grok:{id}")).await;
    }
    let claim = |store: Store| async move {
        let mut ids = Vec::new();
        loop {
            let claimed = store.claim_tasks(NOW, LEASE, 5).await.unwrap();
            if claimed.is_empty() {
                return ids;
            }
            for task in claimed {
                let settled = settle(&store, &task, NOW, None).await;
                ids.push(settled.task.id.to_string());
            }
        }
    };
    let claims = stores.clone().map(|store| tokio::spawn(claim(store)));
    let mut ids = Vec::new();
    for claims in claims {
        ids.extend(claims.await.unwrap());
    }
    ids.sort_unstable();
    let mut wanted: Vec<_> = (4..=60).map(|id| format!("grok:{id}")).collect();
    wanted.push("grok:1".into());
    wanted.sort_unstable();
    assert_eq!(ids, wanted);
}

#[tokio::test]
async fn what_one_process_makes_due_wakes_the_others() {
    let Some(url) = testing::postgres::database().await.map(Secret::new) else {
        return;
    };
    let (near, far) = (open(&url).await, open(&url).await);
    let (heard, mut signals) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move { far.listen(|signal| heard.send(signal).unwrap()).await });
    let mut next = async || {
        let signal = tokio::time::timeout(Duration::from_secs(20), signals.recv());
        signal.await.unwrap().unwrap()
    };
    // A process that begins to listen takes everything as due.
    assert_eq!(
        (next().await, next().await),
        (Signal::Poll, Signal::Delivery)
    );
    add(&near, 1, "grok:1").await;
    let task = claim_task(&near, NOW).await;
    let running = news(Some(at(30)));
    near.settle_task(&task, NOW, running).await.unwrap();
    assert_eq!(next().await, Signal::Delivery);
    let (watch, task) = claim_watch(&near, NOW).await;
    let refreshed = near.refresh(&task.id, at(20), LEASE).await.unwrap();
    assert_eq!(refreshed, Refreshed::Now);
    assert_eq!(next().await, Signal::Poll);
    assert!(
        near.stop_watch(watch.id, &task.id, 5, at(21))
            .await
            .unwrap()
    );
    assert_eq!(next().await, Signal::Delivery);
}
