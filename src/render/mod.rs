//! Floor 1: task and watch to a Discord message, as data.
//!
//! Pure functions: no I/O, no clock, no serenity. What comes out is a
//! [`body::Message`] that serialises to Discord's JSON; the messenger sends it.
//! Every text of a provider passes through [`safe`] on its way in.

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
