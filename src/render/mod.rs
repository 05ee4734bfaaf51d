//! Floor 1: turns a task and a watch into a Discord message, as data.
//!
//! All functions are pure: no I/O, no clock, no serenity. The result is a [`body::Message`],
//! which serialises to Discord's JSON and which the messenger sends. Every text of a provider
//! passes through [`safe`] before it enters a message.

pub mod body;
mod buttons;
pub mod list;
pub mod locale;
mod look;
pub mod notice;
pub mod pick;
pub mod ping;
pub mod prompt;
pub mod safe;
#[cfg(test)]
mod samples;
mod small;
pub mod status;
pub mod view;
