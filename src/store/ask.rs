//! The first step of a watch's life: it is asked for, and may be dropped again.

use std::time::Duration;

use super::database::Store;
use super::error::StoreError;
use super::row;
use crate::domain::watch::{Watch, WatchId};
use crate::metrics;

/// Records a watch, claimed until `$18`, unless it was recorded before (with its number or
/// the key of its order), its requester or API caller has `$19` running watches, or another
/// running watch follows its message.
pub(super) const ASK: &str = "INSERT INTO watches (id, task_id, application_id, guild_id, channel_id, user_id, locale, private, \
         notify, reach, token, token_expires_at, upload_limit, created_at, announce_channel_id, own_locale, \
         message_id, next_delivery_at, embeds, spoiler, state, claimed, attempt, shown_revision, wanted_revision, failures, untold, \
         caller, request_key, request_body, role_id) \
     SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $20, $21, 'asked', 1, 0, 0, 0, 0, 0, \
         $22, $23, $24, $25 \
     WHERE CASE WHEN $22 IS NULL \
             THEN (SELECT COUNT(*) FROM watches WHERE user_id = $6 AND caller IS NULL AND state IN ('asked', 'live')) \
             ELSE (SELECT COUNT(*) FROM watches WHERE caller = $22 AND state IN ('asked', 'live')) END < $19 \
         AND NOT EXISTS (SELECT 1 FROM watches AS other LEFT JOIN tasks ON tasks.id = other.task_id \
             WHERE other.task_id = $2 AND other.message_id = $17 AND other.state IN ('asked', 'live') \
                 AND tasks.outcome IS NULL) \
     ON CONFLICT DO NOTHING";

/// Selects the reasons why a watch was not recorded: the number of its earlier records, and
/// the number of running watches that count against its quota.
const REFUSED: &str = "SELECT \
         (SELECT COUNT(*) FROM watches WHERE id = $1 OR (caller = $3 AND request_key = $4)), \
         CASE WHEN $3 IS NULL \
             THEN (SELECT COUNT(*) FROM watches WHERE user_id = $2 AND caller IS NULL AND state IN ('asked', 'live')) \
             ELSE (SELECT COUNT(*) FROM watches WHERE caller = $3 AND state IN ('asked', 'live')) END";

/// The result of asking for a watch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The watch is recorded and claimed.
    Recorded,
    /// The interaction, or an order with this key, had been recorded before.
    Again,
    /// Another running watch follows this message.
    Following,
    /// The requester, or the caller, has as many running watches as allowed.
    TooMany,
}

impl Store {
    /// Records a watch, if its requester has fewer than `most` running ones and no other
    /// watch follows its message. An API caller's watches count towards the caller's quota
    /// and never towards that of the person whom they mention. The watch is claimed for
    /// the time of `lease`; then it is due.
    ///
    /// On PostgreSQL, simultaneous requests of one person do not see each other, so that
    /// the quota may be exceeded by as many.
    pub async fn ask(
        &self,
        watch: &Watch,
        lease: Duration,
        most: u32,
    ) -> Result<Asked, StoreError> {
        let _timer = metrics::database("ask");
        let asked = &watch.asked;
        let order = asked.order.as_ref();
        let caller = order.map(|order| order.caller.to_string());
        let key = order.and_then(|order| order.key.as_deref());
        let mut connection = self.connection().await?;
        let done = sqlx::query(ASK)
            .bind(watch.id.0)
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
            .bind(watch.created_at.0)
            .bind(asked.announce_channel_id.map(u64::cast_signed))
            .bind(asked.own_locale.as_str())
            .bind(watch.message_id.map(u64::cast_signed))
            .bind(watch.created_at.plus(lease).0)
            .bind(i64::from(most))
            .bind(i64::from(asked.embeds))
            .bind(i64::from(asked.spoiler))
            .bind(caller.as_deref())
            .bind(key)
            .bind(order.map(|order| order.body.as_str()))
            .bind(asked.role_id.map(u64::cast_signed))
            .execute(&mut **connection)
            .await?;
        if done.rows_affected() == 1 {
            return Ok(Asked::Recorded);
        }
        let (known, running): (i64, i64) = sqlx::query_as(REFUSED)
            .bind(watch.id.0)
            .bind(asked.user_id.cast_signed())
            .bind(caller.as_deref())
            .bind(key)
            .fetch_one(&mut **connection)
            .await?;
        Ok(match (known, running) {
            (1.., _) => Asked::Again,
            (_, running) if running >= i64::from(most) => Asked::TooMany,
            _ => Asked::Following,
        })
    }

    /// Removes a watch whose interaction could not be acknowledged, so that nobody will
    /// ever see its message. A watch that is already live stays.
    pub async fn drop(&self, id: WatchId) -> Result<(), StoreError> {
        let drop = sqlx::query("DELETE FROM watches WHERE id = $1 AND state = 'asked'");
        self.run(drop.bind(id.0)).await?;
        Ok(())
    }
}
