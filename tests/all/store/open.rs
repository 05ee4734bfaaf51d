//! The database itself is opened, copied, and looked at from outside.

use std::path::Path;

use sqlx::{Connection, Executor};
use videostatus::domain::secret::Secret;
use videostatus::store::{Inspected, Store, StoreError, backup, file_of, inspect};

use super::{ADA, NOW, add_of, open, watch};

on_both! {
    a_database_of_a_newer_version_is_refused_with_a_reason
    a_look_from_outside_tells_what_a_start_would_do
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

async fn a_look_from_outside_tells_what_a_start_would_do(url: Secret) {
    // A look makes no file.
    if let Some(file) = file_of(&url) {
        let file = Path::new(&file);
        inspect(&url).await.unwrap_err();
        assert!(!file.exists());
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, "").unwrap();
    }
    for migrated in [false, true] {
        let expected = Inspected {
            migrated,
            writable: true,
        };
        assert_eq!(inspect(&url).await.unwrap(), expected);
        open(&url).await.close().await;
    }
}

#[tokio::test]
async fn an_unusable_place_is_refused_with_its_name_and_without_a_password() {
    for (url, named) in [
        ("sqlite:///proc/nowhere/bot.db", "/proc/nowhere/bot.db"),
        (
            "postgres://bot:hunter2@localhost/bot?host=/proc/nowhere",
            "",
        ),
    ] {
        let error = Store::open(&Secret::new(url)).await.unwrap_err();
        assert!(matches!(error, StoreError::Open(_)), "{error:?}");
        let said = error.to_string();
        assert!(said.contains(named) && !said.contains("hunter2"), "{said}");
    }
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
