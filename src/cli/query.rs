//! `videostatus query`: one task in the terminal, without Discord.

use std::time::{Duration, UNIX_EPOCH};

use anyhow::bail;
use indicatif::{ProgressBar, ProgressStyle};

use super::output::{note, print, print_raw};
use crate::config::Config;
use crate::domain::decide::{poll, request};
use crate::domain::find;
use crate::domain::pattern::IdPattern;
use crate::domain::query::QueryError;
use crate::domain::task::{NoLink, Outcome, Phase, Snapshot, TaskId};
use crate::domain::time::Timestamp;
use crate::flows::clock::Clock;
use crate::flows::jitter;
use crate::provider::client::RawReply;
use crate::provider::gateways::{GatewayConfig, Gateways};
use crate::provider::wire::Reading;
use crate::render::safe;

/// The most of a value that `--explain` shows beside its place, in characters.
const VALUE_MAX: usize = 60;

#[derive(Debug, clap::Args)]
pub struct QueryArgs {
    /// The task's id, as the provider gave it
    #[arg(value_parser = find::pasted)]
    id: TaskId,
    /// Ask this gateway of GATEWAYS, whatever ids it is for
    #[arg(long, value_name = "NAME")]
    gateway: Option<String>,
    /// Follow the task to its end, with a progress bar
    #[arg(long, conflicts_with_all = ["json", "raw", "explain"])]
    watch: bool,
    /// Print what the bot understood, as JSON
    #[arg(long, conflicts_with_all = ["raw", "explain"])]
    json: bool,
    /// Print the reply's body as it came (its HTTP status goes to standard error; a
    /// terminal is shown control characters as escapes)
    #[arg(long, conflicts_with = "explain")]
    raw: bool,
    /// Print where in the reply each field was read from
    #[arg(long)]
    explain: bool,
}

/// Asks the provider and prints the answer. With `--watch` it is an error if the task
/// does not complete.
pub async fn query(config: &Config, args: QueryArgs) -> anyhow::Result<()> {
    let gateways = Gateways::new(&chosen(config, args.gateway.as_deref())?)?;
    if args.raw {
        let reply = fetch(&gateways, &args.id).await?;
        note(&format!("HTTP {}", reply.status));
        print_raw(&String::from_utf8_lossy(&reply.body));
    } else if args.explain {
        print(&explain(&fetch(&gateways, &args.id).await?.read()?)?);
    } else if args.watch {
        return watch(config, &gateways, &args.id).await;
    } else {
        let now = Clock::system().now();
        let task = request::first(&args.id, now, config.watch_timeout);
        let (gateway, result) = gateways.query(&task, now).await;
        let snapshot = result?;
        if let Some(gateway) = gateway.filter(|_| gateways.iter().count() > 1) {
            note(&format!("gateway {gateway}"));
        }
        if args.json {
            print(&serde_json::to_string_pretty(&snapshot)?);
        } else {
            print(&describe(&args.id, &snapshot));
        }
    }
    Ok(())
}

/// The gateways that may be asked: all, or the one of this name, which is then asked about
/// every id.
fn chosen(config: &Config, name: Option<&str>) -> anyhow::Result<Vec<GatewayConfig>> {
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
            bail!("no gateway is called {name}; there is {}", names.join(", "))
        }
    }
}

/// The reply of the first gateway that knows the task; where none does, the one that
/// counts.
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

/// Follows a task as the bot would: the same pace, the same patience.
async fn watch(config: &Config, gateways: &Gateways, id: &TaskId) -> anyhow::Result<()> {
    let style = "{spinner} {elapsed_precise} [{bar:30}] {percent:>3} % {wide_msg}";
    let bar = ProgressBar::new(100).with_style(ProgressStyle::with_template(style)?);
    bar.enable_steady_tick(Duration::from_millis(200));
    let time = Clock::system();
    let mut task = request::first(id, time.now(), config.watch_timeout);
    let trouble = loop {
        let (gateway, result) = gateways.query(&task, time.now()).await;
        let trouble = result.as_ref().err().map(ToString::to_string);
        let polled = poll::after_poll(&task, result, time.now(), &config.pace, jitter());
        task = polled.task;
        task.gateway = gateway;
        bar.set_position(task.snapshot.progress.unwrap_or_default().into());
        let state = || state_of(&task.snapshot);
        bar.set_message(trouble.clone().unwrap_or_else(state));
        match polled.next_poll_at {
            Some(at) => tokio::time::sleep(at.since(time.now())).await,
            None => break trouble,
        }
    };
    bar.finish_and_clear();
    print(&describe(id, &task.snapshot));
    match task.outcome {
        Some(Outcome::Completed) => Ok(()),
        Some(Outcome::TimedOut) => {
            bail!("not finished within WATCH_TIMEOUT; the task may well go on")
        }
        _ => bail!(trouble.unwrap_or_else(|| "the provider says that the task failed".to_owned())),
    }
}

/// Each field of the snapshot with its place in the reply, those that were not found
/// last.
fn explain(reading: &Reading) -> serde_json::Result<String> {
    let snapshot = serde_json::to_value(&reading.snapshot)?;
    let mut text = format!("phase: {}", state_of(&reading.snapshot));
    if let Some(why) = snapshot["no_link"].as_str() {
        text += &format!(" (no link: {why})");
    }
    let mut missing = Vec::new();
    for (field, value) in snapshot.as_object().into_iter().flatten() {
        let source = reading.sources.iter().find(|(name, _)| name == field);
        match source {
            Some((_, path)) => {
                let value = safe::clean(&value.to_string())
                    .chars()
                    .take(VALUE_MAX)
                    .collect::<String>();
                text += &format!("\n  {field:<19}  {}  {value}", safe::clean(path));
            }
            None if value.is_null() && field != "no_link" => missing.push(field.as_str()),
            None => {}
        }
    }
    if !missing.is_empty() {
        text += &format!("\nnot found: {}", missing.join(", "));
    }
    Ok(text)
}

/// The task in a few lines. The provider's words are a stranger's: whatever a
/// terminal would take for more than text is left out.
fn describe(id: &TaskId, snapshot: &Snapshot) -> String {
    let mut text = format!("{id}: {}", state_of(snapshot));
    let time = |at: Option<Timestamp>| {
        let since = Duration::from_millis(at?.0.max(0).unsigned_abs());
        let at = UNIX_EPOCH.checked_add(since)?;
        Some(humantime::format_rfc3339_seconds(at).to_string())
    };
    let plain = |text: &Option<String>| Some(safe::clean(text.as_deref()?).replace('\n', " "));
    let in_reply = snapshot.no_link == Some(NoLink::InReply);
    let in_reply = in_reply.then(|| "in the reply itself".to_owned());
    let rows = [
        ("error", plain(&snapshot.error)),
        ("model", plain(&snapshot.model)),
        ("ratio", plain(&snapshot.ratio)),
        ("prompt", plain(&snapshot.prompt)),
        ("enhanced", plain(&snapshot.enhanced_prompt)),
        ("video", plain(&snapshot.video_url).or(in_reply)),
        ("thumbnail", plain(&snapshot.thumbnail_url)),
        ("updated", time(snapshot.status_update_time)),
        ("completed", time(snapshot.completed_at)),
    ];
    for (name, value) in rows {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            text += &format!("\n  {name:<9}  {value}");
        }
    }
    text
}

fn state_of(snapshot: &Snapshot) -> String {
    let phase = match snapshot.phase {
        Phase::Waiting => "waiting",
        Phase::Running => "running",
        Phase::Completed => "completed",
        Phase::Failed => "failed",
    };
    let mut state = phase.to_owned();
    if let Some(progress) = snapshot.progress {
        state += &format!(", {progress} %");
    }
    let word = safe::clean(snapshot.status.as_deref().unwrap_or(phase));
    if !word.eq_ignore_ascii_case(phase) {
        state += &format!(" (the provider says \"{word}\")");
    }
    state
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::wire::{self, Question};

    #[test]
    fn each_field_is_told_with_its_place_in_the_reply() {
        let body = br#"{"code":0,"data":{"task_id":"1","task_status":"succeed",
            "task_result":{"videos":[{"url":"https://a.example/v.mp4"}]}}}"#;
        let question = Question {
            id: TaskId::parse("1").unwrap(),
            gateway: "https://gateway.example".parse().unwrap(),
        };
        let reading = wire::read(200, body, &question).unwrap();
        insta::assert_snapshot!(explain(&reading).unwrap(), @r#"
        phase: completed (the provider says "succeed")
          id                   data.task_id  "1"
          status               data.task_status  "succeed"
          video_url            data.task_result.videos[0].url  "https://a.example/v.mp4"
        not found: asset_id, completed_at, enhanced_prompt, error, mode, model, post_id, progress, prompt, ratio, status_update_time, thumbnail_file_id, thumbnail_url, trace_id, type, upscale_on_complete, upscaled, video_file_id, video_id
        "#);
    }

    #[test]
    fn a_task_is_told_in_a_few_lines_without_a_strangers_control_characters() {
        let snapshot = Snapshot {
            phase: Phase::Running,
            status: Some("PROCESSING".into()),
            progress: Some(42),
            prompt: Some("a cat\n\u{1b}[31min red\u{202e}".into()),
            status_update_time: Some(Timestamp(1_764_522_552_000)),
            ..Snapshot::default()
        };
        let id = TaskId::parse("grok:1").unwrap();
        insta::assert_snapshot!(describe(&id, &snapshot), @r#"
        grok:1: running, 42 % (the provider says "PROCESSING")
          prompt     a cat [31min red
          updated    2025-11-30T17:09:12Z
        "#);
    }
}
