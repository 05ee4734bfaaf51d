//! The `videostatus` program.

use std::process::ExitCode;

use clap::Parser;
use videostatus::cli::{self, Cli, Command};
use videostatus::config::Config;

#[tokio::main]
async fn main() -> ExitCode {
    let command = Cli::parse().command.unwrap_or(Command::Run);
    #[cfg(feature = "sandbox")]
    if let Command::Sandbox(args) = command {
        return done(cli::sandbox::sandbox(args).await);
    }
    // A missing .env is no mistake: containers set variables directly.
    if let Err(error) = dotenvy::dotenv()
        && !error.not_found()
    {
        say(&format!(".env cannot be read: {error}"));
        return ExitCode::from(2);
    }
    let config = match Config::read(|name| std::env::var(name).ok()) {
        Ok(config) => config,
        Err(error) => {
            say(&error.to_string());
            return ExitCode::from(2);
        }
    };
    done(match command {
        Command::Run => cli::run::run(config).await,
        Command::Healthcheck => cli::healthcheck::healthcheck(config.http_addr).await,
        #[cfg(feature = "sandbox")]
        Command::Sandbox(_) => unreachable!("handled above"),
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
