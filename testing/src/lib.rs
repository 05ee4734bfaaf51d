//! The support of the bot's tests and the soak: a sandbox with bots in it, whose log is searched
//! for secrets, and PostgreSQL. Only tests and the soak depend on this crate.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test fails by panicking, and says what it skips"
)]

mod bot;
mod overheard;
mod people;
pub mod postgres;
mod stage;

pub use bot::{Bot, Frozen, timings};
pub use people::{answer, control};
pub use stage::{Stage, TASK, description, elsewhere, leads_to, running, title};
