//! videostatus: a Discord bot that follows AI video tasks.
//!
//! `ARCHITECTURE.md` is the map: it explains the idea, the words, the life of a watch and the
//! floors of the modules.

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
