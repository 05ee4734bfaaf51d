//! A claim takes what is due, for as long as its lease.

use sqlx::{Connection, Executor};
use videostatus::domain::secret::Secret;

use super::{ADA, LEASE, NOW, add, ask, ask_of, at, claim, open, start};

on_both! {
    everything_is_due_after_its_lease_and_nothing_before
    a_claim_is_exclusive_until_its_lease_is_over
    an_unreadable_row_keeps_no_other_from_its_claim
}

async fn everything_is_due_after_its_lease_and_nothing_before(url: Secret) {
    let store = open(&url).await;
    let watch = ask(&store, 1, "grok:1").await;
    start(&store, &watch).await;
    assert!(store.claim_tasks(at(9), LEASE, 9).await.unwrap().is_empty());
    assert_eq!(store.claim_tasks(at(10), LEASE, 9).await.unwrap().len(), 1);
    assert_eq!(claim(&store, at(10), 9).await.len(), 1);
}

async fn a_claim_is_exclusive_until_its_lease_is_over(url: Secret) {
    let store = open(&url).await;
    for id in 1..=5 {
        add(&store, id, &format!("grok:{id}")).await;
    }
    assert_eq!(store.claim_tasks(NOW, LEASE, 3).await.unwrap().len(), 3);
    assert_eq!(store.claim_tasks(NOW, LEASE, 9).await.unwrap().len(), 2);
    assert!(store.claim_tasks(NOW, LEASE, 9).await.unwrap().is_empty());
    assert_eq!(store.next_poll_at().await.unwrap(), Some(at(10)));
    assert_eq!(store.claim_tasks(at(10), LEASE, 9).await.unwrap().len(), 5);
}

async fn an_unreadable_row_keeps_no_other_from_its_claim(url: Secret) {
    let store = open(&url).await;
    for number in 1..=2 {
        ask_of(&store, number, ADA, "grok:1", NOW).await;
    }
    let mut connection = sqlx::AnyConnection::connect(url.expose()).await.unwrap();
    // Another version may know a way of notifying that this one does not.
    let change = "UPDATE watches SET notify = 'by pigeon' WHERE id = 2";
    connection.execute(change).await.unwrap();
    connection.close().await.unwrap();
    let claimed = store.claim_watches(at(10), LEASE, 9).await.unwrap();
    let ids: Vec<_> = claimed.iter().map(|(watch, _)| watch.id.0).collect();
    assert_eq!(ids, [1]);
    assert_eq!(store.erase_tokens(at(840), 9).await.unwrap(), 2);
}
