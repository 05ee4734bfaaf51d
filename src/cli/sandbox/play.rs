//! `videostatus sandbox --play`: prints one task's way from the command to the video.

use std::time::Duration;

use anyhow::{Context, bail};
use sandbox::{Event, Message, Reply, Route, Sandbox, Script};
use serde_json::{Value, json};
use tokio::sync::broadcast::Receiver;
use tokio::time::{Instant, timeout};

use super::super::output::print;

/// The longest time for the play. Usually it takes some five seconds; the rest is for slow
/// machines.
const LIMIT: Duration = Duration::from_secs(60);
const TASK: &str = "grok:sandbox-play";

/// Runs the play and prints each event. Fails if it does not end within [`LIMIT`].
pub(super) async fn play(sandbox: &Sandbox, events: &mut Receiver<Event>) -> anyhow::Result<()> {
    let played = timeout(LIMIT, follow(sandbox, events)).await;
    played.with_context(|| format!("the play did not end within {LIMIT:?}"))?
}

/// Uses the command once the bot is connected, and prints until the requester is pinged and the
/// video is attached. On a slow machine the file is attached by a later edit than the news.
async fn follow(sandbox: &Sandbox, events: &mut Receiver<Event>) -> anyhow::Result<()> {
    let (ada, channel) = (sandbox.person("ada"), sandbox.channel());
    let (mut asked, mut told, mut attached) = (false, false, false);
    let start = Instant::now();
    let say = |text: &str| print(&format!("{:5.1} s  {text}", start.elapsed().as_secs_f32()));
    loop {
        match events
            .recv()
            .await
            .context("events came faster than they were read")?
        {
            Event::Gateway { sessions: 1.. } if !asked => {
                asked = true;
                set_task(sandbox);
                say(&format!("ada uses /videostatus id:{TASK}"))?;
                sandbox.command(&ada, &channel, "videostatus", json!({ "id": TASK }))?;
            }
            Event::Message(message) => {
                say(&in_short(&message))?;
                told |= message.pings.contains(&ada.id);
                attached |= !message.attachments.is_empty();
                if told && attached {
                    return Ok(());
                }
                if message.ephemeral_for.is_some() {
                    bail!("the bot did not take the command");
                }
            }
            _ => {}
        }
    }
}

/// Adds a task that waits, runs after one second and is completed after four.
fn set_task(sandbox: &Sandbox) {
    let video = sandbox.video();
    let clip = video.media("/play.mp4", Reply::bytes("video/mp4", sandbox::clip()));
    let reply = |second, status: &str, progress: u64, url: Option<&str>| {
        let body = json!({
            "id": TASK, "status": status, "progress": progress, "video_url": url,
            "enhanced_prompt": "A calm summer morning over green hills.",
            "status_update_time": 1_764_756_435 + second,
        });
        (Duration::from_secs(second), Reply::json(200, body))
    };
    let script = Script::timeline([
        reply(0, "pending", 0, None),
        reply(1, "processing", 40, None),
        reply(4, "completed", 100, Some(&clip)),
    ]);
    video.task(TASK, script);
}

/// Returns a message's newest version in one line.
fn in_short(message: &Message) -> String {
    let made = match message.versions.as_slice() {
        [_] => "new message",
        [.., last] if matches!(last.by, Route::Channel) => "edit by the channel",
        _ => "edit",
    };
    let embed = &message.embeds[0];
    let mut parts = vec![plain(&embed["title"]), message.content.clone()];
    for field in embed["fields"].as_array().into_iter().flatten() {
        parts.push(plain(&field["name"]) + ": " + &plain(&field["value"]));
    }
    for file in &message.attachments {
        parts.push(format!("{} ({} bytes)", file.filename, file.size));
    }
    if message.thinking {
        parts.push("thinking…".to_owned());
    }
    parts.retain(|part| !part.is_empty());
    format!("videostatus, {made}: {}", parts.join(" | "))
}

fn plain(text: &Value) -> String {
    text.as_str().unwrap_or_default().replace('\n', " ")
}
