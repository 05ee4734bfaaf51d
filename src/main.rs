//! The `videostatus` program.

use std::process::ExitCode;

use clap::Parser;
use videostatus::cli::{self, Cli, Command};
use videostatus::config::{Config, ConfigError};

/// The configuration is wrong: nothing but the operator can mend it.
const MISCONFIGURED: u8 = 2;

#[tokio::main]
async fn main() -> ExitCode {
    match Cli::parse().command.unwrap_or(Command::Run) {
        // Without any configuration, the operator's own least of all.
        #[cfg(feature = "sandbox")]
        Command::Sandbox(args) => done(cli::sandbox::sandbox(args).await),
        Command::Run => match configured(Config::read) {
            Ok(config) => done(cli::run::run(config).await),
            Err(code) => code,
        },
        Command::Healthcheck => match configured(Config::read_http_addr) {
            Ok(addr) => done(cli::healthcheck::healthcheck(addr).await),
            // Docker knows 0 and 1, and keeps 2 for itself.
            Err(_) => ExitCode::FAILURE,
        },
    }
}

/// Reads variables, and `.env` where there is one; says what is wrong with them.
fn configured<T>(
    read: impl FnOnce(fn(&str) -> Option<String>) -> Result<T, ConfigError>,
) -> Result<T, ExitCode> {
    // A missing .env is no mistake: containers set variables directly.
    let unreadable = dotenvy::dotenv().err().filter(|error| !error.not_found());
    let result = match unreadable {
        Some(error) => Err(format!(".env cannot be read: {error}")),
        None => read(|name| std::env::var(name).ok()).map_err(|error| error.to_string()),
    };
    result.map_err(|error| {
        say(&error);
        ExitCode::from(MISCONFIGURED)
    })
}

fn done(result: anyhow::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// The one place that speaks to whoever typed the command.
#[expect(clippy::print_stderr, reason = "a person at a terminal reads it")]
fn say(text: &str) {
    eprintln!("videostatus: {text}");
}
