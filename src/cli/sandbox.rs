//! x
/// x
/// # Errors
/// x
pub async fn sandbox() -> anyhow::Result<()> {
    Ok(())
}
