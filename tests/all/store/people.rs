//! What people see, stop, follow and leave behind.

use std::time::Duration;

use videostatus::domain::secret::Secret;
use videostatus::domain::task::{Task, TaskId};
use videostatus::domain::watch::{NewWatch, Notify, Watch, WatchId};
use videostatus::store::{Refreshed, Removed, Subscribed, Whose};

use super::{ADA, BOB, LEASE, NOW, TIMEOUT, add, add_of, asked, at, id, news, open, start, watch};

on_both! {
    people_find_stop_and_refresh_their_watches
    subscribers_come_and_go_while_there_is_room
    who_follows_again_brings_along_who_waited
    what_people_follow_is_counted_by_age_and_shared_tasks_in_parts
    a_person_is_forgotten_and_nobody_else
}

async fn people_find_stop_and_refresh_their_watches(url: Secret) {
    let store = open(&url).await;
    let me = asked(1, "grok:1").user_id;
    for id in 1..=3 {
        add(&store, id, &format!("grok:{id}")).await;
    }
    let ids = |found: &[(Watch, Task)]| {
        found
            .iter()
            .map(|(watch, _)| watch.id.0)
            .collect::<Vec<_>>()
    };
    let (found, count) = store.watches_of(Whose::Person(me), 0, 2).await.unwrap();
    assert_eq!((ids(&found), count), (vec![3, 2], 3));
    let (found, count) = store.watches_of(Whose::Guild(7), 0, 2).await.unwrap();
    assert_eq!((ids(&found), count), (vec![], 0));

    let task_id = TaskId::parse("grok:2").unwrap();
    let stop = async || {
        store
            .stop_watch(WatchId(2), &task_id, 5, at(1))
            .await
            .unwrap()
    };
    assert_eq!((stop().await, stop().await), (true, false));
    let (found, _) = store.watches_of(Whose::Person(me), 0, 9).await.unwrap();
    assert_eq!(ids(&found), [3, 1]);
    let recent = store.recent_tasks(me, 2).await.unwrap();
    let recent: Vec<_> = recent.iter().map(|task| task.id.as_str()).collect();
    assert_eq!(recent, ["grok:3", "grok:2"]);

    let refresh = async |id: &str, now| {
        let id = TaskId::parse(id).unwrap();
        store.refresh(&id, now, LEASE).await.unwrap()
    };
    for task in store.claim_tasks(at(2), LEASE, 9).await.unwrap() {
        let running = news(Some(at(60)));
        store.settle_task(&task, at(2), running).await.unwrap();
    }
    assert_eq!(refresh("grok:2", at(12)).await, Refreshed::Unpolled);
    assert_eq!(refresh("grok:1", at(12)).await, Refreshed::Now);
    let wait = Duration::from_secs(7);
    assert_eq!(refresh("grok:1", at(15)).await, Refreshed::TooSoon(wait));

    for task in store.claim_tasks(at(60), LEASE, 9).await.unwrap() {
        let took = |task: &Task| {
            let mut polled = news(None)(task);
            polled.task.took = Some(Duration::from_secs(90));
            if task.id.as_str() == "grok:3" {
                polled.task.took = Some(Duration::from_secs(40));
                polled.task.snapshot.model = Some("fast".into());
            }
            polled
        };
        store.settle_task(&task, at(60), took).await.unwrap();
    }
    let mut task = store.task(&task_id).await.unwrap().unwrap();
    for (model, seconds) in [
        (None, vec![40, 90]),
        (Some("fast"), vec![40]),
        (Some("another"), vec![]),
    ] {
        task.snapshot.model = model.map(str::to_owned);
        let mut took = store.durations(&task).await.unwrap();
        took.sort_unstable();
        let seconds: Vec<_> = seconds.into_iter().map(Duration::from_secs).collect();
        assert_eq!(took, seconds, "{model:?}");
    }
}

async fn subscribers_come_and_go_while_there_is_room(url: Secret) {
    let store = open(&url).await;
    add(&store, 1, "grok:1").await;
    let task_id = TaskId::parse("grok:1").unwrap();
    let subscribe = async |user| {
        let subscribed = store.subscribe(WatchId(1), &task_id, user, 2);
        subscribed.await.unwrap()
    };
    assert_eq!(
        (subscribe(11).await, subscribe(12).await),
        (Subscribed::Added, Subscribed::Added)
    );
    assert_eq!(subscribe(13).await, Subscribed::Full);
    // Whoever is on the list already keeps their place.
    assert_eq!(subscribe(11).await, Subscribed::Added);
    store.unsubscribe(WatchId(1), 11).await.unwrap();
    assert_eq!(store.subscribers(WatchId(1)).await.unwrap(), [12]);
    store.set_notify(WatchId(1), Notify::Off).await.unwrap();
    let watch = store.watch(WatchId(1)).await.unwrap().unwrap();
    assert_eq!(watch.asked.notify, Notify::Off);
}

async fn who_follows_again_brings_along_who_waited(url: Secret) {
    let store = open(&url).await;
    let task_id = TaskId::parse("grok:1").unwrap();
    let press = async |number: u64, user_id: u64, stopped_by: u64| {
        let watch = Watch {
            message_id: Some(77),
            ..Watch::new(
                NewWatch {
                    user_id,
                    ..asked(number, "grok:1")
                },
                NOW,
            )
        };
        store.ask(&watch, LEASE, 99).await.unwrap();
        start(&store, &watch).await;
        for user in [11, 12] {
            let id = WatchId(number.cast_signed());
            store.subscribe(id, &task_id, user, 9).await.unwrap();
        }
        let stopped = store.stop_watch(watch.id, &task_id, stopped_by, NOW);
        assert!(stopped.await.unwrap());
    };
    press(1, 5, 12).await;
    press(2, 6, 6).await;
    store.unsubscribe(WatchId(2), 11).await.unwrap();
    press(3, 12, 5).await;
    // Whoever stopped it waits no longer, nor does whoever took that back; whoever
    // follows again is the requester.
    assert_eq!(store.subscribers(WatchId(2)).await.unwrap(), [5, 12]);
    assert_eq!(store.subscribers(WatchId(3)).await.unwrap(), [5, 11, 12]);
}

async fn what_people_follow_is_counted_by_age_and_shared_tasks_in_parts(url: Secret) {
    let store = open(&url).await;
    let watches = [
        (1, 7, "a", 0),
        (2, 7, "b", 0),
        (3, 7, "c", 60),
        (4, 8, "a", 60),
        (5, 8, "d", 60),
    ];
    for (id, user_id, task, made) in watches {
        let of = NewWatch {
            user_id,
            ..asked(id, task)
        };
        let watch = Watch::new(of, at(made));
        store.ask(&watch, LEASE, 99).await.unwrap();
        if task != "d" {
            store.start(&watch, at(made), LEASE, TIMEOUT).await.unwrap();
        }
    }
    let mut followed: Vec<_> = store.followed(at(70), None).await.unwrap();
    followed.sort_by_key(|one| (one.person, one.age));
    let seen: Vec<_> = followed
        .iter()
        .map(|one| (one.person, one.age.as_secs(), one.tasks))
        .collect();
    assert_eq!(seen, [(7, 0, 1.0), (7, 30, 1.5), (8, 0, 1.5)]);
    let followers = async |task| {
        let mut people = store
            .followers(&TaskId::parse(task).unwrap())
            .await
            .unwrap();
        people.sort_unstable();
        people
    };
    assert_eq!(followers("a").await, [7, 8]);
    assert!(followers("d").await.is_empty(), "only asked for");
}

async fn a_person_is_forgotten_and_nobody_else(url: Secret) {
    let store = open(&url).await;
    add_of(&store, 1, ADA, "grok:hers", at(0)).await;
    add_of(&store, 2, ADA, "grok:shared", at(0)).await;
    add_of(&store, 3, BOB, "grok:shared", at(0)).await;
    for (number, task, person) in [(1, "grok:hers", BOB), (3, "grok:shared", ADA)] {
        let added = store.subscribe(WatchId(number), &id(task), person, 9).await;
        assert_eq!(added.unwrap(), Subscribed::Added);
    }
    let all = Removed {
        watches: 2,
        subscriptions: 1,
        tasks: 1,
    };
    assert_eq!(store.forget(ADA).await.unwrap(), all);
    assert_eq!(store.forget(ADA).await.unwrap(), Removed::default());
    assert!(watch(&store, 1).await.is_none() && watch(&store, 2).await.is_none());
    assert!(store.task(&id("grok:hers")).await.unwrap().is_none());
    assert!(store.task(&id("grok:shared")).await.unwrap().is_some());
    assert!(watch(&store, 3).await.is_some());
    assert!(store.subscribers(WatchId(3)).await.unwrap().is_empty());
}
