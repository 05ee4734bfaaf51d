//! `videostatus backup` and `videostatus forget`: work on the database, during which
//! the bot may be running.

use std::path::Path;
use std::time::Duration;

use anyhow::ensure;

use super::output::{counted, print};
use crate::domain::secret::Secret;
use crate::store::{self, Store};

pub async fn backup(database_url: &Secret, file: &Path) -> anyhow::Result<()> {
    is_there(database_url)?;
    store::backup(database_url, file).await?;
    print(&format!(
        "copied to {}; keep it as safe as the database: it holds people's prompts",
        file.display()
    ));
    Ok(())
}

pub async fn forget(database_url: &Secret, user_id: u64) -> anyhow::Result<()> {
    is_there(database_url)?;
    // Opening it would make its tables.
    ensure!(
        store::inspect(database_url).await?.migrated,
        "the database has no tables of this version: nothing is kept there, or the bot of this \
         version has to start first"
    );
    let store = Store::open(database_url).await?;
    let removed = store.forget(user_id).await?;
    let mut checkpointed = store.checkpoint().await?;
    // Whoever reads the database right now (a backup) gets five seconds.
    for _ in 0..50 {
        if checkpointed {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        checkpointed = store.checkpoint().await?;
    }
    store.close().await;
    print(&format!(
        "removed: {}, {}, {}",
        counted(removed.watches, "watch", "watches"),
        counted(removed.subscriptions, "subscription", "subscriptions"),
        counted(removed.tasks, "task", "tasks"),
    ));
    if !checkpointed {
        print("the database is being read: what was removed leaves its WAL once that ends");
    }
    Ok(())
}

/// Fails where SQLite would make a database.
pub(super) fn is_there(database_url: &Secret) -> anyhow::Result<()> {
    if let Some(file) = store::file_of(database_url) {
        let hint = "run this where the bot runs, or set DATABASE_URL";
        ensure!(
            Path::new(file).exists(),
            "there is no database at {file}: {hint}"
        );
    }
    Ok(())
}
