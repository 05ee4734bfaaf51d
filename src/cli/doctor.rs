//! `videostatus doctor`: finds out what keeps the bot from working, and says what to do.

mod certificates;
mod checks;
mod discord;
mod finding;
mod service;

use std::process::ExitCode;

use serde_json::json;

use self::finding::{Check, Fault};
use super::help;
use super::output::{counted, print};
use crate::config::{Config, ConfigError};

#[derive(Debug, clap::Args)]
#[command(after_help = help::DOCTOR)]
pub struct DoctorArgs {
    /// Check the bot's permissions in this server too
    #[arg(long, value_name = "ID")]
    guild: Option<u64>,
    /// Print the findings as JSON
    #[arg(long)]
    json: bool,
}

/// Runs all checks and prints their findings. It changes nothing: it neither creates nor
/// migrates a database, registers no command, and sends nothing to anybody. Returns exit code 1
/// if the bot would not work, otherwise 0. `tokenless` reads the configuration without the bot
/// token.
pub async fn doctor(
    config: Result<Config, ConfigError>,
    tokenless: impl Fn() -> anyhow::Result<Config>,
    args: DoctorArgs,
) -> anyhow::Result<ExitCode> {
    let checks = match config {
        Ok(config) => checks::examine(&config, Ok(args.guild)).await,
        Err(error) => mistakes(&error, tokenless).await,
    };
    let (mut problems, mut doubts) = (0, 0);
    let mut findings = Vec::new();
    for (check, result) in checks {
        let (mark, verdict, found, advice) = match result {
            Ok(found) => ('✓', "fine", found, None),
            Err(fault) if fault.broken => ('✗', "broken", fault.found, Some(fault.advice)),
            Err(fault) => ('!', "doubtful", fault.found, Some(fault.advice)),
        };
        problems += u64::from(verdict == "broken");
        doubts += u64::from(verdict == "doubtful");
        if !args.json {
            print(&format!("{mark} {check:<13} {found}"))?;
            if let Some(advice) = &advice {
                print(&format!("  {:<13} → {advice}", ""))?;
            }
        }
        findings.push(json!({
            "check": check, "verdict": verdict, "found": found, "advice": advice,
        }));
    }
    if args.json {
        let works = problems == 0;
        let report = json!({
            "works": works, "problems": problems, "doubts": doubts, "findings": findings,
        });
        print(&format!("{report:#}"))?;
    } else {
        print(&verdict(problems, doubts))?;
    }
    Ok(ExitCode::from(u8::from(problems > 0)))
}

/// Returns the last line of the report.
fn verdict(problems: u64, doubts: u64) -> String {
    let doubts = match doubts {
        0 => String::new(),
        doubts => format!(", {}", counted(doubts, "doubt", "doubts")),
    };
    match problems {
        0 => format!("no problem{doubts}"),
        problems => {
            let problems = counted(problems, "problem", "problems");
            format!("{problems}{doubts}: the bot cannot run like this")
        }
    }
}

/// Returns the mistakes of the configuration as findings. If the only mistake is about the bot
/// token, all checks that need no token run too.
async fn mistakes(
    error: &ConfigError,
    tokenless: impl Fn() -> anyhow::Result<Config>,
) -> Vec<Check> {
    let of_token = |problem: &&String| problem.starts_with("DISCORD_TOKEN");
    let advice = "copy it from your application's Bot page, \
                  https://discord.com/developers/applications, into .env";
    let token: Vec<_> = error.problems.iter().filter(of_token).collect();
    if let [problem] = token.as_slice()
        && error.problems.len() == 1
        && let Ok(config) = tokenless()
    {
        return checks::examine(&config, Err(Fault::broken(problem, advice))).await;
    }
    let settings = format!("the settings: {}", help::SETTINGS);
    let problems = error.problems.iter();
    problems
        .map(|problem| {
            let advice = if of_token(&problem) {
                advice
            } else {
                &settings
            };
            ("configuration", Err(Fault::broken(problem, advice)))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_are_counted_in_the_last_line() {
        assert_eq!(verdict(0, 0), "no problem");
        assert_eq!(verdict(0, 2), "no problem, 2 doubts");
        let one = "1 problem, 1 doubt: the bot cannot run like this";
        assert_eq!(verdict(1, 1), one);
    }
}
