//! Settling a delivery records what was shown, and when the watch is due again.

use videostatus::domain::secret::Secret;
use videostatus::domain::state::State;
use videostatus::domain::watch::{NewWatch, Reach, Watch, WatchState};

use super::{
    LEASE, NOW, add, ask, asked, at, claim, claim_task, claim_watch, open, settle, start, stop,
};

on_both! {
    a_revision_during_a_delivery_is_not_lost
    an_ended_watch_rests_its_task_and_keeps_no_token
    a_stopped_watch_that_is_acknowledged_late_still_says_so
    a_private_watch_is_due_at_its_farewell_and_with_news_before
    a_token_of_a_press_during_a_delivery_is_kept_and_used
}

/// The delivery found its own token over, and knows nothing of the new one.
async fn a_token_of_a_press_during_a_delivery_is_kept_and_used(url: Secret) {
    let store = open(&url).await;
    add(&store, 1, "grok:1").await;
    let task = claim_task(&store, NOW).await;
    settle(&store, &task, NOW, Some(at(5))).await;
    let (mut watch, shown) = claim_watch(&store, NOW).await;
    let new = Secret::new("new");
    let replaced = store.replace_token(watch.id, &new, at(900));
    replaced.await.unwrap();
    watch.shown_revision = shown.revision;
    let reach = std::mem::replace(&mut watch.asked.reach, Reach::Gone);
    watch.asked.token_expires_at = at(1);
    let rest = store.settle_watch(&watch, None, at(1)).await.unwrap();
    assert_eq!(rest, Some(at(1)), "due again at once");
    let (again, _) = claim_watch(&store, at(1)).await;
    assert_eq!(again.asked.token.expose(), "new");
    assert_eq!(again.asked.token_expires_at, at(900));
    assert_eq!((again.asked.reach, again.shown_revision), (reach, 0));
}

async fn a_revision_during_a_delivery_is_not_lost(url: Secret) {
    let store = open(&url).await;
    add(&store, 1, "grok:1").await;
    let task = claim_task(&store, NOW).await;
    settle(&store, &task, NOW, Some(at(5))).await;
    let (mut watch, shown) = claim_watch(&store, NOW).await;
    let task = claim_task(&store, at(5)).await;
    settle(&store, &task, at(5), Some(at(10))).await;
    assert!(
        claim(&store, at(5), 1).await.is_empty(),
        "the delivery is under way"
    );
    (watch.shown_revision, watch.shown_state) = (shown.revision, Some(State::Failed));
    let rest = store.settle_watch(&watch, None, at(6)).await.unwrap();
    assert_eq!(rest, Some(at(6)));
    let (watch, task) = claim_watch(&store, at(6)).await;
    assert_eq!((watch.shown_revision, task.revision), (1, 2));
    assert_eq!(watch.shown_state, Some(State::Failed));
}

async fn an_ended_watch_rests_its_task_and_keeps_no_token(url: Secret) {
    let store = open(&url).await;
    add(&store, 1, "grok:1").await;
    add(&store, 2, "grok:1").await;
    let task = claim_task(&store, NOW).await;
    settle(&store, &task, NOW, Some(at(5))).await;
    for (mut watch, _) in claim(&store, NOW, 9).await {
        let next = store.next_poll_at().await.unwrap();
        assert_eq!(next, Some(at(5)), "somebody still watches");
        watch.state = WatchState::Ended;
        let rest = store.settle_watch(&watch, Some(at(9)), NOW).await.unwrap();
        assert_eq!(rest, None, "it is over");
        store.park_task(&task.id).await.unwrap();
        let ended = store.watch(watch.id).await.unwrap().unwrap();
        assert!(ended.asked.token.is_empty());
    }
    assert_eq!(store.next_poll_at().await.unwrap(), None);
    assert_eq!(store.next_delivery_at().await.unwrap(), None);
}

async fn a_stopped_watch_that_is_acknowledged_late_still_says_so(url: Secret) {
    let store = open(&url).await;
    let watch = ask(&store, 1, "grok:1").await;
    let watch = start(&store, &watch).await.watch;
    assert!(stop(&store, 1, "grok:1", NOW).await);
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
    let settled = settle(&store, &started.task, at(2), Some(at(5))).await;
    assert_eq!(settled.told, 1);
    let (mut watch, task) = claim_watch(&store, at(2)).await;
    watch.shown_revision = task.revision;
    let rest = store.settle_watch(&watch, None, at(40)).await;
    assert_eq!(rest.unwrap(), None, "it is said");
}
