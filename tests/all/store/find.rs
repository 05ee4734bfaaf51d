//! People find their watches, their last tasks and how long such tasks take.

use std::time::Duration;

use videostatus::domain::secret::Secret;
use videostatus::domain::task::Task;
use videostatus::domain::watch::{NewWatch, Watch};
use videostatus::store::Whose;

use super::{
    ADA, LEASE, NOW, PERSON, add, ask, asked_of, at, deliver, id, news, open, start, stop,
};

on_both! {
    people_find_their_watches_newest_first
    a_guild_lists_what_is_shown_there_to_everybody
    the_last_tasks_are_known_of_watches_that_run_or_have_ended
    how_long_tasks_took_is_known_by_model
}

fn ids(found: &[(Watch, Task)]) -> Vec<i64> {
    found.iter().map(|(watch, _)| watch.id.0).collect()
}

async fn people_find_their_watches_newest_first(url: Secret) {
    let store = open(&url).await;
    for number in 1..=3 {
        add(&store, number, &format!("grok:{number}")).await;
    }
    let find = async |whose, skip, limit| {
        let (found, count) = store.watches_of(whose, skip, limit).await.unwrap();
        (ids(&found), count)
    };
    assert_eq!(find(Whose::Person(PERSON), 0, 2).await, (vec![3, 2], 3));
    assert_eq!(find(Whose::Person(PERSON), 2, 2).await, (vec![1], 3));
    assert_eq!(find(Whose::Person(ADA), 0, 2).await, (vec![], 0));
    assert_eq!(find(Whose::Past(PERSON), 0, 9).await, (vec![], 0));
    assert!(stop(&store, 2, "grok:2", at(1)).await);
    assert_eq!(find(Whose::Person(PERSON), 0, 9).await, (vec![3, 1], 2));
    assert_eq!(find(Whose::Past(PERSON), 0, 9).await, (vec![2], 1));
}

async fn a_guild_lists_what_is_shown_there_to_everybody(url: Secret) {
    const GUILD: u64 = 70;
    let store = open(&url).await;
    for (number, guild, private, shown) in [
        (1, Some(GUILD), false, true),
        (2, Some(GUILD), true, true),
        (3, Some(GUILD), false, false),
        (4, Some(71), false, true),
        (5, None, false, true),
    ] {
        let asked = NewWatch {
            guild_id: guild,
            private,
            ..asked_of(number, ADA, "grok:1", NOW)
        };
        let watch = Watch::new(asked, NOW);
        store.ask(&watch, LEASE, 99).await.unwrap();
        start(&store, &watch).await;
        deliver(&store, number.cast_signed(), shown, NOW).await;
    }
    let (found, count) = store.watches_of(Whose::Guild(GUILD), 0, 9).await.unwrap();
    assert_eq!((ids(&found), count), (vec![1], 1));
    let (found, count) = store.watches_of(Whose::Guild(7), 0, 9).await.unwrap();
    assert_eq!((ids(&found), count), (vec![], 0));
}

async fn the_last_tasks_are_known_of_watches_that_run_or_have_ended(url: Secret) {
    let store = open(&url).await;
    for number in 1..=3 {
        add(&store, number, &format!("grok:{number}")).await;
    }
    assert!(stop(&store, 2, "grok:2", at(1)).await);
    let recent = store.recent_tasks(PERSON, 2).await.unwrap();
    let recent: Vec<_> = recent.iter().map(|task| task.id.as_str()).collect();
    assert_eq!(recent, ["grok:3", "grok:2"]);
}

async fn how_long_tasks_took_is_known_by_model(url: Secret) {
    let store = open(&url).await;
    for (number, (model, seconds)) in (1..).zip([(None, 90), (Some("fast"), 40)]) {
        let watch = ask(&store, number, &format!("grok:{number}")).await;
        let first = start(&store, &watch).await.task;
        let took = |task: &Task| {
            let mut polled = news(None)(task);
            polled.task.took = Some(Duration::from_secs(seconds));
            polled.task.snapshot.model = model.map(str::to_owned);
            polled
        };
        store.settle_task(&first, at(60), took).await.unwrap();
    }
    let mut task = store.task(&id("grok:1")).await.unwrap().unwrap();
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
