//! The inspection of a database, which changes nothing: it creates no file and migrates no
//! table. An operator may run it as another user, whose files the bot could not write.

use std::path::Path;

use sqlx::Connection as _;

use super::error::StoreError;
use super::{connection, file};
use crate::domain::secret::Secret;

/// The state of a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inspected {
    /// True if the tables are those of this version; a start would migrate older ones.
    pub migrated: bool,
    /// True if the tables may be written. Always true for SQLite, because there the
    /// permissions of its files decide.
    pub writable: bool,
}

const SQLITE_TABLE: &str = "SELECT COUNT(*) FROM sqlite_master WHERE name = '_sqlx_migrations'";
const POSTGRES_TABLE: &str = "SELECT COUNT(to_regclass('_sqlx_migrations'))";
const POSTGRES_WRITABLE: &str = "SELECT CAST(CASE WHEN pg_is_in_recovery() \
     OR current_setting('transaction_read_only') = 'on' \
     OR NOT has_table_privilege('watches', 'INSERT') \
     OR NOT has_table_privilege('watches', 'UPDATE') THEN 0 ELSE 1 END AS BIGINT)";

/// Inspects the database at `url`, which must exist.
///
/// # Errors
/// [`StoreError::Open`] or [`StoreError::Newer`].
pub async fn inspect(url: &Secret) -> Result<Inspected, StoreError> {
    sqlx::any::install_default_drivers();
    let file = file::file_of(url);
    let looked = look(url, file.as_deref()).await;
    looked.map_err(|error| match error {
        // SQLite reads the file only at the first statement.
        StoreError::Unavailable(error) => StoreError::open(file.as_deref(), &error),
        error => error,
    })
}

async fn look(url: &Secret, file: Option<&str>) -> Result<Inspected, StoreError> {
    let options = match file {
        Some(file) => file::options(file, read_only(file)),
        None => connection::connect_options(url.expose()),
    };
    let mut connection = connection::connect(&options?).await?;
    let table = if file.is_some() {
        SQLITE_TABLE
    } else {
        POSTGRES_TABLE
    };
    let tables: i64 = sqlx::query_scalar(table).fetch_one(&mut connection).await?;
    if tables == 0 {
        return Ok(Inspected {
            migrated: false,
            writable: true,
        });
    }
    let version = "SELECT COALESCE(MAX(version), 0) FROM _sqlx_migrations WHERE success";
    let theirs: i64 = sqlx::query_scalar(version)
        .fetch_one(&mut connection)
        .await?;
    let own = sqlx::migrate!("src/store/migrations");
    let own = own.iter().map(|one| one.version).max().unwrap_or_default();
    if theirs > own {
        return Err(StoreError::Newer(theirs));
    }
    let writable = match file {
        Some(_) => true,
        None => {
            sqlx::query_scalar::<_, i64>(POSTGRES_WRITABLE)
                .fetch_one(&mut connection)
                .await?
                == 1
        }
    };
    connection.close().await?;
    Ok(Inspected {
        migrated: theirs == own,
        writable,
    })
}

/// Returns the parameters to read `file` without changing it. To read a database without a WAL,
/// SQLite would create one, which the bot might not be allowed to write; such a database is
/// in use by nobody, so `immutable=1` is safe.
fn read_only(file: &str) -> &'static str {
    match Path::new(&format!("{file}-wal")).exists() {
        true => "mode=ro",
        false => "mode=ro&immutable=1",
    }
}
