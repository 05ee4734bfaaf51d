//! `videostatus query`: shows one task in the terminal, without Discord.

mod watch;
mod words;

use std::process::ExitCode;

use anyhow::anyhow;
use serde_json::to_string_pretty;

use super::failure::{self, UsageError};
use super::help;
use super::output::{note, print, print_raw};
use crate::config::Config;
use crate::domain::decide::request;
use crate::domain::find;
use crate::domain::pattern::IdPattern;
use crate::domain::query::QueryError;
use crate::domain::task::TaskId;
use crate::flows::clock::Clock;
use crate::provider::client::RawReply;
use crate::provider::gateways::{GatewayConfig, Gateways};

#[derive(Debug, clap::Args)]
#[command(after_help = help::QUERY)]
pub struct QueryArgs {
    /// The task's ID, as the video service gave it
    #[arg(value_parser = find::pasted)]
    id: TaskId,
    /// Ask this gateway of GATEWAYS, even if the ID does not fit it
    #[arg(long, value_name = "NAME")]
    gateway: Option<String>,
    /// Follow the task to its end, with a progress bar on a terminal, or one line per change
    /// into a pipe
    #[arg(long, conflicts_with_all = ["raw", "explain"])]
    watch: bool,
    /// Print the decoded snapshot, or the error, as JSON (with --watch one line per change)
    #[arg(long, conflicts_with_all = ["raw", "explain"])]
    pub json: bool,
    /// Print the reply's body unchanged (its HTTP status and host go to standard error; a
    /// terminal is shown control characters as escapes)
    #[arg(long, conflicts_with = "explain")]
    raw: bool,
    /// Print where in the reply each field was read from
    #[arg(long)]
    explain: bool,
}

/// A query about a task, and how its answer is printed.
struct Inquiry<'c> {
    config: &'c Config,
    /// The gateways that may be asked.
    gateways: Gateways,
    id: TaskId,
    json: bool,
    several: bool,
}

/// Asks the video service and prints the answer. With `--watch` the exit code says how the task
/// ended.
pub async fn query(config: &Config, args: QueryArgs) -> anyhow::Result<ExitCode> {
    let chosen = chosen(config, args.gateway.as_deref())?;
    let inquiry = Inquiry {
        config,
        gateways: Gateways::new(&chosen)?,
        id: args.id,
        json: args.json,
        several: chosen.len() > 1,
    };
    if args.watch {
        return inquiry.watch().await;
    }
    if args.raw || args.explain {
        return inquiry.reply(args.raw).await;
    }
    let now = Clock::system().now();
    let task = request::first(&inquiry.id, now, config.watch_timeout);
    let (gateway, result) = inquiry.gateways.query(&task, now).await;
    let snapshot = match result {
        Ok(snapshot) => snapshot,
        Err(error) => return inquiry.failed(&error),
    };
    if inquiry.json {
        print(&to_string_pretty(&snapshot)?)?;
    } else {
        let asked = inquiry.asked(gateway.as_deref());
        print(&words::describe(&inquiry.id, &snapshot, &asked))?;
    }
    Ok(ExitCode::SUCCESS)
}

impl Inquiry<'_> {
    /// Prints the reply, either unchanged or explained.
    async fn reply(&self, raw: bool) -> anyhow::Result<ExitCode> {
        let reply = match fetch(&self.gateways, &self.id).await {
            Ok(reply) => reply,
            Err(error) => return self.failed(&error),
        };
        let host = reply.question.gateway.authority();
        if raw {
            note(&format!("HTTP {} from {host}", reply.status));
            print_raw(&String::from_utf8_lossy(&reply.body))?;
            return Ok(ExitCode::SUCCESS);
        }
        match reply.read() {
            Ok(reading) => {
                print(&format!("{}\nasked: {host}", words::explain(&reading)?))?;
                Ok(ExitCode::SUCCESS)
            }
            Err(error) => self.failed(&error),
        }
    }

    /// Returns the hosts that were asked: that of the gateway that showed the task, or otherwise
    /// those of all gateways that the id fits. If there are several gateways, each host comes
    /// with its gateway's name.
    fn asked(&self, shown_by: Option<&str>) -> Vec<String> {
        let fitting = self.gateways.fitting(&self.id);
        let names: Vec<&str> = match shown_by {
            Some(name) => vec![name],
            None => fitting.iter().map(|one| one.name.as_str()).collect(),
        };
        let all = self.config.gateways.iter().map(|one| &one.client);
        let asked = all.filter(|client| names.contains(&client.name.as_str()));
        asked
            .map(|client| {
                let host = client.origin.authority();
                match self.several {
                    true => format!("{host} ({})", client.name),
                    false => host.to_owned(),
                }
            })
            .collect()
    }

    /// Prints why there is no answer, and returns the exit code.
    fn failed(&self, error: &QueryError) -> anyhow::Result<ExitCode> {
        let asked = self.asked(None);
        if self.json {
            let answer = failure::as_json(error.name(), &error.to_string(), &asked);
            print(&answer.to_string())?;
            return Ok(ExitCode::FAILURE);
        }
        let hosts = match asked.as_slice() {
            [] => String::new(),
            asked => format!("{}: ", asked.join(", ")),
        };
        Ok(failure::fail(&anyhow!("{hosts}{error}")))
    }
}

/// Returns the gateways that may be asked: all of them, or the named one, which is then asked
/// about any id.
fn chosen(config: &Config, name: Option<&str>) -> Result<Vec<GatewayConfig>, UsageError> {
    let Some(name) = name else {
        return Ok(config.gateways.clone());
    };
    let all = || config.gateways.iter();
    match all().find(|gateway| gateway.client.name == name) {
        Some(gateway) => Ok(vec![GatewayConfig {
            ids: vec![IdPattern::all()],
            ..gateway.clone()
        }]),
        None => {
            let names: Vec<&str> = all().map(|one| one.client.name.as_str()).collect();
            let names = names.join(", ");
            let told = format!("no gateway has the name {name}; the gateways are: {names}");
            Err(UsageError(told))
        }
    }
}

/// Returns the reply of the first gateway that knows the task. If none does, it returns the
/// reply or error that outweighs the others.
async fn fetch(gateways: &Gateways, id: &TaskId) -> Result<RawReply, QueryError> {
    let mut kept = Err(QueryError::Unserved);
    let mut refusal = QueryError::Unserved;
    for gateway in gateways.fitting(id) {
        let reply = gateway.client.fetch(id).await;
        match reply.as_ref().map(RawReply::read) {
            Ok(Ok(_)) => return reply,
            Ok(Err(error)) if error.outweighs(&refusal) => (kept, refusal) = (reply, error),
            Err(error) if error.outweighs(&refusal) => {
                refusal = error.clone();
                kept = reply;
            }
            Ok(Err(_)) | Err(_) => {}
        }
    }
    kept
}
