//! The stand-ins, tried from outside over their sockets.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, in its helpers too"
)]

mod callbacks;
mod commands;
mod faults;
mod files;
mod gateway;
mod interactions;
mod messages;
mod page;
mod refusals;
mod serenity_client;
mod support;
mod video;
