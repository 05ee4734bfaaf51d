//! `videostatus doctor`: what keeps the bot from working, and what to do.

mod discord;
mod finding;
mod host;
mod provider;

use std::process::ExitCode;

use self::finding::{Finding, Verdict};
use super::output::print;
use crate::config::{Config, ConfigError};

/// What to look at and how to tell it.
#[derive(Debug, clap::Args)]
pub struct DoctorArgs {
    /// Check the bot's permissions in this server too
    #[arg(long, value_name = "ID")]
    guild: Option<u64>,
    /// Print the findings as JSON
    #[arg(long)]
    json: bool,
}

/// Looks at everything and tells what it found. It makes no database, but opens
/// the one that is there, which migrates it as a start would; it registers
/// nothing and sends nothing to anybody.
///
/// Returns 1 if the bot would not work, else 0.
pub async fn doctor(config: Result<Config, ConfigError>, args: DoctorArgs) -> ExitCode {
    let findings = match config {
        Ok(config) => examine(&config, args.guild).await,
        Err(error) => {
            let broken = |problem| Finding::broken("configuration", problem, "see .env.example");
            error.problems.into_iter().map(broken).collect()
        }
    };
    let works = findings.iter().all(|one| one.verdict != Verdict::Broken);
    if args.json {
        let report = serde_json::json!({ "works": works, "findings": findings });
        print(&format!("{report:#}"));
    } else {
        findings.iter().for_each(|finding| print(&finding.line()));
    }
    ExitCode::from(u8::from(!works))
}

async fn examine(config: &Config, guild: Option<u64>) -> Vec<Finding> {
    let mut findings = vec![if config.video.key.is_empty() {
        Finding::doubtful(
            "configuration",
            "VIDEO_API_KEY is empty",
            "set it, unless your gateway wants none",
        )
    } else {
        Finding::fine("configuration", "complete")
    }];
    findings.push(host::database(config).await);
    findings.push(host::disk(config));
    findings.extend(discord::examine(config, guild).await);
    findings.extend(provider::examine(config).await);
    findings
}
