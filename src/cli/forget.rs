//! `videostatus forget`: erases what is kept about a person.

use std::time::Duration;

use super::print;
use crate::domain::secret::Secret;
use crate::store::Store;

/// Removes everything about the person from the database and says how much that
/// was. The bot may be running.
///
/// # Errors
/// If the database cannot be opened or does not answer.
pub async fn forget(database_url: &Secret, user_id: u64) -> anyhow::Result<()> {
    let store = Store::open(database_url).await?;
    let removed = store.forget(user_id).await?;
    // Whoever reads the database right now (a backup) may take a moment.
    let mut tries = 50;
    while !store.flush().await? && tries > 0 {
        tries -= 1;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    store.close().await;
    print(&format!(
        "removed: {} watches, {} subscriptions, {} tasks",
        removed.watches, removed.subscriptions, removed.tasks
    ));
    if tries == 0 {
        print("the database is being read: what was removed leaves its journal once that ends");
    }
    Ok(())
}
