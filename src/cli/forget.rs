//! `videostatus forget`: erases what is kept about a person.

use std::time::Duration;

use super::output::print;
use crate::domain::secret::Secret;
use crate::store::Store;

/// A checkpoint is tried for five seconds in all.
const TRIES: u32 = 50;
const BREATH: Duration = Duration::from_millis(100);

/// Removes everything about the person from the database and says how much that
/// was. The bot may be running.
///
/// # Errors
/// If the database cannot be opened or does not answer.
pub async fn forget(database_url: &Secret, user_id: u64) -> anyhow::Result<()> {
    let store = Store::open(database_url).await?;
    let removed = store.forget(user_id).await?;
    let mut checkpointed = store.checkpoint().await?;
    // Whoever reads the database right now (a backup) may take a moment.
    for _ in 0..TRIES {
        if checkpointed {
            break;
        }
        tokio::time::sleep(BREATH).await;
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
