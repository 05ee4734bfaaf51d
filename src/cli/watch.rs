//! `videostatus watch`: orders a watch, as a script does by `POST /api/watches`.

mod database;
pub(super) mod http;
pub(super) mod report;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::bail;
use clap::ArgGroup;
use indicatif::{ProgressBar, ProgressStyle};
use tokio::time::Instant;

use self::database::ByDatabase;
use self::http::ByHttp;
use self::report::WatchReport;
use super::failure::NOT_FINISHED;
use super::help;
use super::output::{note, print};
use crate::config::{Config, ConfigError};
use crate::domain::caller::{Mention, Target, Wanted};
use crate::domain::find;
use crate::domain::task::TaskId;
use crate::doors::api;

/// The pause between two looks at a watch.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// The time for which the bot may be silent, or the watch unclaimed, before a note says so.
const PATIENCE: Duration = Duration::from_secs(15);

/// The time for which `--wait` goes on without an answer from the bot.
const LONGEST_SILENCE: Duration = Duration::from_secs(300);

#[derive(Debug, clap::Args)]
#[command(after_help = help::WATCH)]
#[command(group(ArgGroup::new("target").required(true).args(["channel", "private_to"])))]
pub struct WatchArgs {
    /// The task's ID, as the video service gave it
    #[arg(value_parser = find::pasted)]
    id: TaskId,
    /// The channel or thread that gets the message
    #[arg(long, value_name = "ID", value_parser = snowflake)]
    channel: Option<u64>,
    /// The person who gets the message as a direct message
    #[arg(long, value_name = "ID", value_parser = snowflake)]
    private_to: Option<u64>,
    /// The person to mention at the end, or a role as role:ID
    #[arg(long, value_name = "ID", value_parser = mention, conflicts_with = "private_to")]
    mention: Option<Mention>,
    /// The message's language, such as de
    #[arg(long, value_name = "CODE", value_parser = locale)]
    locale: Option<String>,
    /// Hide the video until somebody clicks it
    #[arg(long)]
    spoiler: bool,
    /// Wait for the end: the exit code is 0 (completed), 1 (failed) or 3 (anything else)
    #[arg(long)]
    wait: bool,
}

fn snowflake(text: &str) -> Result<u64, &'static str> {
    api::snowflake(text)
        .ok_or("an id of Discord's has 17 to 19 digits, and is at most 9223372036854775807")
}

fn mention(text: &str) -> Result<Mention, &'static str> {
    api::mention(text).ok_or("a person's id, or role: and a role's id")
}

fn locale(code: &str) -> Result<String, String> {
    api::locale(code).ok_or_else(|| format!("one of {}", api::locales()))
}

/// The way in which the order reaches the bot.
enum Way {
    /// Through the bot's API, with a token of `API_TOKEN`.
    Http(ByHttp),
    /// Through the bot's database, if there is no token. The bot finds the watch due.
    Database(ByDatabase),
}

impl Way {
    async fn order(&self, wanted: &Wanted) -> anyhow::Result<WatchReport> {
        match self {
            Self::Http(way) => way.order(wanted).await,
            Self::Database(way) => way.order(wanted).await,
        }
    }

    /// Closes the database, if one is open.
    async fn close(self) {
        if let Self::Database(way) = self {
            way.close().await;
        }
    }

    /// Returns the watch's present state, or `None` if it no longer exists.
    async fn look(&self, id: &str) -> anyhow::Result<Option<WatchReport>> {
        match self {
            Self::Http(way) => way.look(id).await,
            Self::Database(way) => way.look(id).await,
        }
    }
}

/// Orders a watch, and with `--wait` waits for its end. `whole` reads the configuration with
/// everything that the bot needs.
pub async fn watch(
    config: Config,
    whole: impl FnOnce() -> Result<Config, ConfigError>,
    args: WatchArgs,
) -> anyhow::Result<ExitCode> {
    let way = match config.api_tokens.first() {
        Some(token) => Way::Http(ByHttp::new(config.http_addr, token)?),
        None => Way::Database(ByDatabase::new(whole()?).await?),
    };
    let target = match (args.channel, args.private_to) {
        (Some(channel), _) => Target::Channel(channel),
        (None, Some(person)) => Target::Person(person),
        (None, None) => bail!("--channel or --private-to is needed"),
    };
    let wanted = Wanted {
        task_id: args.id,
        target,
        mention: args.mention,
        locale: args.locale,
        spoiler: args.spoiler,
    };
    let ordered = way.order(&wanted).await?;
    if !args.wait {
        way.close().await;
        print(&describe(&wanted.task_id, &ordered))?;
        return Ok(ExitCode::SUCCESS);
    }
    let ended = wait(&way, ordered).await?;
    way.close().await;
    print(&describe(&wanted.task_id, &ended))?;
    Ok(match ended.outcome.as_deref() {
        Some("completed") => ExitCode::SUCCESS,
        Some("failed") => ExitCode::FAILURE,
        _ => ExitCode::from(NOT_FINISHED),
    })
}

/// Looks at a watch until its outcome is known. A silence of up to [`LONGEST_SILENCE`], such as
/// a restart of the bot, is waited out.
async fn wait(way: &Way, ordered: WatchReport) -> anyhow::Result<WatchReport> {
    let style = "{spinner} {elapsed_precise} [{bar:30}] {percent:>3} % {wide_msg}";
    let bar = ProgressBar::new(100).with_style(ProgressStyle::with_template(style)?);
    bar.enable_steady_tick(Duration::from_millis(200));
    let (mut report, mut heard_at, mut noted) = (ordered, Instant::now(), false);
    while report.outcome.is_none() && report.state != "ended" {
        bar.set_position(report.progress.unwrap_or_default());
        bar.set_message(report.state.clone());
        tokio::time::sleep(LOOK_EVERY).await;
        match way.look(&report.id).await {
            Ok(Some(seen)) => {
                if seen.state != "asked" {
                    (heard_at, noted) = (Instant::now(), false);
                }
                report = seen;
            }
            Ok(None) => report.state = "ended".to_owned(),
            Err(error) if heard_at.elapsed() > LONGEST_SILENCE => return Err(error),
            Err(error) => bar.set_message(error.to_string()),
        }
        if heard_at.elapsed() > PATIENCE && !noted {
            noted = true;
            bar.suspend(|| note("no bot has claimed the watch: is the bot running?"));
        }
    }
    bar.finish_and_clear();
    Ok(report)
}

fn describe(task_id: &TaskId, report: &WatchReport) -> String {
    let word = report.outcome.as_deref().unwrap_or(&report.state);
    let mut text = format!("{task_id}: {word}");
    for (name, value) in [
        ("watch", Some(&report.id)),
        ("message", report.message_url.as_ref()),
        ("video", report.video_url.as_ref()),
    ] {
        if let Some(value) = value {
            text += &format!("\n  {name:<9}  {value}");
        }
    }
    text
}
