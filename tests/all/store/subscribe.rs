//! People subscribe to the end of a watch.

use videostatus::domain::secret::Secret;
use videostatus::domain::watch::{Notify, WatchId};
use videostatus::store::Subscribed;

use super::{add, id, open};

on_both! {
    subscribers_come_and_go_while_there_is_room
}

async fn subscribers_come_and_go_while_there_is_room(url: Secret) {
    let store = open(&url).await;
    add(&store, 1, "grok:1").await;
    let task_id = id("grok:1");
    let subscribe = async |user| {
        let subscribed = store.subscribe(WatchId(1), &task_id, user, 2);
        subscribed.await.unwrap()
    };
    assert_eq!(
        (subscribe(11).await, subscribe(12).await),
        (Subscribed::Added, Subscribed::Added)
    );
    assert_eq!(subscribe(13).await, Subscribed::Full);
    // A person on the list keeps their place.
    assert_eq!(subscribe(11).await, Subscribed::Added);
    store.unsubscribe(WatchId(1), 11).await.unwrap();
    assert_eq!(store.subscribers(WatchId(1)).await.unwrap(), [12]);
    store.set_notify(WatchId(1), Notify::Off).await.unwrap();
    let watch = store.watch(WatchId(1)).await.unwrap().unwrap();
    assert_eq!(watch.asked.notify, Notify::Off);
}
