//! The `videostatus` program.

use std::process::ExitCode;

use clap::Parser;
use videostatus::cli::output::note;
use videostatus::cli::{self, Cli, Command, logging};
use videostatus::config::{Config, ConfigError};

/// The configuration is wrong: nothing but the operator can mend it.
const MISCONFIGURED: u8 = 2;

// One thread for everything but the database and files: the bot mostly waits, and
// work that wanders between threads wakes one of them at each step.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match Cli::parse().command.unwrap_or(Command::Run) {
        // Without any configuration, the operator's own least of all.
        #[cfg(feature = "sandbox")]
        Command::Sandbox(args) => done(cli::sandbox::sandbox(args).await),
        Command::Completions { shell } => {
            cli::completions::completions(shell);
            ExitCode::SUCCESS
        }
        command => configured(command).await.unwrap_or_else(|code| code),
    }
}

/// What needs the variables, and `.env` where there is one.
async fn configured(command: Command) -> Result<ExitCode, ExitCode> {
    // A missing .env is no mistake: containers set variables directly.
    if let Err(error) = dotenvy::dotenv()
        && !error.not_found()
    {
        note(&format!("videostatus: .env cannot be read: {error}"));
        return Err(ExitCode::from(MISCONFIGURED));
    }
    Ok(match command {
        Command::Run => done(cli::run::run(valid(configuration())?).await),
        Command::Doctor(args) => cli::doctor::doctor(configuration(), args).await,
        Command::Healthcheck => match Config::read_http_addr(variable) {
            Ok(addr) => done(cli::healthcheck::healthcheck(addr).await),
            // Docker knows 0 and 1, and keeps 2 for itself.
            Err(error) => done(Err(error.into())),
        },
        // These never speak to Discord and need no token for it.
        Command::Query(args) => done(cli::query::query(&valid(tokenless())?, args).await),
        Command::Backup { file } => {
            done(cli::backup::backup(&valid(tokenless())?.database_url, &file).await)
        }
        Command::Forget { user } => {
            done(cli::forget::forget(&valid(tokenless())?.database_url, user).await)
        }
        Command::Completions { .. } => unreachable!("needs no configuration"),
        #[cfg(feature = "sandbox")]
        Command::Sandbox(_) => unreachable!("needs no configuration"),
    })
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The configuration, and the one variable beside it: it is the log's own.
fn configuration() -> Result<Config, ConfigError> {
    let log = variable("RUST_LOG").and_then(|filter| logging::mistake(&filter));
    match (Config::read(variable), log) {
        (Err(mut error), Some(problem)) => {
            error.problems.push(problem);
            Err(error)
        }
        (Ok(_), Some(problem)) => Err(ConfigError {
            problems: vec![problem],
        }),
        (config, None) => config,
    }
}

fn tokenless() -> Result<Config, ConfigError> {
    Config::read(|name| match name {
        "DISCORD_TOKEN" => Some("none".to_owned()),
        name => variable(name),
    })
}

fn valid(config: Result<Config, ConfigError>) -> Result<Config, ExitCode> {
    config.map_err(|error| {
        note(&format!("videostatus: {error}"));
        ExitCode::from(MISCONFIGURED)
    })
}

fn done(result: anyhow::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            note(&format!("videostatus: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
