//! Floor 2: everything that outlives the process, in SQLite or PostgreSQL.
//!
//! One [`Store`] serves both through sqlx's `Any` driver; `sqlite` and `postgres`
//! hold the few statements that only one of them needs. Four verbs handle every row,
//! task or watch: a *claim* moves its due time to the end of a lease and raises its
//! attempt number, *renew* moves that end, *release* makes the row due again, and
//! *settle* records the result. Settling is fenced by the attempt number, so that a
//! process that lost its lease can record nothing. No transaction is open across a
//! network call.
//!
//! Every method fails with [`StoreError`] if the database does not answer. Nothing
//! is changed then, and the lease of a claimed row runs out by itself.
//!
//! The statements write `LIMIT $1 + 0` because SQLite plans a statement with a bare
//! `LIMIT $1` anew for each value.

mod ask;
mod checkpoint;
mod connection;
mod database;
mod error;
mod file;
mod followed;
mod inspect;
mod load;
mod moments;
mod orders;
mod people;
#[cfg(test)]
mod plans;
mod postgres;
mod recent;
mod registrations;
mod retention;
mod row;
mod signal;
mod sqlite;
mod start;
mod tasks;
mod watches;

pub use ask::Asked;
pub use database::Store;
pub use error::StoreError;
pub use file::{file_of, url_of};
pub use inspect::{Inspected, inspect};
pub use load::{Due, Load};
pub use orders::Ordered;
pub use people::{Refreshed, Subscribed, Whose};
pub use retention::Removed;
pub use signal::Signal;
pub use sqlite::{BackupError, backup};
pub use start::Started;
pub use tasks::SettledTask;
