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
    let command = Cli::parse().command.unwrap_or(Command::Run);
    perform(command).await.unwrap_or_else(|code| code)
}

/// Performs a command; returns the exit code, as an error if the command did not
/// begin.
async fn perform(command: Command) -> Result<ExitCode, ExitCode> {
    Ok(match command {
        Command::Run => done(cli::run::run(valid(configuration(environment()?))?).await),
        // These two read no configuration, the operator's own least of all.
        #[cfg(feature = "sandbox")]
        Command::Sandbox(args) => done(cli::sandbox::sandbox(args).await),
        Command::Completions { shell } => {
            cli::completions::completions(shell);
            ExitCode::SUCCESS
        }
        Command::Doctor(args) => cli::doctor::doctor(configuration(environment()?), args).await,
        Command::Healthcheck => match Config::read_http_addr(environment()?) {
            Ok(addr) => done(cli::healthcheck::healthcheck(addr).await),
            // Docker knows 0 and 1, and keeps 2 for itself.
            Err(error) => done(Err(error.into())),
        },
        // These never speak to Discord and need no token for it.
        Command::Query(args) => {
            let config = valid(tokenless(environment()?))?;
            done(cli::query::query(&config, args).await)
        }
        Command::Backup { file } => {
            let config = valid(tokenless(environment()?))?;
            done(cli::backup::backup(&config.database_url, &file).await)
        }
        Command::Forget { user } => {
            let config = valid(tokenless(environment()?))?;
            done(cli::forget::forget(&config.database_url, user).await)
        }
    })
}

/// Looks up an environment variable by its name.
type Variables = fn(&str) -> Option<String>;

/// Adds the variables of `.env`, where there is one, to the environment.
fn environment() -> Result<Variables, ExitCode> {
    // A missing .env is no mistake: containers set variables directly.
    match dotenvy::dotenv() {
        Err(error) if !error.not_found() => {
            note(&format!("videostatus: .env cannot be read: {error}"));
            Err(ExitCode::from(MISCONFIGURED))
        }
        _ => Ok(|name| std::env::var(name).ok()),
    }
}

/// Reads the configuration, and the one variable beside it: it is the log's own.
fn configuration(variables: Variables) -> Result<Config, ConfigError> {
    let log = variables("RUST_LOG").and_then(|filter| logging::mistake(&filter));
    match (Config::read(variables), log) {
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

/// Reads the configuration of a command that needs no bot token.
fn tokenless(variables: Variables) -> Result<Config, ConfigError> {
    Config::read(|name| match name {
        "DISCORD_TOKEN" => Some("none".to_owned()),
        name => variables(name),
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
