//! `videostatus backup` and `videostatus forget`, which work on the database. The bot may be
//! running meanwhile.

use std::path::Path;
use std::time::Duration;

use anyhow::ensure;

use super::output::{counted, print};
use crate::domain::secret::Secret;
use crate::store::{self, Store};

pub async fn backup(database_url: &Secret, file: &Path) -> anyhow::Result<()> {
    must_exist(database_url)?;
    store::backup(database_url, file).await?;
    print(&format!(
        "copied to {}; keep it as safe as the database: it holds people's prompts",
        file.display()
    ))?;
    Ok(())
}

pub async fn forget(database_url: &Secret, user_id: u64) -> anyhow::Result<()> {
    must_exist(database_url)?;
    // Opening the store would create the tables.
    ensure!(
        store::inspect(database_url).await?.migrated,
        "the database has no tables of this version: it is empty, or this version of the bot \
         has to start first"
    );
    let store = Store::open(database_url).await?;
    let removed = store.forget(user_id).await?;
    let mut checkpointed = store.checkpoint().await?;
    // A reader of the database, such as a backup, gets five seconds to finish.
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
    ))?;
    if !checkpointed {
        print("the database is being read: the removed rows stay in its WAL until that ends")?;
    }
    Ok(())
}

/// Fails if the SQLite file does not exist, because opening it would create one.
pub(super) fn must_exist(database_url: &Secret) -> anyhow::Result<()> {
    if let Some(file) = store::file_of(database_url) {
        let hint = "run this where the bot runs, or set DATABASE_URL";
        ensure!(
            Path::new(&file).exists(),
            "there is no database at {file}: {hint}"
        );
    }
    Ok(())
}
