//! videostatus: a Discord bot that follows AI video tasks.
//!
//! A slash command only records a watch; two loops do the rest: the poller
//! keeps each task's snapshot fresh (provider to database), the courier keeps
//! each Discord message equal to its task's snapshot (database to Discord).
//!
//! Rooms, from the ground up; a file imports only floors below its own, and
//! `tests/floors.rs` fails on an upward arrow:
//!
//! | floor | room | job |
//! |---|---|---|
//! | 0 | [`domain`] | words and decisions, no I/O and no clock |
//! | 1 | [`render`] | task and watch to a Discord message, as data |
//! | 2 | [`provider`] | the query endpoint and the media links |

pub mod domain;
pub mod provider;
