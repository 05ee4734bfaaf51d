//! Databases that cannot be opened: what `run` and `doctor` say about them.

use std::path::Path;
use std::time::{Duration, Instant};

use sqlx::{AnyConnection, Connection as _, Executor as _};
use testing::Stage;
use videostatus::store::{Store, url_of};

use super::paths::run_on;
use super::program::Ran;

/// Fails unless `run` on this database fails with this cause, and logs nothing of sqlx's.
#[track_caller]
fn fails_by(ran: &Ran, cause: &str) {
    assert_eq!(ran.code, Some(1), "{ran:?}");
    ran.warns(&["DATABASE_URL: the database cannot be opened: ", cause]);
    for noise in ["sqlx", "timed out", "hunter2"] {
        assert!(!ran.err.contains(noise), "{noise} in {}", ran.err);
    }
}

#[tokio::test]
async fn an_unusable_file_is_told_with_its_cause_at_once() {
    let stage = Stage::new().await;
    std::fs::write(stage.folder().join("text.db"), "no database\n".repeat(99)).unwrap();
    let begin = Instant::now();
    let ran = run_on(&stage, &["run"], "sqlite://text.db").await;
    fails_by(&ran, "text.db: file is not a database");
    let ran = run_on(&stage, &["doctor"], "sqlite://text.db").await;
    ran.shows(&["✗ database      the database cannot be opened: text.db: file is not a database"]);
    let ran = run_on(&stage, &["run"], "sqlite://text.db/bot.db").await;
    fails_by(&ran, "text.db/bot.db: text.db cannot be created: ");
    let ran = run_on(&stage, &["run"], "sqlite:///dev/full").await;
    fails_by(&ran, "/dev/full: ");
    assert!(begin.elapsed() < Duration::from_secs(5));
}

/// Takes an exclusive lock on the database, as another program may.
async fn lock(file: &Path) -> AnyConnection {
    sqlx::any::install_default_drivers();
    let url = format!("sqlite://{}?mode=rwc", file.display());
    let mut locker = AnyConnection::connect(&url).await.unwrap();
    let lock = "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; CREATE TABLE theirs (id INT)";
    locker.execute(lock).await.unwrap();
    locker
}

#[tokio::test]
async fn a_database_that_is_locked_or_refuses_connections_is_told_with_its_cause() {
    let stage = Stage::new().await;
    let locker = lock(&stage.folder().join("locked.db")).await;
    stage.bot().await.stop().await;
    let url = &stage.variables()["DATABASE_URL"];
    let mut writer = AnyConnection::connect(url).await.unwrap();
    writer.execute("BEGIN IMMEDIATE").await.unwrap();
    let (locked, written, refused) = tokio::join!(
        run_on(&stage, &["run"], "sqlite://locked.db"),
        run_on(&stage, &["run"], url),
        run_on(&stage, &["run"], "postgres://bot:hunter2@127.0.0.1:1/bot"),
    );
    drop((locker, writer));
    fails_by(&locked, "locked.db: database is locked");
    // Its tables are complete, so the start would write nothing for now.
    fails_by(&written, "bot.db: database is locked");
    fails_by(&refused, "Connection refused");
    // PostgreSQL may be starting, so the bot tries again, and says why.
    refused.warns(&["WARN", "store.out_of_reach", "cause=\"Connection refused"]);
}

#[tokio::test]
async fn the_doctor_knows_which_files_a_start_can_use() {
    let stage = Stage::new().await;
    let path = |name: &str| stage.folder().join(name);
    let link = |name: &str, target: &str| std::os::unix::fs::symlink(target, path(name)).unwrap();
    std::fs::create_dir(path("folder")).unwrap();
    std::fs::write(path("text"), "").unwrap();
    link("made.db", "folder/bot.db");
    link("lost.db", "nowhere/bot.db");
    link("loop.db", "loop.db");
    link("nothing", "nowhere");
    let foreign = format!("sqlite://{}?mode=rwc", path("theirs.db").display());
    sqlx::any::install_default_drivers();
    let mut foreign = AnyConnection::connect(&foreign).await.unwrap();
    foreign
        .execute("CREATE TABLE watches (brand TEXT)")
        .await
        .unwrap();
    foreign.close().await.unwrap();
    let theirs = "✗ database      the database belongs to another program, \
                  which has made a table watches";
    for (file, finding) in [
        (
            "made.db",
            "✓ database      will be created at the first start",
        ),
        ("lost.db", "✗ database      lost.db cannot be created: "),
        ("loop.db", "✗ database      loop.db cannot be opened: "),
        (
            "nothing/bot.db",
            "✗ database      nothing/bot.db cannot be created: ",
        ),
        (
            "text/bot.db",
            "✗ database      text/bot.db cannot be opened: Not a directory",
        ),
        ("folder", "✗ database      folder is not a file"),
        ("/dev/null", "✗ database      /dev/null is not a file"),
        ("theirs.db", theirs),
        // The attempt to start has left a trace in it.
        ("theirs.db", theirs),
    ] {
        let ran = run_on(&stage, &["doctor"], &format!("sqlite://{file}")).await;
        ran.shows(&[finding]);
        let started = Store::open(&url_of(&path(file))).await;
        assert_eq!(
            started.is_ok(),
            finding.starts_with('✓'),
            "{file}: {started:?}"
        );
    }
    let made = std::fs::read_dir(path("folder")).unwrap();
    assert!(made.count() > 0, "the link was not followed");
}
