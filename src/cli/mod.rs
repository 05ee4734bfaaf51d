//! Floor 5: the command line.

pub mod database;
pub mod doctor;
pub mod failure;
pub mod healthcheck;
mod help;
pub mod logging;
pub mod output;
pub mod process;
pub mod query;
pub mod run;
#[cfg(feature = "sandbox")]
pub mod sandbox;
pub mod watch;

use std::path::PathBuf;

use clap::{CommandFactory, Parser, Subcommand};
use clap_complete::Shell;

const VERSION: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    " (",
    env!("VIDEOSTATUS_COMMIT"),
    ")"
);

/// A self-hosted Discord bot that follows AI video tasks.
#[derive(Debug, Parser)]
#[command(version = VERSION, about, after_help = help::SHORT, after_long_help = help::PROGRAM)]
pub struct Cli {
    /// The command to run; `run` if none is given.
    #[command(subcommand)]
    pub command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the bot (configured by environment variables and .env)
    #[command(after_help = help::RUN)]
    Run,
    /// Try the bot without a token: on a page that looks like Discord
    #[cfg(feature = "sandbox")]
    Sandbox(sandbox::SandboxArgs),
    /// Ask the running bot on this machine whether it is healthy (for Docker)
    #[command(after_help = help::HEALTHCHECK)]
    Healthcheck,
    /// Check everything that the bot depends on, and say what to do
    Doctor(doctor::DoctorArgs),
    /// Ask the video service about one task, without Discord
    Query(query::QueryArgs),
    /// Have the bot follow a task on Discord, as a script does
    Watch(watch::WatchArgs),
    /// Copy the database (SQLite) to a new file, while the bot runs
    #[command(after_help = help::BACKUP)]
    Backup {
        /// The copy; nothing may be there yet
        file: PathBuf,
    },
    /// Remove everything that is kept about a person
    #[command(after_help = help::FORGET)]
    Forget {
        /// The person's Discord user ID
        #[arg(long, value_name = "ID")]
        user: u64,
    },
    /// Print the completions for a shell
    #[command(after_help = help::COMPLETIONS)]
    Completions {
        /// The shell
        shell: Shell,
    },
}

pub fn completions(shell: Shell) -> anyhow::Result<()> {
    let name = env!("CARGO_PKG_NAME");
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), name, &mut script);
    output::print(&String::from_utf8_lossy(&script))?;
    Ok(())
}
