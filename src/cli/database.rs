//! `videostatus backup` and `videostatus forget`: work on the database, during which
//! the bot may be running.

use std::path::Path;
use std::time::Duration;

use super::output::print;
use crate::domain::secret::Secret;
use crate::store::{self, Store};

pub async fn backup(database_url: &Secret, file: &Path) -> anyhow::Result<()> {
    store::backup(database_url, file).await?;
    print(&format!(
        "copied to {}; keep it as safe as the database: it holds people's prompts",
        file.display()
    ));
    Ok(())
}

pub async fn forget(database_url: &Secret, user_id: u64) -> anyhow::Result<()> {
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
        "removed: {} watches, {} subscriptions, {} tasks",
        removed.watches, removed.subscriptions, removed.tasks
    ));
    if !checkpointed {
        print("the database is being read: what was removed leaves its WAL once that ends");
    }
    Ok(())
}
