//! The tasks that people follow are counted, for their shares of the polls.

use videostatus::domain::secret::Secret;
use videostatus::domain::watch::{NewWatch, Watch};

use super::{LEASE, TIMEOUT, asked, at, id, open};

on_both! {
    what_people_follow_is_counted_by_age_and_shared_tasks_in_parts
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
        let mut people = store.followers(&id(task)).await.unwrap();
        people.sort_unstable();
        people
    };
    assert_eq!(followers("a").await, [7, 8]);
    assert!(followers("d").await.is_empty(), "only asked for");
}
