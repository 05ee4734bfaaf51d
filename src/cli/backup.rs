//! `videostatus backup`: a copy of the database while the bot runs.

use std::path::Path;

use super::output::print;
use crate::domain::secret::Secret;
use crate::store;

/// Copies the database to `file` and says so.
///
/// # Errors
/// As [`store::backup`].
pub async fn backup(database_url: &Secret, file: &Path) -> anyhow::Result<()> {
    store::backup(database_url, file).await?;
    print(&format!(
        "copied to {}; keep it as safe as the database: it holds people's prompts",
        file.display()
    ));
    Ok(())
}
