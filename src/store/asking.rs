//! What is asked for: durable before its interaction is acknowledged, and recorded
//! after that.

use std::time::Duration;

use sqlx::AnyConnection;
use sqlx::any::{Any, AnyArguments};
use sqlx::query::Query;

use super::{Store, StoreError, row};
use crate::domain::time::Timestamp;
use crate::domain::watch::{NewWatch, WatchId};
use crate::metrics;

/// Writes what is asked for, if the requester has fewer than `$17` running watches.
const ASK: &str = "INSERT INTO asked (id, task_id, application_id, guild_id, channel_id, user_id, locale, private, \
         notify, reach, token, token_expires_at, upload_limit, created_at, announce_channel_id, own_locale) \
     SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16 \
     WHERE (SELECT COUNT(*) FROM watches WHERE state = 'live' AND user_id = $6) < $17";

impl Store {
    /// Says durably that somebody asks for a watch, which is then to be recorded by
    /// [`Self::add_watch`]. Returns whether the requester has fewer than `most`
    /// running ones; if not, nothing is written.
    ///
    /// What one person asks for at the very same moment does not see each other: as
    /// many may pass.
    ///
    /// # Errors
    /// [`StoreError`] if the database does not answer.
    pub async fn ask(
        &self,
        asked: &NewWatch,
        now: Timestamp,
        most: u32,
    ) -> Result<bool, StoreError> {
        let _timer = metrics::database("ask");
        let ask = bound(ASK, asked, now)?.bind(i64::from(most));
        let done = self.connection().await?.run(ask, 1).await?;
        Ok(done.changed == 1)
    }

    /// Takes back what was asked for and could not be acknowledged: nobody sees a
    /// message of it.
    ///
    /// # Errors
    /// [`StoreError`] if the database does not answer.
    pub async fn withdraw(&self, id: WatchId) -> Result<(), StoreError> {
        withdraw(&mut *self.connection().await?, id).await
    }

    /// Records what was asked for before `before` and, by a crash, is not recorded
    /// yet; it is due at once. Returns how much that was.
    ///
    /// # Errors
    /// [`StoreError`] if the database does not answer; the rest is for another time.
    pub async fn take_up(
        &self,
        before: Timestamp,
        now: Timestamp,
        watch_timeout: Duration,
        limit: u32,
    ) -> Result<u64, StoreError> {
        let rows = sqlx::query("SELECT * FROM asked WHERE created_at < $1 LIMIT $2 + 0")
            .bind(before.0)
            .bind(i64::from(limit))
            .fetch_all(&mut *self.connection().await?)
            .await?;
        let mut taken_up = 0;
        for asked in row::readable(&rows, row::asked) {
            self.add_watch(&asked, now, Duration::ZERO, watch_timeout)
                .await?;
            taken_up += 1;
        }
        Ok(taken_up)
    }
}

/// A statement that writes what was asked for at `now`: `$1` to `$16`.
pub(super) fn bound<'q>(
    statement: &'static str,
    asked: &'q NewWatch,
    now: Timestamp,
) -> Result<Query<'q, Any, AnyArguments>, StoreError> {
    Ok(sqlx::query(statement)
        .bind(asked.id().0)
        .bind(asked.task_id.as_str())
        .bind(asked.application_id.cast_signed())
        .bind(asked.guild_id.map(u64::cast_signed))
        .bind(asked.channel_id.cast_signed())
        .bind(asked.user_id.cast_signed())
        .bind(asked.locale.as_str())
        .bind(i64::from(asked.private))
        .bind(row::text(&asked.notify)?)
        .bind(row::text(&asked.reach)?)
        .bind(asked.token.expose())
        .bind(asked.token_expires_at.0)
        .bind(asked.upload_limit.cast_signed())
        .bind(now.0)
        .bind(asked.announce_channel_id.map(u64::cast_signed))
        .bind(asked.own_locale.as_str()))
}

/// What was asked for is recorded, or is not to be.
pub(super) async fn withdraw(
    connection: &mut AnyConnection,
    id: WatchId,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM asked WHERE id = $1")
        .bind(id.0)
        .execute(connection)
        .await?;
    Ok(())
}
