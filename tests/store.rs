//! The store's promises, each on every database there is.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use videostatus::domain::decide::poll::Polled;
use videostatus::domain::secret::Secret;
use videostatus::domain::task::{Outcome, Snapshot, Task, TaskId};
use videostatus::domain::time::Timestamp;
use videostatus::domain::watch::{Face, NewWatch, Notify, Reach, WatchId, WatchState};
use videostatus::store::{Added, Store};

const NOW: Timestamp = Timestamp(1_764_522_552_000);
const LEASE: Duration = Duration::from_secs(10);
const TIMEOUT: Duration = Duration::from_secs(7200);

fn at(secs: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(secs))
}

fn asked(interaction_id: u64, task: &str) -> NewWatch {
    NewWatch {
        task_id: TaskId::parse(task).unwrap(),
        interaction_id,
        application_id: 20,
        guild_id: None,
        channel_id: 40,
        user_id: u64::try_from(i64::MAX).unwrap(),
        locale: "en-US".into(),
        private: true,
        notify: Notify::Dm,
        reach: Reach::Dm,
        token: Secret::new("secret-token"),
        token_expires_at: at(840),
        upload_limit: 1024,
        announce_channel_id: None,
    }
}

async fn open() -> (Store, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/new/folder/bot.db", folder.path().display());
    (Store::open(&Secret::new(url)).await.unwrap(), folder)
}

async fn add(store: &Store, interaction_id: u64, task: &str) -> Added {
    let asked = asked(interaction_id, task);
    let added = store
        .add_watch(&asked, None, NOW, LEASE, TIMEOUT)
        .await
        .unwrap();
    if let Added::New { woke } = added {
        store
            .activate(
                WatchId(interaction_id.cast_signed()),
                &asked.task_id,
                woke,
                NOW,
            )
            .await
            .unwrap();
    }
    added
}

/// A poll result that shows something new and asks again at `next`.
fn news(next: Option<Timestamp>) -> impl FnOnce(&Task) -> Polled {
    move |task| Polled {
        task: Task {
            revision: task.revision + 1,
            answered: true,
            outcome: next.is_none().then_some(Outcome::Completed),
            ..task.clone()
        },
        next_poll_at: next,
    }
}

#[tokio::test]
async fn a_watch_comes_back_as_it_was_recorded() {
    let (store, _folder) = open().await;
    let wanted = asked(77, "grok:1");
    assert_eq!(add(&store, 77, "grok:1").await, Added::New { woke: true });
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

#[tokio::test]
async fn an_interaction_is_recorded_once() {
    let (store, _folder) = open().await;
    add(&store, 1, "grok:1").await;
    assert_eq!(add(&store, 1, "grok:1").await, Added::Again);
    assert_eq!(add(&store, 1, "grok:other").await, Added::Again);
    assert!(
        store
            .task(&TaskId::parse("grok:other").unwrap())
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn nothing_is_due_before_the_acknowledgement_and_everything_after_its_lease() {
    let (store, _folder) = open().await;
    store
        .add_watch(&asked(1, "grok:1"), None, NOW, LEASE, TIMEOUT)
        .await
        .unwrap();
    assert!(store.claim_tasks(at(9), LEASE, 9).await.unwrap().is_empty());
    assert_eq!(store.claim_tasks(at(10), LEASE, 9).await.unwrap().len(), 1);
    assert_eq!(
        store.claim_watches(at(10), LEASE, 9).await.unwrap().len(),
        1
    );
}

#[tokio::test]
async fn a_claim_is_exclusive_until_its_lease_is_over() {
    let (store, _folder) = open().await;
    for id in 1..=5 {
        add(&store, id, &format!("grok:{id}")).await;
    }
    assert_eq!(store.claim_tasks(NOW, LEASE, 3).await.unwrap().len(), 3);
    assert_eq!(store.claim_tasks(NOW, LEASE, 9).await.unwrap().len(), 2);
    assert!(store.claim_tasks(NOW, LEASE, 9).await.unwrap().is_empty());
    assert_eq!(store.next_poll_at().await.unwrap(), Some(at(10)));
    assert_eq!(store.claim_tasks(at(10), LEASE, 9).await.unwrap().len(), 5);
}

#[tokio::test]
async fn a_lost_claim_records_nothing() {
    let (store, _folder) = open().await;
    add(&store, 1, "grok:1").await;
    let stale = store.claim_tasks(NOW, LEASE, 1).await.unwrap().remove(0);
    let fresh = store.claim_tasks(at(11), LEASE, 1).await.unwrap().remove(0);
    assert!(
        store
            .settle_poll(&stale, at(12), news(None))
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        store
            .settle_poll(&fresh, at(12), news(Some(at(20))))
            .await
            .unwrap()
            .is_some()
    );

    let (stale, _) = store
        .claim_watches(at(12), LEASE, 1)
        .await
        .unwrap()
        .remove(0);
    let (fresh, _) = store
        .claim_watches(at(30), LEASE, 1)
        .await
        .unwrap()
        .remove(0);
    assert!(!store.mark_notifying(&stale, at(31)).await.unwrap());
    assert!(!store.settle_watch(&stale, None, at(31)).await.unwrap());
    assert!(store.mark_notifying(&fresh, at(31)).await.unwrap());
    assert!(store.settle_watch(&fresh, None, at(31)).await.unwrap());
}

#[tokio::test]
async fn news_make_the_watches_of_the_task_due_and_only_those() {
    let (store, _folder) = open().await;
    add(&store, 1, "grok:1").await;
    add(&store, 2, "grok:1").await;
    add(&store, 3, "grok:3").await;
    let claimed = store.claim_tasks(NOW, LEASE, 9).await.unwrap();
    assert_eq!(claimed.len(), 2, "two people on one task are one poll");
    let one = claimed
        .iter()
        .find(|task| task.id.as_str() == "grok:1")
        .unwrap();
    store
        .settle_poll(one, at(1), news(Some(at(5))))
        .await
        .unwrap();
    let due = store.claim_watches(at(1), LEASE, 9).await.unwrap();
    let mut ids: Vec<_> = due
        .iter()
        .map(|(watch, task)| (watch.id.0, task.revision))
        .collect();
    ids.sort_unstable();
    assert_eq!(ids, [(1, 1), (2, 1)]);
}

#[tokio::test]
async fn a_revision_during_a_delivery_is_not_lost() {
    let (store, _folder) = open().await;
    add(&store, 1, "grok:1").await;
    let task = store.claim_tasks(NOW, LEASE, 1).await.unwrap().remove(0);
    store
        .settle_poll(&task, NOW, news(Some(at(5))))
        .await
        .unwrap();
    let (mut watch, shown) = store.claim_watches(NOW, LEASE, 1).await.unwrap().remove(0);
    let task = store.claim_tasks(at(5), LEASE, 1).await.unwrap().remove(0);
    store
        .settle_poll(&task, at(5), news(Some(at(10))))
        .await
        .unwrap();
    assert!(
        store
            .claim_watches(at(5), LEASE, 1)
            .await
            .unwrap()
            .is_empty(),
        "the delivery is under way"
    );
    (watch.shown_revision, watch.shown_face) = (shown.revision, Some(Face::Ended(Outcome::Failed)));
    store.settle_watch(&watch, None, at(6)).await.unwrap();
    let (watch, task) = store
        .claim_watches(at(6), LEASE, 1)
        .await
        .unwrap()
        .remove(0);
    assert_eq!((watch.shown_revision, task.revision), (1, 2));
    assert_eq!(watch.shown_face, Some(Face::Ended(Outcome::Failed)));
}

#[tokio::test]
async fn an_ended_watch_rests_its_task_and_keeps_no_token() {
    let (store, _folder) = open().await;
    add(&store, 1, "grok:1").await;
    add(&store, 2, "grok:1").await;
    let task = store.claim_tasks(NOW, LEASE, 1).await.unwrap().remove(0);
    store
        .settle_poll(&task, NOW, news(Some(at(5))))
        .await
        .unwrap();
    for (mut watch, _) in store.claim_watches(NOW, LEASE, 9).await.unwrap() {
        assert_eq!(
            store.next_poll_at().await.unwrap(),
            Some(at(5)),
            "somebody still watches"
        );
        watch.state = WatchState::Ended;
        assert!(store.settle_watch(&watch, None, NOW).await.unwrap());
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

#[tokio::test]
async fn a_task_asked_for_again_starts_afresh() {
    let (store, _folder) = open().await;
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
    store.settle_poll(&task, NOW, with_prompt).await.unwrap();
    assert_eq!(add(&store, 2, "grok:1").await, Added::New { woke: true });
    let again = store.claim_tasks(NOW, LEASE, 1).await.unwrap().remove(0);
    assert_eq!(
        (again.outcome, again.answered, again.revision),
        (None, false, 1)
    );
    assert_eq!(again.snapshot.prompt.as_deref(), Some("cat fish"));
}

#[tokio::test]
async fn a_dropped_watch_leaves_nothing_due() {
    let (store, _folder) = open().await;
    let watch = asked(1, "grok:1");
    store
        .add_watch(&watch, None, NOW, LEASE, TIMEOUT)
        .await
        .unwrap();
    store.drop_watch(WatchId(1), &watch.task_id).await.unwrap();
    assert!(
        store
            .claim_tasks(at(60), LEASE, 9)
            .await
            .unwrap()
            .is_empty()
    );
    assert!(
        store
            .claim_watches(at(60), LEASE, 9)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn what_is_given_back_is_due_at_once() {
    let (store, _folder) = open().await;
    add(&store, 1, "grok:1").await;
    let task = store.claim_tasks(NOW, LEASE, 1).await.unwrap().remove(0);
    store.hold_task(&task, at(1)).await.unwrap();
    let task = store.claim_tasks(at(1), LEASE, 1).await.unwrap().remove(0);
    store.settle_poll(&task, at(1), news(None)).await.unwrap();
    let (watch, _) = store
        .claim_watches(at(1), LEASE, 1)
        .await
        .unwrap()
        .remove(0);
    store.hold_watch(&watch, at(2)).await.unwrap();
    assert_eq!(store.claim_watches(at(2), LEASE, 1).await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_unusable_place_is_refused_with_its_name() {
    let error = Store::open(&Secret::new("sqlite:///proc/nowhere/bot.db"))
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("/proc/nowhere/bot.db"),
        "{error}"
    );
}
