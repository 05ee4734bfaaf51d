//! `videostatus forget`: erases what is kept about a person.

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
    store.flush().await?;
    store.close().await;
    print(&format!(
        "removed: {} watches, {} subscriptions, {} tasks",
        removed.watches, removed.subscriptions, removed.tasks
    ));
    Ok(())
}
