//! Conversions between rows and the types of the domain.

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sqlx::Row;
use sqlx::any::AnyRow;

use super::error::StoreError;
use crate::domain::caller::{Caller, Order};
use crate::domain::recent::RecentTask;
use crate::domain::secret::Secret;
use crate::domain::task::{Task, TaskId};
use crate::domain::time::Timestamp;
use crate::domain::watch::{NewWatch, Watch};

/// Returns the rows that this version can read. Another row is logged and left out, so
/// that it cannot hold up the others.
pub(super) fn readable<T>(rows: &[AnyRow], read: fn(&AnyRow) -> Result<T, StoreError>) -> Vec<T> {
    let log = |row: &AnyRow, error: &StoreError| {
        let id = row.try_get::<String, _>("id").ok();
        tracing::error!(id, %error, "store.row_not_understood");
    };
    let read = |row| read(row).inspect_err(|error| log(row, error)).ok();
    rows.iter().filter_map(read).collect()
}

/// Reads a row of `tasks`.
pub(super) fn task(row: &AnyRow) -> Result<Task, StoreError> {
    let took: Option<i64> = row.try_get("took_ms")?;
    Ok(Task {
        id: TaskId::parse(row.try_get("id")?).map_err(|_| StoreError::Row("id"))?,
        revision: row.try_get("revision")?,
        snapshot: serde_json::from_str(row.try_get("snapshot")?)
            .map_err(|_| StoreError::Row("snapshot"))?,
        outcome: word(row, "outcome")?,
        answered: flag(row, "answered")?,
        known: flag(row, "known")?,
        gateway: row.try_get("gateway")?,
        setback: word(row, "setback")?,
        failures: small(row, "failures")?,
        setback_since: moment(row, "setback_since")?,
        troubled: flag(row, "troubled")?,
        watched_since: Timestamp(row.try_get("watched_since")?),
        give_up_at: Timestamp(row.try_get("give_up_at")?),
        unfinished_at: moment(row, "unfinished_at")?,
        took: took.map(|ms| Duration::from_millis(ms.unsigned_abs())),
        attempt: row.try_get("attempt")?,
        requests: row.try_get("requests")?,
    })
}

/// Reads the columns of a row of `tasks` that a list shows.
pub(super) fn recent_task(row: &AnyRow) -> Result<RecentTask, StoreError> {
    Ok(RecentTask {
        id: TaskId::parse(row.try_get("id")?).map_err(|_| StoreError::Row("id"))?,
        state: word(row, "state")?,
        title: row.try_get("title")?,
    })
}

/// Reads a row of `watches`.
pub(super) fn watch(row: &AnyRow) -> Result<Watch, StoreError> {
    let asked = NewWatch {
        task_id: TaskId::parse(row.try_get("task_id")?).map_err(|_| StoreError::Row("task_id"))?,
        interaction_id: snowflake(row, "id")?,
        application_id: snowflake(row, "application_id")?,
        guild_id: optional_snowflake(row, "guild_id")?,
        channel_id: snowflake(row, "channel_id")?,
        user_id: snowflake(row, "user_id")?,
        locale: row.try_get("locale")?,
        own_locale: row.try_get("own_locale")?,
        private: flag(row, "private")?,
        notify: word(row, "notify")?,
        reach: word(row, "reach")?,
        token: Secret::new(row.try_get::<String, _>("token")?),
        token_expires_at: Timestamp(row.try_get("token_expires_at")?),
        spoiler: flag(row, "spoiler")?,
        embeds: flag(row, "embeds")?,
        upload_limit: snowflake(row, "upload_limit")?,
        announce_channel_id: optional_snowflake(row, "announce_channel_id")?,
        role_id: optional_snowflake(row, "role_id")?,
        order: order(row)?,
    };
    Ok(Watch {
        id: asked.id(),
        asked,
        message_id: optional_snowflake(row, "message_id")?,
        posting_since: moment(row, "posting_since")?,
        shown_revision: row.try_get("shown_revision")?,
        shown_state: word(row, "shown_state")?,
        edited_at: moment(row, "edited_at")?,
        failures: small(row, "failures")?,
        ending_since: moment(row, "ending_since")?,
        notifying_since: moment(row, "notifying_since")?,
        announced_at: moment(row, "announced_at")?,
        notified_at: moment(row, "notified_at")?,
        untold: flag(row, "untold")?,
        attach_until: moment(row, "attach_until")?,
        state: word(row, "state")?,
        stopped_by: optional_snowflake(row, "stopped_by")?,
        ended_as: word(row, "outcome")?,
        created_at: Timestamp(row.try_get("created_at")?),
        attempt: row.try_get("attempt")?,
    })
}

/// Reads a caller's order; `None` if a person asked on Discord.
fn order(row: &AnyRow) -> Result<Option<Order>, StoreError> {
    let Some(caller) = row.try_get::<Option<String>, _>("caller")? else {
        return Ok(None);
    };
    Ok(Some(Order {
        caller: Caller::parse(&caller).ok_or(StoreError::Row("caller"))?,
        key: row.try_get("request_key")?,
        body: row.try_get("request_body")?,
    }))
}

/// Returns a task's snapshot as JSON for its column.
pub(super) fn snapshot(task: &Task) -> Result<String, StoreError> {
    serde_json::to_string(&task.snapshot).map_err(|_| StoreError::Row("snapshot"))
}

/// Returns the serialized word of a domain value for its column; `None` stands for null.
pub(super) fn text(word: &impl Serialize) -> Result<Option<String>, StoreError> {
    match serde_json::to_value(word) {
        Ok(Value::String(word)) => Ok(Some(word)),
        Ok(Value::Null) => Ok(None),
        Ok(_) | Err(_) => Err(StoreError::Row("word")),
    }
}

/// Reads a domain value from its word; `T` is an option if the column may be null.
fn word<T: DeserializeOwned>(row: &AnyRow, column: &'static str) -> Result<T, StoreError> {
    let text: Option<String> = row.try_get(column)?;
    serde_json::from_value(Value::from(text)).map_err(|_| StoreError::Row(column))
}

fn moment(row: &AnyRow, column: &str) -> Result<Option<Timestamp>, StoreError> {
    Ok(row.try_get::<Option<i64>, _>(column)?.map(Timestamp))
}

fn flag(row: &AnyRow, column: &str) -> Result<bool, StoreError> {
    Ok(row.try_get::<i64, _>(column)? != 0)
}

fn small(row: &AnyRow, column: &'static str) -> Result<u32, StoreError> {
    u32::try_from(row.try_get::<i64, _>(column)?).map_err(|_| StoreError::Row(column))
}

/// Reads a snowflake. Snowflakes fit a signed column: they use 63 bits until 2084.
fn snowflake(row: &AnyRow, column: &str) -> Result<u64, StoreError> {
    Ok(row.try_get::<i64, _>(column)?.cast_unsigned())
}

fn optional_snowflake(row: &AnyRow, column: &str) -> Result<Option<u64>, StoreError> {
    let id: Option<i64> = row.try_get(column)?;
    Ok(id.map(i64::cast_unsigned))
}
