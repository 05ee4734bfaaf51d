//! The database itself: opened, copied, and looked at from outside.

use sqlx::{Connection, Executor};
use videostatus::domain::secret::Secret;
use videostatus::store::{Inspected, Store, backup, inspect};

use super::{ADA, NOW, add_of, open, watch};

on_both! {
    a_database_of_a_newer_version_is_refused_with_a_reason
}

async fn a_database_of_a_newer_version_is_refused_with_a_reason(url: Secret) {
    open(&url).await.close().await;
    let mut connection = sqlx::AnyConnection::connect(url.expose()).await.unwrap();
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                 SELECT 9999, 'of the future', success, checksum, 0 FROM _sqlx_migrations LIMIT 1";
    connection.execute(newer).await.unwrap();
    connection.close().await.unwrap();
    let error = Store::open(&url).await.unwrap_err().to_string();
    assert!(
        error.contains("newer version of videostatus (migration 9999)"),
        "{error}"
    );
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

#[tokio::test]
async fn a_copy_is_whole_and_overwrites_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let url = |name: &str| Secret::new(format!("sqlite://{}", path(name).display()));
    let store = Store::open(&url("bot.db")).await.unwrap();
    add_of(&store, 1, ADA, "grok:1", NOW).await;
    // The bot goes on meanwhile, and afterwards.
    backup(&url("bot.db"), &path("copy.db")).await.unwrap();
    add_of(&store, 2, ADA, "grok:2", NOW).await;

    let held = |name: &str| {
        let bytes = std::fs::read(path(name)).unwrap();
        bytes.windows(12).any(|part| part == b"secret-token")
    };
    // A copy is kept for longer than the tokens in it should be.
    assert!(held("bot.db-wal") && !held("copy.db"));
    let copy = Store::open(&url("copy.db")).await.unwrap();
    assert!(watch(&copy, 1).await.is_some() && watch(&copy, 2).await.is_none());
    let error = backup(&url("bot.db"), &path("copy.db")).await.unwrap_err();
    assert!(error.to_string().contains("exists already"), "{error}");
    let error = backup(&url("none.db"), &path("new.db")).await.unwrap_err();
    assert!(error.to_string().contains("none.db"), "{error}");
    assert!(!path("none.db").exists() && !path("new.db").exists());
    let postgres = Secret::new("postgres://bot:hunter2@localhost/bot");
    let error = backup(&postgres, &path("new.db")).await.unwrap_err();
    assert!(error.to_string().contains("pg_dump"), "{error}");
}

#[tokio::test]
async fn a_look_from_outside_tells_what_a_start_would_do() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("bot.db"), "").unwrap();
    let sqlite = format!("sqlite://{}/bot.db", folder.path().display());
    for url in [Some(sqlite), testing::postgres::database().await] {
        let Some(url) = url.map(Secret::new) else {
            continue;
        };
        let look = async || inspect(&url).await.unwrap();
        let (writable, migrated) = (true, true);
        let new = Inspected {
            migrated: false,
            writable,
        };
        assert_eq!(look().await, new);
        Store::open(&url).await.unwrap().close().await;
        assert_eq!(look().await, Inspected { migrated, writable });
    }
}

#[tokio::test]
async fn the_name_of_a_copy_is_taken_literally() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let other = Secret::new(format!("sqlite://{}", path("bA").display()));
    let store = Store::open(&other).await.unwrap();
    add_of(&store, 1, ADA, "grok:1", NOW).await;
    for name in ["b%41", "what? #1 100%.db", " ü 🎬 ", "a+b&c=d", ":memory:"] {
        backup(&other, &path(name)).await.unwrap();
        let bytes = std::fs::read(path(name)).unwrap();
        let held = bytes.windows(12).any(|part| part == b"secret-token");
        assert!(!held, "{name} holds tokens");
        let token = watch(&store, 1).await.unwrap().asked.token;
        assert_eq!(token.expose(), "secret-token", "erased instead of {name}");
    }
    let files = std::fs::read_dir(folder.path()).unwrap();
    assert_eq!(files.count(), 3 + 5, "the database has three files");
}
