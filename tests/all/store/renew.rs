//! A renewal moves the end of a lease whose claim is not lost.

use videostatus::domain::secret::Secret;
use videostatus::domain::time::Timestamp;
use videostatus::domain::watch::{Watch, WatchId};
use videostatus::store::Store;

use super::{LEASE, NOW, add, at, claim, claim_task, claim_watch, open, settle};

on_both! {
    a_renewed_claim_lasts_until_its_new_end
    nobody_renews_what_they_have_not_claimed
}

async fn a_renewed_claim_lasts_until_its_new_end(url: Secret) {
    let store = open(&url).await;
    add(&store, 1, "grok:1").await;
    let task = claim_task(&store, NOW).await;
    let watch = store.watch(WatchId(1)).await.unwrap().unwrap();
    settle(&store, &task, NOW, Some(at(1))).await;
    assert_eq!(watch.id, claim_watch(&store, NOW).await.0.id);
    let watch = store.watch(WatchId(1)).await.unwrap().unwrap();
    let task = claim_task(&store, at(1)).await;
    store.renew_task(&task, at(50)).await.unwrap();
    store.renew_watch(&watch, at(60)).await.unwrap();
    assert_eq!(due(&store).await, (Some(at(50)), Some(at(60))));
    assert!(
        store
            .claim_tasks(at(49), LEASE, 9)
            .await
            .unwrap()
            .is_empty()
    );
    assert!(claim(&store, at(59), 9).await.is_empty());
    settle(&store, &task, at(49), Some(at(90))).await;
    store
        .settle_watch(&watch, Some(at(91)), at(59))
        .await
        .unwrap();
    assert_eq!(due(&store).await, (Some(at(90)), Some(at(91))));
}

async fn nobody_renews_what_they_have_not_claimed(url: Secret) {
    let store = open(&url).await;
    add(&store, 1, "grok:1").await;
    let released = claim_task(&store, NOW).await;
    settle(&store, &released, NOW, Some(at(30))).await;
    let (delivered, _) = claim_watch(&store, NOW).await;
    let seen = Watch {
        shown_revision: 1,
        ..delivered
    };
    store.settle_watch(&seen, Some(at(40)), NOW).await.unwrap();
    // Both claims are settled.
    store.renew_task(&released, at(99)).await.unwrap();
    store.renew_watch(&seen, at(99)).await.unwrap();
    assert_eq!(due(&store).await, (Some(at(30)), Some(at(40))));
    // Somebody else has both claims.
    claim_task(&store, at(50)).await;
    claim_watch(&store, at(50)).await;
    store.renew_task(&released, at(99)).await.unwrap();
    store.renew_watch(&seen, at(99)).await.unwrap();
    assert_eq!(due(&store).await, (Some(at(60)), Some(at(60))));
}

/// Returns when the next task and the next watch are due.
async fn due(store: &Store) -> (Option<Timestamp>, Option<Timestamp>) {
    let poll = store.next_poll_at().await.unwrap();
    (poll, store.next_delivery_at().await.unwrap())
}
