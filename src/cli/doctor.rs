//! `videostatus doctor`: what keeps the bot from working, and what to do.

mod certificates;
mod checks;
mod discord;
mod finding;
mod provider;

use std::process::ExitCode;

use serde_json::json;

use self::finding::{Check, Fault};
use super::output::print;
use crate::config::{Config, ConfigError};

#[derive(Debug, clap::Args)]
pub struct DoctorArgs {
    /// Check the bot's permissions in this server too
    #[arg(long, value_name = "ID")]
    guild: Option<u64>,
    /// Print the findings as JSON
    #[arg(long)]
    json: bool,
}

/// Looks at everything and tells what it found. It changes nothing: no database is made
/// or migrated, no command registered, and nothing is sent to anybody. Returns 1 if the
/// bot would not work, else 0.
pub async fn doctor(config: Result<Config, ConfigError>, args: DoctorArgs) -> ExitCode {
    let checks: Vec<Check> = match config {
        Ok(config) => checks::examine(&config, args.guild).await,
        Err(error) => {
            let fault = |problem| Err(Fault::broken(problem, "see .env.example"));
            let problems = error.problems.iter();
            problems
                .map(|problem| ("configuration", fault(problem)))
                .collect()
        }
    };
    let mut works = true;
    let mut findings = Vec::new();
    for (check, result) in checks {
        let (mark, verdict, found, advice) = match result {
            Ok(found) => ('✓', "fine", found, None),
            Err(fault) if fault.broken => ('✗', "broken", fault.found, Some(fault.advice)),
            Err(fault) => ('!', "doubtful", fault.found, Some(fault.advice)),
        };
        works &= verdict != "broken";
        if !args.json {
            print(&format!("{mark} {check:<13} {found}"));
            if let Some(advice) = &advice {
                print(&format!("  {:<13} → {advice}", ""));
            }
        }
        findings.push(json!({
            "check": check, "verdict": verdict, "found": found, "advice": advice,
        }));
    }
    if args.json {
        let report = json!({ "works": works, "findings": findings });
        print(&format!("{report:#}"));
    }
    ExitCode::from(u8::from(!works))
}
