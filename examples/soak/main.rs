//! A soak test: three bots on one PostgreSQL, people who use commands all the time, and a fault
//! about every second. At the end no watch may be lost, and nobody may be notified twice.
//!
//! `cargo run --release --example soak -- --minutes 5`
//!
//! PostgreSQL's programs must be installed. With `RUST_LOG=warn` the bots log their troubles.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "an example for the terminal"
)]

mod account;
mod trouble;

use std::collections::HashMap;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use sandbox::{Interaction, Options, Reply, Script};
use serde_json::json;
use testing::postgres::Server;
use testing::{Stage, running};
use tokio::time::{Instant, sleep};
use trouble::{Dice, Trouble};

#[derive(Parser)]
struct Args {
    /// The minutes during which things break
    #[arg(long, default_value_t = 5)]
    minutes: u64,
    /// The seed of all choices; the same seed repeats a run's choices
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    if std::env::var_os("RUST_LOG").is_some() {
        videostatus::cli::logging::start(videostatus::config::LogFormat::Text, "info");
    }
    let Some(server) = Server::start() else {
        println!("PostgreSQL is not installed: nothing was tried");
        return ExitCode::FAILURE;
    };
    let stage = Stage::with(Options {
        // Everybody uses one channel, faster than Discord would allow.
        rate_limits: false,
        records_kept: 200_000,
        messages_kept: 1_000_000,
        ..Stage::options()
    })
    .await;
    let variables = variables(&stage, &server);
    let dice = Dice::new(args.seed);
    let mut trouble = Trouble::new(&stage, variables, server, dice).await;
    println!("{} minute(s) of trouble, seed {}", args.minutes, args.seed);
    let until = Instant::now() + Duration::from_secs(60 * args.minutes);
    let (asked, ()) = tokio::join!(
        ask(&stage, Dice::new(args.seed + 1), until),
        trouble.make(until)
    );
    stage.sandbox.heal();
    for (name, times) in &trouble.made {
        println!("{times:4} x {name}");
    }
    let verdict = account::settle(&stage, trouble, &asked).await;
    println!("{verdict}");
    if verdict.clean() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn variables(stage: &Stage, server: &Server) -> HashMap<&'static str, String> {
    let mut variables = stage.variables();
    variables.extend([
        ("DATABASE_URL", server.url()),
        ("POLL_MIN", "500ms".to_owned()),
        ("POLL_MAX", "1s".to_owned()),
        ("MAX_WATCHES_PER_USER", "1000000".to_owned()),
        ("COMMANDS_PER_MINUTE", "1000000".to_owned()),
    ]);
    variables
}

/// Sends about five commands a second; every fifth asks for the same task as the one before.
async fn ask(stage: &Stage, mut dice: Dice, until: Instant) -> Vec<Interaction> {
    let (channel, mut asked, mut n) = (stage.sandbox.channel(), Vec::new(), 0);
    while Instant::now() < until {
        sleep(dice.millis(50, 350)).await;
        if n == 0 || dice.below(5) > 0 {
            n += 1;
            let id = format!("grok:{n}");
            let end = if dice.below(5) > 0 {
                stage.done(&id)
            } else {
                json!({ "id": id, "status": "failed", "error": "refused", "status_update_time": 1 })
            };
            let replies = [
                (Duration::ZERO, Reply::json(200, running(&id))),
                (dice.millis(1_000, 20_000), Reply::json(200, end)),
            ];
            stage.sandbox.video().task(&id, Script::timeline(replies));
        }
        let person = stage.sandbox.person(&format!("person-{}", dice.below(50)));
        let id = json!({ "id": format!("grok:{n}") });
        let sent = stage.sandbox.command(&person, &channel, "videostatus", id);
        asked.extend(sent.ok());
    }
    asked
}
