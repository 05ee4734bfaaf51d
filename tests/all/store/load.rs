//! The load that health and metrics tell: the rows that are due and the watches that run.

use videostatus::domain::secret::Secret;
use videostatus::domain::watch::{WatchId, WatchState};
use videostatus::store::{Due, Load};

use super::{ADA, BOB, NOW, add_of, ask_of, at, cleaner, end, id, open, watch};

on_both! {
    the_load_is_what_is_due_and_what_runs
    an_asked_watch_is_seen_by_the_load_the_sweep_and_who_forgets
}

async fn the_load_is_what_is_due_and_what_runs(url: Secret) {
    let store = open(&url).await;
    assert_eq!(store.load(NOW).await.unwrap(), Load::default());
    for number in 1..=3 {
        add_of(&store, number, ADA, &format!("grok:{number}"), at(number)).await;
    }
    end(&store, 1, "grok:1").await;
    assert!(
        store
            .stop_watch(WatchId(2), &id("grok:2"), 5, at(20))
            .await
            .unwrap()
    );
    // Both are due ten seconds after they were made, when their leases end.
    let load = store.load(at(13)).await.unwrap();
    assert_eq!((load.live, load.stopped), (1, 1));
    let due = |rows, since| Due {
        rows,
        since: Some(since),
    };
    assert_eq!(load.tasks, due(1, at(13)));
    assert_eq!(load.watches, due(2, at(12)));
}

async fn an_asked_watch_is_seen_by_the_load_the_sweep_and_who_forgets(url: Secret) {
    let store = open(&url).await;
    ask_of(&store, 1, ADA, "grok:1", NOW).await;
    ask_of(&store, 2, BOB, "grok:1", NOW).await;
    let load = store.load(at(11)).await.unwrap();
    assert_eq!((load.live, load.watches.rows), (2, 2));
    // A token that is over goes, whatever became of its watch.
    cleaner(store.clone()).sweep().await.unwrap();
    let erased = watch(&store, 1).await.unwrap();
    assert_eq!(erased.state, WatchState::Asked);
    assert!(erased.asked.token.is_empty());
    assert_eq!(store.forget(ADA).await.unwrap().watches, 1);
    assert!(watch(&store, 1).await.is_none() && watch(&store, 2).await.is_some());
}
