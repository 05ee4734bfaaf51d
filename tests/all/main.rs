//! Everything but the page, as one program: its tests run side by side, and what one
//! of them needs is compiled and linked once.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod bot;
mod env_example;
mod floors;
mod healthcheck;
mod locales;
mod log_names;
mod media;
mod panics;
mod query_client;
mod store;
mod wire;
