//! The real bot against the sandbox's Discord and query endpoint, over real
//! sockets.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod again;
mod announce;
mod api;
mod binary;
mod caller;
mod cli;
mod clock;
mod cluster;
mod contexts;
mod crash;
mod distorted;
mod dotenv;
mod endings;
mod fair;
mod family;
mod files;
mod full_disk;
mod gateway;
mod gateways;
mod guilds;
mod harness;
mod http_door;
mod http_flood;
mod inline;
mod journey;
mod late_files;
mod lists;
mod logs;
mod metrics;
mod openapi;
mod operator;
mod options;
mod outage;
mod overheard;
mod own_ca;
mod pace;
#[path = "../common/postgres.rs"]
mod postgres;
mod presses;
mod private_files;
mod program;
mod refusals;
mod roles;
mod shards;
mod start;
mod temporary;
mod told;
mod typing;
mod waits;
mod watch;
