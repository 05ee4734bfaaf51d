//! The real bot against the sandbox's Discord and query endpoint, over real
//! sockets.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod cli;
mod crash;
mod endings;
mod harness;
mod journey;
mod logs;
mod metrics;
mod options;
mod presses;
mod program;
mod refusals;
mod start;
