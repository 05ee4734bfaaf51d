//! Floor 5: the command line.

pub mod database;
pub mod doctor;
pub mod healthcheck;
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
#[command(version = VERSION, about)]
pub struct Cli {
    /// What to do; `run` if nothing is said.
    #[command(subcommand)]
    pub command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the bot (configured by environment variables and .env)
    Run,
    /// Try the bot without a token: on a page that looks like Discord
    #[cfg(feature = "sandbox")]
    Sandbox(sandbox::SandboxArgs),
    /// Ask the running bot on this machine whether it is healthy (for Docker)
    Healthcheck,
    /// Check everything that the bot stands on, and say what to do
    Doctor(doctor::DoctorArgs),
    /// Ask the provider for one task, without Discord
    Query(query::QueryArgs),
    /// Have the bot follow a task on Discord, as a script does
    Watch(watch::WatchArgs),
    /// Copy the database (SQLite) to a new file, while the bot runs
    Backup {
        /// The copy; nothing may be there yet
        file: PathBuf,
    },
    /// Remove everything that is kept about a person
    Forget {
        /// The person's Discord user id
        #[arg(long, value_name = "ID")]
        user: u64,
    },
    /// Print the completions for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

pub fn completions(shell: Shell) {
    let name = env!("CARGO_PKG_NAME");
    clap_complete::generate(shell, &mut Cli::command(), name, &mut std::io::stdout());
}
