//! Puts load on the release bot, a process of its own, against the sandbox in this one, and
//! prints its costs.
//!
//! `cargo run --release --example load -- SCENARIO`. The bot and the *floor* run every scenario
//! in turns; the floor is this program as a bare client that keeps nothing. Their ratio holds
//! even on a busy machine, where absolute figures do not.

mod floor;
mod lab;
mod process;
mod report;
mod scenarios;
mod seed;
mod stage;

use std::path::PathBuf;

use anyhow::{Context, ensure};
use clap::{Parser, ValueEnum};

use lab::Lab;
use scenarios::{commands, ends, fair, growth, rows, still};

#[derive(Debug, Parser)]
#[command(about = "Measures the release bot against a bare client")]
struct Args {
    /// What to measure
    #[arg(value_enum)]
    scenario: Scenario,
    /// How long each run is measured
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// How often bot and floor take turns
    #[arg(long, default_value_t = 2)]
    rounds: u32,
    /// The bot's program, if not beside this one's folder
    #[arg(long)]
    bot: Option<PathBuf>,
    /// Where to write the figures as JSON, besides standard output
    #[arg(long)]
    json: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Scenario {
    /// 200 commands a second: from dispatch to callback
    Ack,
    /// 2,000 commands at one moment
    Burst,
    /// From a command to the first status, with an endpoint that takes 50 ms
    First,
    /// 10,000 running tasks
    Watching,
    /// 100,000 running watches in the database
    Held,
    /// From the provider's end to the edited message
    Completion,
    /// 1,000 people on one task
    Crowd,
    /// Start, memory and CPU with nothing to do
    Idle,
    /// The cost of a command and of a poll with 1x, 10x and 100x rows held
    Growth,
    /// Memory after 10,000 commands
    Memory,
    /// One task's polls beside ten people with 25 tasks each
    Stranger,
    /// 300 letters a second typed into an option, beside commands
    Typing,
    /// All of them
    All,
    /// The bare client itself
    #[value(hide = true)]
    Floor,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    if args.scenario == Scenario::Floor {
        return floor::run().await;
    }
    let this = std::env::current_exe()?;
    let bot = match args.bot {
        Some(path) => path,
        None => this
            .parent()
            .and_then(|examples| examples.parent())
            .context("this program has no folder")?
            .join("videostatus"),
    };
    ensure!(
        bot.is_file(),
        "{} is not there: cargo build --release",
        bot.display()
    );
    ensure!(args.rounds > 0 && args.seconds > 0, "nothing to measure");
    let lab = Lab {
        bot,
        floor: this,
        seconds: args.seconds,
        rounds: args.rounds,
    };
    let chosen = match args.scenario {
        Scenario::All => Scenario::value_variants()
            .iter()
            .copied()
            .filter(|one| !matches!(one, Scenario::All | Scenario::Floor))
            .collect(),
        one => vec![one],
    };
    let mut reports = Vec::new();
    for scenario in chosen {
        let report = match scenario {
            Scenario::Ack => commands::ack(&lab).await?,
            Scenario::Burst => commands::burst(&lab).await?,
            Scenario::First => commands::first(&lab).await?,
            Scenario::Memory => commands::memory(&lab).await?,
            Scenario::Watching => rows::watching(&lab).await?,
            Scenario::Held => rows::held(&lab).await?,
            Scenario::Growth => growth::growth(&lab).await?,
            Scenario::Completion => ends::completion(&lab).await?,
            Scenario::Crowd => ends::crowd(&lab).await?,
            Scenario::Idle => still::idle(&lab).await?,
            Scenario::Stranger => fair::stranger(&lab).await?,
            Scenario::Typing => fair::typing(&lab).await?,
            Scenario::All | Scenario::Floor => continue,
        };
        report::say(&report.table());
        reports.push(report);
    }
    let json = serde_json::to_string_pretty(&reports)?;
    report::say(&json);
    if let Some(path) = args.json {
        std::fs::write(path, json)?;
    }
    Ok(())
}
