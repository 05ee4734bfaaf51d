//! The `videostatus` program.

use std::process::ExitCode;

use anyhow::anyhow;
use clap::Parser;
use videostatus::cli::{self, Cli, Command, failure, logging, process};
use videostatus::config::dotenv::{self, DotenvError};
use videostatus::config::{Config, ConfigError};

// One thread runs everything but the database and files. The bot mostly waits, and work that
// moves between threads has to wake one of them at each step.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    process::keep_files_private();
    process::raise_open_files();
    let command = Cli::parse().command.unwrap_or(Command::Run);
    let tell = match &command {
        Command::Run => failure::fail_to_run,
        Command::Query(args) if args.json => failure::fail_in_json,
        _ => failure::fail,
    };
    perform(command).await.unwrap_or_else(|error| tell(&error))
}

async fn perform(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Run => cli::run::run(configuration(environment()?)?).await?,
        // These two commands do not read the operator's configuration.
        #[cfg(feature = "sandbox")]
        Command::Sandbox(args) => cli::sandbox::sandbox(args).await?,
        Command::Completions { shell } => cli::completions(shell)?,
        Command::Doctor(args) => {
            let config = match environment() {
                Ok(variables) => configuration(variables),
                Err(error) => Err(ConfigError::of(error.to_string())),
            };
            return cli::doctor::doctor(config, tokenless, args).await;
        }
        Command::Healthcheck => {
            // Docker reserves exit code 2 in a health check, so a mistake in the
            // configuration loses its type here, by which it would exit with 2.
            let variables = environment().map_err(|error| anyhow!("{error}"))?;
            let addr = Config::read_http_addr(variables).map_err(|error| anyhow!("{error}"))?;
            cli::healthcheck::healthcheck(addr).await?;
        }
        // These commands need no bot token. Only `watch` reads one, if it orders through the
        // database.
        Command::Query(args) => return cli::query::query(&tokenless()?, args).await,
        Command::Watch(args) => {
            let whole = || configuration(variable);
            return cli::watch::watch(tokenless()?, whole, args).await;
        }
        Command::Backup { file } => {
            cli::database::backup(&tokenless()?.database_url, &file).await?;
        }
        Command::Forget { user } => {
            cli::database::forget(&tokenless()?.database_url, user).await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

type Variables = fn(&str) -> Option<String>;

/// Loads `.env` and returns a reader of the environment.
fn environment() -> Result<Variables, DotenvError> {
    dotenv::load()?;
    Ok(variable)
}

/// Reads a variable. Bytes that are not UTF-8 become replacement characters, by which the
/// configuration recognises them.
fn variable(name: &str) -> Option<String> {
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}

/// Reads the configuration and checks `RUST_LOG`, which is the log's and no part of it.
fn configuration(variables: Variables) -> Result<Config, ConfigError> {
    let config = Config::read(variables);
    let log = variables("RUST_LOG").and_then(|filter| logging::mistake(&filter));
    let Some(problem) = log else { return config };
    let mut problems = config.err().map_or_else(Vec::new, |error| error.problems);
    problems.push(problem);
    Err(ConfigError { problems })
}

/// Reads the configuration of a command that needs no bot token.
fn tokenless() -> anyhow::Result<Config> {
    let variables = environment()?;
    Ok(Config::read(|name| match name {
        "DISCORD_TOKEN" => Some("none".to_owned()),
        "DISCORD_TOKEN_FILE" => None,
        name => variables(name),
    })?)
}
