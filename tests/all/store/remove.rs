//! Watches and tasks that ended are removed after a while.

use videostatus::domain::secret::Secret;
use videostatus::domain::task::Outcome;
use videostatus::domain::watch::{NewWatch, Watch, WatchId, WatchState};
use videostatus::flows::clock::Clock;
use videostatus::store::{Removed, Store, Subscribed};

use super::{
    ADA, BOB, LEASE, NOW, add, add_of, ask, asked, at, cleaner, deliver, end, end_watch, ended_as,
    id, open, start, watch,
};

on_both! {
    what_ended_long_ago_goes_in_batches_and_the_rest_stays
    a_task_stays_as_long_as_one_of_its_watches
    a_sweep_goes_on_until_nothing_old_is_left
    an_unknown_id_is_kept_for_less_long_than_others
    a_persons_last_ended_watches_are_kept_and_no_more
}

async fn what_ended_long_ago_goes_in_batches_and_the_rest_stays(url: Secret) {
    let store = open(&url).await;
    for number in 1..=5 {
        let task = format!("grok:{number}");
        add_of(&store, number, ADA, &task, at(number)).await;
        let added = store
            .subscribe(WatchId(number.cast_signed()), &id(&task), BOB, 9)
            .await;
        assert_eq!(added.unwrap(), Subscribed::Added);
        // The last one goes on.
        if number < 5 {
            end(&store, number.cast_signed(), &task).await;
        }
    }
    let before = at(4);
    let some = |watches, tasks| Removed {
        watches,
        tasks,
        subscriptions: 0,
    };
    assert_eq!(store.remove_old(before, 2).await.unwrap(), some(2, 2));
    assert_eq!(store.remove_old(before, 2).await.unwrap(), some(1, 1));
    assert_eq!(store.remove_old(before, 2).await.unwrap(), some(0, 0));
    assert!(watch(&store, 3).await.is_none(), "before the moment");
    assert!(watch(&store, 4).await.is_some(), "at the moment");
    assert_eq!(store.remove_old(at(99), 9).await.unwrap(), some(1, 1));
    assert!(watch(&store, 5).await.is_some(), "it has not ended");
    assert_eq!(store.subscribers(WatchId(5)).await.unwrap(), [BOB]);
    assert!(store.subscribers(WatchId(1)).await.unwrap().is_empty());
}

async fn a_task_stays_as_long_as_one_of_its_watches(url: Secret) {
    let store = open(&url).await;
    add_of(&store, 1, ADA, "grok:1", at(0)).await;
    add_of(&store, 2, ADA, "grok:1", at(50)).await;
    end(&store, 1, "grok:1").await;
    end(&store, 2, "grok:1").await;
    let removed = store.remove_old(at(10), 9).await.unwrap();
    assert_eq!((removed.watches, removed.tasks), (1, 0));
    let removed = store.remove_old(at(60), 9).await.unwrap();
    assert_eq!((removed.watches, removed.tasks), (1, 1));
    assert!(store.task(&id("grok:1")).await.unwrap().is_none());
}

async fn a_sweep_goes_on_until_nothing_old_is_left(url: Secret) {
    let store = open(&url).await;
    // The watches fill more than two batches.
    for number in 1..=450 {
        add_of(&store, number, ADA, "grok:1", NOW).await;
    }
    end(&store, 1, "grok:1").await;
    for number in 2..=450 {
        end_watch(&store, watch(&store, number).await.unwrap(), NOW).await;
    }
    add_of(&store, 451, ADA, "grok:2", Clock::system().now()).await;
    end(&store, 451, "grok:2").await;
    add_of(&store, 452, ADA, "grok:3", NOW).await;
    deliver(&store, 452, true, NOW).await;
    let cleaner = cleaner(store.clone());
    cleaner.sweep().await.unwrap();
    let young = watch(&store, 451).await;
    assert_eq!(young.map(|watch| watch.state), Some(WatchState::Ended));
    assert!(watch(&store, 1).await.is_none() && watch(&store, 450).await.is_none());
    let running = watch(&store, 452).await.unwrap();
    assert_eq!(running.state, WatchState::Live, "it has not ended");
    assert!(running.asked.token.is_empty(), "its token is over");
}

async fn an_unknown_id_is_kept_for_less_long_than_others(url: Secret) {
    let store = open(&url).await;
    ended(&store, 1, 7, "grok:unknown", Outcome::NotFound).await;
    ended(&store, 2, 7, "grok:unknown", Outcome::NotFound).await;
    ended(&store, 3, 7, "grok:failed", Outcome::Failed).await;
    ended(&store, 4, 7, "grok:watched", Outcome::NotFound).await;
    // Its end is yet to be shown to somebody.
    let late = ask(&store, 5, "grok:late").await;
    let late = start(&store, &late).await;
    let unknown = ended_as(Outcome::NotFound);
    store.settle_task(&late.task, NOW, unknown).await.unwrap();
    add(&store, 6, "grok:watched").await;
    let remove = async |at| {
        let removed = store.remove_unknown(at, 9).await.unwrap();
        (removed.watches, removed.tasks)
    };
    assert_eq!(remove(NOW).await, (0, 0), "not yet");
    assert_eq!(remove(at(1)).await, (2, 1));
    assert_eq!(remove(at(1)).await, (0, 0));
    for (task, kept) in [
        ("unknown", false),
        ("failed", true),
        ("watched", true),
        ("late", true),
    ] {
        let found = store.task(&id(&format!("grok:{task}"))).await.unwrap();
        assert_eq!(found.is_some(), kept, "{task}");
    }
}

async fn a_persons_last_ended_watches_are_kept_and_no_more(url: Secret) {
    let store = open(&url).await;
    for id in 1..=6 {
        ended(&store, id, 7, &format!("grok:{id}"), Outcome::Completed).await;
    }
    // Somebody else's watch keeps its task, and running ones do not count.
    ended(&store, 10, 8, "grok:1", Outcome::Completed).await;
    add(&store, 11, "grok:11").await;
    let remove = async |most, limit| {
        let removed = store.remove_beyond(most, limit).await.unwrap();
        (removed.watches, removed.tasks)
    };
    assert_eq!(remove(6, 9).await, (0, 0));
    assert_eq!(
        remove(3, 2).await,
        (2, 2),
        "the newest that are too many first"
    );
    assert_eq!(remove(3, 9).await, (1, 0));
    assert_eq!(remove(3, 9).await, (0, 0));
    let recent = store.recent_tasks(7, 9).await.unwrap();
    let recent: Vec<_> = recent.iter().map(|task| task.id.as_str()).collect();
    assert_eq!(recent, ["grok:6", "grok:5", "grok:4"]);
    assert_eq!(store.recent_tasks(8, 9).await.unwrap().len(), 1);
    assert!(store.watch(WatchId(11)).await.unwrap().is_some());
}

/// Makes a person's watch that has ended, and so has its task.
async fn ended(store: &Store, interaction_id: u64, user_id: u64, task: &str, outcome: Outcome) {
    let of = NewWatch {
        user_id,
        ..asked(interaction_id, task)
    };
    let watch = Watch::new(of, NOW);
    store.ask(&watch, LEASE, 9999).await.unwrap();
    let started = start(store, &watch).await;
    if started.first_poll {
        let ends = ended_as(outcome);
        store.settle_task(&started.task, NOW, ends).await.unwrap();
    }
    end_watch(store, started.watch, NOW).await;
}
