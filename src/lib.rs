//! videostatus: a Discord bot that follows AI video tasks.
//!
//! A slash command only records a watch; two loops do the rest: the poller
//! keeps each task's snapshot fresh (provider to database), the courier keeps
//! each Discord message equal to its task's snapshot (database to Discord).
//! Command, poll, completion, restart, crash and a second process all take the
//! same path, so there is no recovery code.
//!
//! Rooms, from the ground up; a file imports only floors below its own, no two
//! files import each other, and `tests/floors` fails on an upward arrow or a circle:
//!
//! | floor | room | job |
//! |---|---|---|
//! | 0 | [`domain`] | words and decisions, no I/O and no clock |
//! | 0 | [`sync`] | locks that a panic does not poison |
//! | 0 | [`metrics`] | what is counted and measured, by name |
//! | 1 | [`render`] | task and watch to a Discord message, as data |
//! | 2 | [`store`] | everything that outlives the process |
//! | 2 | [`discord`] | Discord's REST routes and commands |
//! | 2 | [`provider`] | the query endpoint and the media links |
//! | 3 | [`flows`] | intake, poller, courier |
//! | 4 | [`doors`] | the gateway, and HTTP for health |
//! | 5 | [`app`], [`config`], [`cli`] | builds everything and runs it |

pub mod app;
pub mod cli;
pub mod config;
pub mod discord;
pub mod domain;
pub mod doors;
pub mod flows;
pub mod metrics;
pub mod provider;
pub mod render;
pub mod store;
pub mod sync;
