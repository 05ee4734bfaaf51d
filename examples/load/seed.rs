//! Creates a database with many rows: the bot records one watch, and its two rows are
//! multiplied. So the rows are as the bot writes them, whatever columns there are.

use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::ensure;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection as _, Executor, Row};

use crate::lab::{Lab, Who};
use crate::stage::{Stage, task_id};

/// The number of rows, and when they are due.
#[derive(Clone, Copy)]
pub(crate) struct Rows {
    /// The number of running tasks.
    pub(crate) tasks: u32,
    /// The number of running watches, spread over the tasks.
    pub(crate) watches: u32,
    /// The time until the first poll is due.
    pub(crate) from: Duration,
    /// The time over which the other polls are spread evenly after the first.
    pub(crate) spread: Duration,
}

/// Creates the database at `path`.
pub(crate) async fn seed(lab: &Lab, path: &Path, rows: Rows) -> anyhow::Result<()> {
    let stage = Stage::start(lab, Who::Bot, &[], Some(path)).await?;
    let command = stage.command(0, &task_id(0, "template"))?;
    ensure!(
        stage.shown(&[command], Duration::from_secs(10)).await == 0,
        "no status of the template"
    );
    let mut database = open(path).await?;
    // The edit is visible a moment before it is recorded.
    let recorded =
        "SELECT COUNT(*) FROM watches WHERE next_delivery_at IS NULL AND message_id IS NOT NULL";
    while database.fetch_one(recorded).await?.try_get::<i64, _>(0)? == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    drop(stage);
    multiply(&mut database, rows).await?;
    // The last connection to close moves the WAL into the file, which is then complete.
    database.close().await?;
    Ok(())
}

async fn multiply(database: &mut SqliteConnection, rows: Rows) -> anyhow::Result<()> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)? + rows.from;
    // A temporary table takes over all columns, whatever they are.
    database
        .execute("CREATE TEMP TABLE numbers (n INTEGER PRIMARY KEY)")
        .await?;
    sqlx::query(
        "WITH RECURSIVE up(n) AS (VALUES (0) UNION ALL SELECT n + 1 FROM up WHERE n < $1 - 1) \
         INSERT INTO numbers SELECT n FROM up",
    )
    .bind(i64::from(rows.tasks.max(rows.watches)))
    .execute(&mut *database)
    .await?;
    database
        .execute("CREATE TEMP TABLE t AS SELECT tasks.*, n FROM tasks, numbers")
        .await?;
    // The tasks are old enough to be polled at POLL_MAX.
    sqlx::query(
        "UPDATE t SET id = 'grok:seed-' || n, watched_since = watched_since - 3600000, \
         next_poll_at = $1 + n * $2 / $3",
    )
    .bind(i64::try_from(now.as_millis())?)
    .bind(i64::try_from(rows.spread.as_millis())?)
    .bind(i64::from(rows.tasks))
    .execute(&mut *database)
    .await?;
    sqlx::query("DELETE FROM t WHERE n >= $1")
        .bind(i64::from(rows.tasks))
        .execute(&mut *database)
        .await?;
    database
        .execute("ALTER TABLE t DROP COLUMN n; INSERT INTO tasks SELECT * FROM t")
        .await?;
    database
        .execute("CREATE TEMP TABLE w AS SELECT watches.*, n FROM watches, numbers")
        .await?;
    sqlx::query(
        "UPDATE w SET id = id - 1 - n, user_id = user_id + 1 + n % 5000, \
         task_id = 'grok:seed-' || (n % $1)",
    )
    .bind(i64::from(rows.tasks))
    .execute(&mut *database)
    .await?;
    sqlx::query("DELETE FROM w WHERE n >= $1")
        .bind(i64::from(rows.watches))
        .execute(&mut *database)
        .await?;
    database
        .execute("ALTER TABLE w DROP COLUMN n; INSERT INTO watches SELECT * FROM w")
        .await?;
    Ok(())
}

/// Opens a database that the bot created.
pub(crate) async fn open(path: &Path) -> anyhow::Result<SqliteConnection> {
    Ok(SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(Duration::from_secs(5))
        .connect()
        .await?)
}
