//! Tokens of interactions, which open a door of Discord, are erased once they are over.

use sqlx::{Connection, Executor};
use videostatus::domain::secret::Secret;
use videostatus::domain::watch::WatchState;
use videostatus::store::Store;

use super::{ADA, NOW, add_of, at, cleaner, deliver, open, watch};

on_both! {
    tokens_are_erased_once_they_are_over
}

async fn tokens_are_erased_once_they_are_over(url: Secret) {
    let store = open(&url).await;
    for number in 1..=3 {
        add_of(&store, number, ADA, "grok:1", at(number)).await;
        deliver(&store, number.cast_signed(), true, at(number)).await;
    }
    // Discord refuses these two, and the first is never tried again.
    for (number, tried) in [(4, 800), (5, 900)] {
        add_of(&store, number, ADA, "grok:1", at(0)).await;
        deliver(&store, number.cast_signed(), false, at(tried)).await;
    }
    assert_eq!(store.erase_tokens(at(839), 9).await.unwrap(), 0);
    assert_eq!(store.erase_tokens(at(842), 1).await.unwrap(), 1);
    assert_eq!(store.erase_tokens(at(842), 9).await.unwrap(), 2);
    let kept = |number| {
        let store = &store;
        async move {
            let watch = watch(store, number).await.unwrap();
            assert_eq!(watch.state, WatchState::Live);
            !watch.asked.token.is_empty()
        }
    };
    assert!(!kept(1).await && !kept(2).await && kept(3).await);
    assert!(!kept(4).await && !kept(5).await);
}

#[tokio::test]
async fn what_is_erased_is_in_no_file_of_the_database() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/bot.db", folder.path().display());
    let store = Store::open(&Secret::new(url.as_str())).await.unwrap();
    add_of(&store, 1, ADA, "grok:1", NOW).await;
    deliver(&store, 1, true, NOW).await;
    let held = || {
        let files = std::fs::read_dir(folder.path()).unwrap();
        files
            .map(|file| std::fs::read(file.unwrap().path()).unwrap())
            .any(|bytes| {
                bytes
                    .windows(b"secret-token".len())
                    .any(|part| part == b"secret-token")
            })
    };
    assert!(held());
    let cleaner = cleaner(store);
    // The sweep does not wait for somebody who reads.
    let mut reader = sqlx::AnyConnection::connect(&url).await.unwrap();
    let mut reading = reader.begin().await.unwrap();
    reading.fetch_all("SELECT 1 FROM watches").await.unwrap();
    cleaner.sweep().await.unwrap();
    assert!(held());
    assert!(!cleaner.store.checkpoint().await.unwrap());
    reading.rollback().await.unwrap();
    cleaner.sweep().await.unwrap();
    assert!(!held());
    assert!(cleaner.store.checkpoint().await.unwrap());
}
