//! The `videostatus` program.

use std::process::ExitCode;

use clap::Parser;
use videostatus::cli::{self, Cli, Command};
use videostatus::config::Config;

#[tokio::main]
async fn main() -> ExitCode {
    let command = Cli::parse().command.unwrap_or(Command::Run);
    #[cfg(feature = "sandbox")]
    if let Command::Sandbox = command {
        return done(cli::sandbox::sandbox().await);
    }
    if let Command::Completions { shell } = command {
        cli::completions::completions(shell);
        return ExitCode::SUCCESS;
    }
    // A missing .env is no mistake: containers set variables directly.
    if let Err(error) = dotenvy::dotenv()
        && !error.not_found()
    {
        cli::note(&format!("videostatus: .env cannot be read: {error}"));
        return ExitCode::from(2);
    }
    let variable = |name: &str| std::env::var(name).ok();
    let config = match command {
        Command::Run | Command::Doctor(_) => Config::read(variable),
        // The others never speak to Discord and need no token for it.
        _ => Config::read(|name| match name {
            "DISCORD_TOKEN" => Some("none".to_owned()),
            name => variable(name),
        }),
    };
    if let Command::Doctor(args) = command {
        return cli::doctor::doctor(config, args).await;
    }
    let config = match config {
        Ok(config) => config,
        Err(error) => {
            cli::note(&format!("videostatus: {error}"));
            return ExitCode::from(2);
        }
    };
    done(match command {
        Command::Run => cli::run::run(config).await,
        Command::Healthcheck => cli::healthcheck::healthcheck(config.http_addr).await,
        Command::Query(args) => cli::query::query(&config, args).await,
        Command::Backup { file } => cli::backup::backup(&config.database_url, &file).await,
        Command::Forget { user } => cli::forget::forget(&config.database_url, user).await,
        Command::Doctor(_) | Command::Completions { .. } => unreachable!("handled above"),
        #[cfg(feature = "sandbox")]
        Command::Sandbox => unreachable!("handled above"),
    })
}

fn done(result: anyhow::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            cli::note(&format!("videostatus: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
