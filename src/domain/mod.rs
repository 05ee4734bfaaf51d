//! Floor 0: the words of the house and every decision, as pure functions.
//!
//! Nothing here does I/O, reads a clock or knows serenity: `now` and jitter are
//! arguments, so each decision is tested in microseconds.

pub mod button;
pub mod caller;
pub mod decide;
pub mod discord;
pub mod find;
pub mod pattern;
pub mod query;
pub mod recent;
pub mod schedule;
pub mod secret;
pub mod share;
pub mod starts;
pub mod state;
pub mod task;
pub mod time;
pub mod usual;
pub mod watch;
