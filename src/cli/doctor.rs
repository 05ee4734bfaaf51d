//! `videostatus doctor`: what keeps the bot from working, and what to do.

mod discord;
mod host;
mod provider;

use std::process::ExitCode;

use serde::Serialize;

use super::print;
use crate::config::{Config, ConfigError};

/// What to look at and how to tell it.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Check the bot's permissions in this server too
    #[arg(long, value_name = "ID")]
    guild: Option<u64>,
    /// Print the findings as JSON
    #[arg(long)]
    json: bool,
}

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Verdict {
    Fine,
    /// The bot works, but not all of it, or not for long.
    Doubtful,
    /// The bot does not work.
    Broken,
}

/// One check and what it found.
#[derive(Clone, Debug, Serialize)]
struct Finding {
    check: &'static str,
    verdict: Verdict,
    found: String,
    /// What to do.
    advice: Option<String>,
}

impl Finding {
    fn fine(check: &'static str, found: impl Into<String>) -> Self {
        Self {
            check,
            verdict: Verdict::Fine,
            found: found.into(),
            advice: None,
        }
    }

    fn doubtful(check: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Doubtful,
            advice: Some(advice.into()),
            ..Self::fine(check, found)
        }
    }

    fn broken(check: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Broken,
            ..Self::doubtful(check, found, advice)
        }
    }

    fn line(&self) -> String {
        let mark = match self.verdict {
            Verdict::Fine => '✓',
            Verdict::Doubtful => '!',
            Verdict::Broken => '✗',
        };
        let line = format!("{mark} {:<13} {}", self.check, self.found);
        match &self.advice {
            Some(advice) => format!("{line}\n  {:<13} → {advice}", ""),
            None => line,
        }
    }
}

/// Looks at everything and tells what it found. It makes no database, but opens
/// the one that is there, which migrates it as a start would; it registers
/// nothing and sends nothing to anybody.
///
/// Returns 1 if the bot would not work, else 0.
pub async fn doctor(config: Result<Config, ConfigError>, args: Args) -> ExitCode {
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
    let mut findings = vec![if config.video_api_key.is_empty() {
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
