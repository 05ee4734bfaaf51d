//! Floor 5: the command line.

pub mod healthcheck;
pub mod logging;
pub mod run;
#[cfg(feature = "sandbox")]
pub mod sandbox;

use clap::{Parser, Subcommand};

/// A self-hosted Discord bot that follows AI video tasks.
#[derive(Debug, Parser)]
#[command(version, about)]
pub struct Cli {
    /// What to do; `run` if nothing is said.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the bot (configured by environment variables and .env)
    Run,
    /// Try the bot without a token: on a page that looks like Discord
    #[cfg(feature = "sandbox")]
    Sandbox(sandbox::Args),
    /// Ask the running bot on this machine whether it is healthy (for Docker)
    Healthcheck,
}
