//! The database in the hands of an operator: copies, people who are forgotten, what is
//! removed by itself, and what is not touched.

use testing::{Stage, TASK};

use super::program::{Program, run};

#[tokio::test]
async fn a_running_bot_is_copied_and_forgets_a_person() {
    let stage = Stage::new().await;
    let bot = Program::start(&stage, &[]).await;
    stage.watching().await;
    let variables = stage.variables();

    let copy = stage.folder().join("copy.db");
    let ran = run(&stage, &["backup", copy.to_str().unwrap()], &variables).await;
    assert_eq!((ran.code, copy.exists()), (Some(0), true), "{ran:?}");
    let ran = run(&stage, &["backup", copy.to_str().unwrap()], &variables).await;
    assert_eq!(ran.code, Some(1));
    ran.warns(&["exists already"]);

    let ada = stage.sandbox.person("ada").id.to_string();
    let ran = run(&stage, &["forget", "--user", &ada], &variables).await;
    assert_eq!(
        ran.out, "removed: 1 watch, 0 subscriptions, 1 task\n",
        "{ran:?}"
    );
    // The poll that was under way finds nothing to settle; the bot goes on.
    stage.task("grok:other", [stage.done("grok:other")]);
    let other = stage.ask("grok:other");
    stage.titled(&other, "Your video is ready").await;
    let (status, log) = bot.stop().await;
    assert!(status.success() && !log.contains("ERROR"), "{log}");
}

#[tokio::test]
async fn what_ended_is_removed_after_its_retention() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    stage.task(TASK, [stage.done(TASK)]);
    let interaction = stage.ask(TASK);
    stage.titled(&interaction, "Your video is ready").await;
    bot.stop().await;
    let mut bot = Program::start(&stage, &[("RETENTION", "1ms")]).await;
    let line = bot.line("cleaner.removed").await;
    assert!(line.contains("watches=1 tasks=1"), "{line}");
    let (status, _) = bot.stop().await;
    assert!(status.success());
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused_in_words() {
    let stage = Stage::new().await;
    stage.bot().await.stop().await;
    let variables = stage.variables();
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                 SELECT 9999, 'of the future', success, checksum, 0 FROM _sqlx_migrations LIMIT 1";
    stage.alter(newer).await;
    let ran = run(&stage, &["run"], &variables).await;
    assert_eq!(ran.code, Some(1));
    ran.warns(&["newer version of videostatus (migration 9999)"]);
}

#[tokio::test]
async fn nothing_is_made_where_there_is_no_database() {
    let stage = Stage::new().await;
    let variables = stage.variables();
    let copy = stage.folder().join("copy.db");
    for arguments in [
        &["forget", "--user", "1"][..],
        &["backup", copy.to_str().unwrap()],
        &["watch", TASK, "--channel", "123456789012345678"],
    ] {
        let ran = run(&stage, arguments, &variables).await;
        assert_eq!(ran.code, Some(1), "{ran:?}");
        let told = format!(
            "there is no database at {}",
            stage.folder().join("data/bot.db").display()
        );
        assert!(ran.err.contains(&told), "{}", ran.err);
        assert!(!stage.folder().join("data").exists() && !copy.exists());
    }
    let data = stage.folder().join("data");
    std::fs::create_dir(&data).unwrap();
    std::fs::write(data.join("bot.db"), "").unwrap();
    let ran = run(&stage, &["forget", "--user", "1"], &variables).await;
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert_eq!(
        std::fs::read(data.join("bot.db")).unwrap(),
        b"",
        "it made tables"
    );
}
