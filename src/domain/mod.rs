//! Floor 0: the program's vocabulary and its decisions, as pure functions.
//!
//! Nothing here does I/O, reads a clock or uses serenity. `now` and jitter are arguments, so
//! a test of a decision takes microseconds.

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
