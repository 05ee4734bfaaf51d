//! SQLite files with special characters in their names: every command means the same file.

use testing::Stage;

use super::program::{Program, Ran, run};

/// Runs the program with this `DATABASE_URL`.
pub(crate) async fn run_on(stage: &Stage, arguments: &[&str], url: &str) -> Ran {
    let mut variables = stage.variables();
    variables.insert("DATABASE_URL", url.to_owned());
    run(stage, arguments, &variables).await
}

/// Fails unless a bot makes `file`, and every other command works on it too.
async fn all_commands_use(url: &str, file: &str) {
    let stage = Stage::new().await;
    let path = stage.folder().join(file);
    let ran = run_on(&stage, &["doctor"], url).await;
    ran.shows(&["database      will be created at the first start"]);
    let bot = Program::start(&stage, &[("DATABASE_URL", url)]).await;
    assert!(path.exists(), "{url}");
    bot.stop().await;
    let ran = run_on(&stage, &["doctor"], url).await;
    ran.shows(&["database      open, migrated and writable"]);
    let copy = "its copy? 100% #1 ü.db";
    let ran = run_on(&stage, &["backup", copy], url).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(stage.folder().join(copy).exists(), "{ran:?}");
    let ran = run_on(&stage, &["forget", "--user", "1"], url).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    // It gets as far as Discord, which has no such channel.
    let watch = ["watch", "grok:1", "--channel", "123456789012345678"];
    let ran = run_on(&stage, &watch, url).await;
    assert!(!ran.err.contains("database"), "{ran:?}");
    std::fs::remove_file(&path).unwrap();
    let ran = run_on(&stage, &["backup", "another.db"], url).await;
    ran.warns(&[&format!("there is no database at {file}")]);
}

#[tokio::test]
async fn a_relative_path_may_have_spaces() {
    all_commands_use("sqlite://my data/x.db", "my data/x.db").await;
}

#[tokio::test]
async fn a_percent_sign_in_the_url_begins_a_code() {
    all_commands_use("sqlite://a%20b%3F%25.db", "a b?%.db").await;
}

#[tokio::test]
async fn a_copy_that_cannot_be_written_is_named() {
    let stage = Stage::new().await;
    stage.bot().await.stop().await;
    let ran = run(&stage, &["backup", "/proc/my copy.db"], &stage.variables()).await;
    assert_eq!(ran.code, Some(1), "{ran:?}");
    ran.warns(&["bot.db cannot be copied to /proc/my copy.db: unable to open"]);
}
