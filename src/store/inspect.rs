//! The inspection of a database, which changes nothing: it creates no file and migrates no
//! table. An operator may run it as another user, whose files the bot could not write.

use std::path::Path;

use sqlx::Connection as _;
use sqlx::migrate::Migrator;

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

/// A database without this program's tables.
const EMPTY: Inspected = Inspected {
    migrated: false,
    writable: true,
};

const SQLITE_TABLES: &str = "SELECT name FROM sqlite_master";
const POSTGRES_TABLES: &str =
    "SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = current_schema()";
const VERSION: &str = "SELECT COALESCE(MAX(version), 0) FROM _sqlx_migrations WHERE success";
const POSTGRES_WRITABLE: &str = "SELECT CAST(CASE WHEN pg_is_in_recovery() \
     OR current_setting('transaction_read_only') = 'on' \
     OR NOT has_table_privilege('watches', 'INSERT') \
     OR NOT has_table_privilege('watches', 'UPDATE') THEN 0 ELSE 1 END AS BIGINT)";

/// Inspects the database at `url`, which must exist.
///
/// # Errors
/// [`StoreError::Open`], [`StoreError::Newer`] or [`StoreError::Foreign`].
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
    let tables = match file {
        Some(_) => SQLITE_TABLES,
        None => POSTGRES_TABLES,
    };
    let tables: Vec<String> = sqlx::query_scalar(tables)
        .fetch_all(&mut connection)
        .await?;
    let theirs: i64 = match tables.iter().any(|table| table == "_sqlx_migrations") {
        true => {
            sqlx::query_scalar(VERSION)
                .fetch_one(&mut connection)
                .await?
        }
        false => 0,
    };
    let migrations = sqlx::migrate!("src/store/migrations");
    let own = migrations.iter().map(|one| one.version).max();
    let own = own.unwrap_or_default();
    if theirs > own {
        return Err(StoreError::Newer(theirs));
    }
    if theirs == 0 {
        let foreign = tables.into_iter().find(|table| creates(&migrations, table));
        return foreign.map_or(Ok(EMPTY), |table| Err(StoreError::Foreign(table)));
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

/// Returns whether a migration creates a table with this name.
fn creates(migrations: &Migrator, table: &str) -> bool {
    let statement = format!("CREATE TABLE {table} (");
    let mut texts = migrations.iter().map(|one| one.sql.as_str());
    texts.any(|text| text.contains(&statement))
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
