//! The sandbox page as people meet it: the program itself, in a real browser
//! where there is one.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says what it skips"
)]

mod accessible;
mod browser;
mod heights;
mod journey;
mod keyboard;
mod program;
mod screenshot;
