//! The tests of everything but the page are one program, so that they run side by side and
//! shared fixtures are compiled and linked once.

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
mod server;
mod store;
mod wire;
