//! The messages of a program that fails, and its exit codes.

use std::process::ExitCode;

use serde_json::{Value, json};
use thiserror::Error;

use super::output::{note, print};
use crate::config::ConfigError;
use crate::config::dotenv::DotenvError;

/// The exit code for wrong arguments or a wrong configuration, which only the operator can
/// correct.
const MISUSED: u8 = 2;

/// The exit code for a task that is no longer followed but may still go on.
pub(super) const NOT_FINISHED: u8 = 3;

/// The help that follows the error message if the only mistake is that there is no token.
const FIRST_STEPS: &str = "\n
Three steps to a running bot:
  1. Create it: https://discord.com/developers/applications, New Application, Bot, Reset Token
  2. Write the file .env in this folder, with your key at the video service:
       DISCORD_TOKEN=…
       VIDEO_API_KEY=…
  3. videostatus doctor checks both, and videostatus run prints the link that invites the bot
To try it without a token: videostatus sandbox";

/// The error for arguments that are well-formed but do not fit the configuration.
#[derive(Debug, Error)]
#[error("{0}")]
pub(super) struct UsageError(pub(super) String);

/// Prints on standard error why a command failed, and returns its exit code.
pub fn fail(error: &anyhow::Error) -> ExitCode {
    note(&format!("videostatus: {}", in_words(error)));
    code_of(error)
}

/// Prints on standard error why `run` failed, and returns its exit code. Somebody without a bot
/// token is also told how to begin.
pub fn fail_to_run(error: &anyhow::Error) -> ExitCode {
    let lacks_token = |error: &ConfigError| error.lacks_token() && error.problems.len() == 1;
    let begins = error.downcast_ref().is_some_and(lacks_token);
    let steps = if begins { FIRST_STEPS } else { "" };
    note(&format!("videostatus: {}{steps}", in_words(error)));
    code_of(error)
}

/// Prints on standard output, as JSON, why a command with `--json` failed, and returns its exit
/// code.
pub fn fail_in_json(error: &anyhow::Error) -> ExitCode {
    let kind = match is_misuse(error) {
        true => "configuration",
        false => "failed",
    };
    match print(&as_json(kind, &in_words(error), &[]).to_string()) {
        Ok(_) => code_of(error),
        // Standard error is left.
        Err(_) => fail(error),
    }
}

/// Returns an error as one JSON object. `asked` are the hosts that were queried.
pub(super) fn as_json(kind: &str, message: &str, asked: &[String]) -> Value {
    json!({ "error": { "kind": kind, "message": message, "asked": asked } })
}

fn code_of(error: &anyhow::Error) -> ExitCode {
    match is_misuse(error) {
        true => ExitCode::from(MISUSED),
        false => ExitCode::FAILURE,
    }
}

fn is_misuse(error: &anyhow::Error) -> bool {
    error.is::<ConfigError>() || error.is::<DotenvError>() || error.is::<UsageError>()
}

/// Returns an error with its causes. A cause that the text already contains is not repeated.
fn in_words(error: &anyhow::Error) -> String {
    let mut words = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if words.is_empty() {
            words = cause;
        } else if !words.contains(&cause) {
            words += &format!(": {cause}");
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use anyhow::{Context, anyhow};

    use super::*;

    #[test]
    fn a_cause_is_told_once() {
        let error = Err::<(), _>(anyhow!("disk full")).context("no copy: disk full");
        let error = error.context("backup").unwrap_err();
        assert_eq!(in_words(&error), "backup: no copy: disk full");
    }
}
