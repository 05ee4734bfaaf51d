//! A task as text for a terminal.

use std::time::{Duration, UNIX_EPOCH};

use crate::domain::task::{NoLink, Phase, Snapshot, TaskId};
use crate::domain::time::Timestamp;
use crate::provider::wire::Reading;
use crate::render::safe;

/// The most of a value that `--explain` shows, in characters.
const VALUE_MAX: usize = 60;

/// Returns each field of the snapshot with the place in the reply that it was read from. Fields
/// that were not found come last.
pub(super) fn explain(reading: &Reading) -> serde_json::Result<String> {
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

/// Returns the task in a few lines, with the hosts that were asked. Control characters are
/// removed from the service's texts, because a terminal would obey them.
pub(super) fn describe(id: &TaskId, snapshot: &Snapshot, asked: &[String]) -> String {
    let mut text = in_short(id, snapshot);
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
        ("asked", Some(asked.join(", "))),
    ];
    for (name, value) in rows {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            text += &format!("\n  {name:<9}  {value}");
        }
    }
    text
}

/// Returns the task in one line.
pub(super) fn in_short(id: &TaskId, snapshot: &Snapshot) -> String {
    format!("{id}: {}", state_of(snapshot))
}

pub(super) fn state_of(snapshot: &Snapshot) -> String {
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
        state += &format!(" (the service says \"{word}\")");
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
        phase: completed (the service says "succeed")
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
        insta::assert_snapshot!(describe(&id, &snapshot, &["gateway.example".to_owned()]), @r#"
        grok:1: running, 42 % (the service says "PROCESSING")
          prompt     a cat [31min red
          updated    2025-11-30T17:09:12Z
          asked      gateway.example
        "#);
    }
}
