//! The bot records registrations, tokens of presses, and announcements.

use videostatus::domain::secret::Secret;
use videostatus::domain::watch::{Watch, WatchId};

use super::{ADA, NOW, add_of, ask, at, end, open, start, watch};

on_both! {
    registrations_are_recorded_by_scope
    a_press_replaces_the_token_of_a_watch_that_has_not_ended
    an_announcement_is_recorded_for_whoever_has_the_claim
}

async fn registrations_are_recorded_by_scope(url: Secret) {
    let store = open(&url).await;
    let known = async || {
        let mut known = store.registrations().await.unwrap();
        known.sort();
        known
    };
    assert_eq!(known().await, []);
    for (scope, agreement) in [(None, "a"), (Some(u64::MAX), "b"), (None, "c")] {
        store.record_registration(scope, agreement).await.unwrap();
    }
    let (everybody, guild) = ((None, "c".to_owned()), (Some(u64::MAX), "b".to_owned()));
    assert_eq!(known().await, [everybody.clone(), guild]);
    store.forget_registration(Some(u64::MAX)).await.unwrap();
    assert_eq!(known().await, [everybody]);
}

async fn a_press_replaces_the_token_of_a_watch_that_has_not_ended(url: Secret) {
    let store = open(&url).await;
    for number in [1, 2] {
        add_of(&store, number, ADA, "grok:1", NOW).await;
    }
    end(&store, 2, "grok:1").await;
    for (number, token, expires_at) in [(1, "new", at(900)), (2, "", at(840))] {
        let new = Secret::new("new");
        store
            .replace_token(WatchId(number), &new, at(900))
            .await
            .unwrap();
        let asked = watch(&store, number).await.unwrap().asked;
        assert_eq!(asked.token.expose(), token, "{number}");
        assert_eq!(asked.token_expires_at, expires_at, "{number}");
    }
}

async fn an_announcement_is_recorded_for_whoever_has_the_claim(url: Secret) {
    let store = open(&url).await;
    let asked = ask(&store, 1, "grok:1").await;
    let live = start(&store, &asked).await.watch;
    let stale = Watch {
        attempt: live.attempt + 1,
        ..live.clone()
    };
    let announced_at = async || watch(&store, 1).await.unwrap().announced_at;
    store.mark_announced(&stale, at(1)).await.unwrap();
    assert_eq!(announced_at().await, None);
    store.mark_announced(&live, at(2)).await.unwrap();
    assert_eq!(announced_at().await, Some(at(2)));
}
