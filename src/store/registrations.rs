//! The scopes in which commands were registered, so that they can be removed there.

use super::database::Store;
use super::error::StoreError;

/// The key of the global scope. No guild has this id.
const EVERYBODY: i64 = 0;

fn key(guild: Option<u64>) -> i64 {
    guild.map_or(EVERYBODY, u64::cast_signed)
}

impl Store {
    /// Returns each scope (`None` is the global one) with its agreement.
    pub async fn registrations(&self) -> Result<Vec<(Option<u64>, String)>, StoreError> {
        let all = sqlx::query_as("SELECT guild_id, agreement FROM registrations");
        let all: Vec<(i64, String)> = all.fetch_all(&mut **self.connection().await?).await?;
        let guild = |id: i64| Some(id.cast_unsigned()).filter(|_| id != EVERYBODY);
        let all = all.into_iter();
        Ok(all.map(|(id, agreement)| (guild(id), agreement)).collect())
    }

    pub async fn record_registration(
        &self,
        guild: Option<u64>,
        agreement: &str,
    ) -> Result<(), StoreError> {
        let record = "INSERT INTO registrations (guild_id, agreement) VALUES ($1, $2) \
             ON CONFLICT (guild_id) DO UPDATE SET agreement = $2";
        let record = sqlx::query(record).bind(key(guild)).bind(agreement);
        self.run(record).await?;
        Ok(())
    }

    pub async fn forget_registration(&self, guild: Option<u64>) -> Result<(), StoreError> {
        let forget = sqlx::query("DELETE FROM registrations WHERE guild_id = $1");
        self.run(forget.bind(key(guild))).await?;
        Ok(())
    }
}
