//! In which scopes commands were registered, so that they can be taken out again.

use sqlx::Row;

use super::database::Store;
use super::error::StoreError;

/// Everybody's scope, as no guild has this id.
const EVERYBODY: i64 = 0;

fn key(guild: Option<u64>) -> i64 {
    guild.map_or(EVERYBODY, u64::cast_signed)
}

impl Store {
    /// The scopes (`None`: everybody's) with what was agreed there.
    pub async fn registrations(&self) -> Result<Vec<(Option<u64>, String)>, StoreError> {
        let rows = sqlx::query("SELECT guild_id, agreement FROM registrations")
            .fetch_all(&mut *self.connection().await?)
            .await?;
        let read = |row: &sqlx::any::AnyRow| {
            let guild: i64 = row.try_get("guild_id")?;
            let guild = Some(guild).filter(|id| *id != EVERYBODY);
            Ok((guild.map(i64::cast_unsigned), row.try_get("agreement")?))
        };
        rows.iter().map(read).collect()
    }

    pub async fn record_registration(
        &self,
        guild: Option<u64>,
        agreement: &str,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO registrations (guild_id, agreement) VALUES ($1, $2) \
             ON CONFLICT (guild_id) DO UPDATE SET agreement = $2",
        )
        .bind(key(guild))
        .bind(agreement)
        .execute(&mut *self.connection().await?)
        .await?;
        Ok(())
    }

    pub async fn forget_registration(&self, guild: Option<u64>) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM registrations WHERE guild_id = $1")
            .bind(key(guild))
            .execute(&mut *self.connection().await?)
            .await?;
        Ok(())
    }
}
