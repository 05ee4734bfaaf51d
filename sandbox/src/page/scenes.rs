//! Ready-made tasks of the video service.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::panel::Card;
use crate::ids::now_ms;
use crate::sandbox::Sandbox;
use crate::video::script::{Reply, Script};
use crate::video::{Video, clip, thumbnail};

/// The longest task that can be made on the page, in seconds.
const LONGEST: u64 = 24 * 60 * 60;
/// The time that a task waits before it runs, in seconds.
const QUEUE: u64 = 3;
/// The most characters of a prompt made on the page.
const PROMPT_MAX: usize = 4000;

const CLIP: &str = "/clip.mp4";
const PICTURE: &str = "/clip.png";
const LARGE: &str = "/large.mp4";
/// The size of the large video in bytes, half as much again as Discord takes.
const LARGE_SIZE: usize = 30 * 1024 * 1024;

const PROMPT: &str = "A calm summer morning. The sun stands over two ranges of green hills that \
    roll by without an end, in flat colours like a paper cut-out. No people, no text.";
const REFUSED: &str = "The prompt was refused by the safety filter (sexual or violent content).";

/// The behaviour of a task.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Scene {
    /// Ends with the video after 20 seconds, with progress on the way.
    Progress,
    /// Is finished from the start.
    Finished,
    /// Fails with a reason.
    Fails,
    /// Is unknown to the service.
    Unknown,
    /// Ends with a video that is too large for Discord.
    Large,
    /// Gets no answer from the service for a while in between.
    Outage,
    /// Runs for ever.
    Never,
    /// Is the first example of the endpoint's page: pending for ever.
    Example1,
    /// Is the second example of the endpoint's page: completed, with the sandbox's video.
    Example2,
    /// Is described by the person on the page.
    Own {
        seconds: u64,
        ending: Ending,
        prompt: String,
    },
}

/// The end of a task that a person described.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Ending {
    Video,
    Large,
    NoVideo,
    Fails,
}

impl Ending {
    fn words(self) -> &'static str {
        match self {
            Self::Video => "ends with a video",
            Self::Large => "ends with a video of 30 MB",
            Self::NoVideo => "ends without a video",
            Self::Fails => "fails",
        }
    }
}

/// Puts the small video and its picture on the media host.
pub(super) fn put_media(video: &Video<'_>) {
    // `Making::url` builds the URLs.
    let _ = video.media(CLIP, Reply::bytes("video/mp4", clip()));
    let _ = video.media(PICTURE, Reply::bytes("image/png", thumbnail()));
}

/// Makes a task and returns its card.
pub(super) fn set(sandbox: &Sandbox, scene: &Scene) -> Card {
    let making = Making {
        video: sandbox.video(),
        id: match scene {
            Scene::Example1 => "033fa60e-f37c-4ff6-a44d-5585ffea938d".to_owned(),
            Scene::Example2 => "grok:299604b7-c5ea-47b5-bc64-c06f300f0d27".to_owned(),
            _ => fresh_id(sandbox),
        },
    };
    let (script, title, seconds) = making.script(scene);
    if let Some(script) = script {
        making.video.task(&making.id, script);
    }
    Card {
        id: making.id,
        title,
        at: now_ms(),
        seconds,
    }
}

/// Returns a new id that is short enough to read.
fn fresh_id(sandbox: &Sandbox) -> String {
    let unique = sandbox.core.update(|state| state.world.ids.next());
    // The multiplication spreads the snowflake's changes into the upper half, which becomes the
    // id.
    let mixed = unique.get().wrapping_mul(0x9e37_79b9_7f4a_7c15);
    format!("grok:{:08x}", mixed >> 32)
}

struct Making<'a> {
    video: Video<'a>,
    id: String,
}

impl Making<'_> {
    /// Returns the script (`None` leaves the id unknown), a title, and the seconds until the
    /// task's end.
    fn script(&self, scene: &Scene) -> (Option<Script>, String, Option<u64>) {
        let example = |text| serde_json::from_str::<Value>(text).unwrap_or_default();
        let (script, title, seconds) = match scene {
            Scene::Progress => {
                let script = self.timeline(20, PROMPT, Ending::Video);
                (script, "finishes in 20 s".to_owned(), Some(20))
            }
            Scene::Finished => {
                let script = Script::always(self.ended(Ending::Video, PROMPT, 0));
                (script, "already finished".to_owned(), Some(0))
            }
            Scene::Fails => {
                let script = self.timeline(8, PROMPT, Ending::Fails);
                (script, "fails after 8 s".to_owned(), Some(8))
            }
            Scene::Unknown => return (None, "an id nobody knows".to_owned(), None),
            Scene::Large => {
                let script = self.timeline(6, PROMPT, Ending::Large);
                (script, "30 MB after 6 s".to_owned(), Some(6))
            }
            Scene::Outage => (self.outage(), "no answer for 15 s".to_owned(), Some(25)),
            Scene::Never => {
                let script = Script::always(self.making(40, PROMPT, 0));
                (script, "never finishes".to_owned(), None)
            }
            Scene::Example1 => {
                let body = example(include_str!("../../media/example-1.json"));
                let script = Script::always(Reply::json(200, body));
                (script, "example 1: pending".to_owned(), None)
            }
            Scene::Example2 => {
                let mut body = example(include_str!("../../media/example-2.json"));
                // The example's own links lead out of the sandbox.
                body["video_url"] = json!(self.url(CLIP));
                body["thumbnail_url"] = json!(self.url(PICTURE));
                let script = Script::always(Reply::json(200, body));
                (script, "example 2: completed".to_owned(), Some(0))
            }
            Scene::Own {
                seconds,
                ending,
                prompt,
            } => {
                let seconds = (*seconds).min(LONGEST);
                let prompt: String = prompt.chars().take(PROMPT_MAX).collect();
                let prompt = if prompt.trim().is_empty() {
                    PROMPT
                } else {
                    &prompt
                };
                let script = self.timeline(seconds, prompt, *ending);
                let title = format!("{} after {seconds} s", ending.words());
                (script, title, Some(seconds))
            }
        };
        (Some(script), title, seconds)
    }

    /// Returns a script that waits, makes progress step by step, and ends.
    fn timeline(&self, seconds: u64, prompt: &str, ending: Ending) -> Script {
        let mut replies = vec![(0, Reply::json(200, self.body("pending", prompt, 0)))];
        let step = (seconds / 10).max(2);
        let mut at = QUEUE;
        while at < seconds {
            replies.push((at, self.making(at * 100 / seconds, prompt, at)));
            at += step;
        }
        replies.push((seconds, self.ended(ending, prompt, seconds)));
        let timed = |(at, reply)| (Duration::from_secs(at), reply);
        Script::timeline(replies.into_iter().map(timed))
    }

    /// Returns a script that runs, gets no answer from the 5th to the 20th second, and ends.
    fn outage(&self) -> Script {
        let page = "<html><head><title>502 Bad Gateway</title></head></html>";
        let at = |seconds, reply| (Duration::from_secs(seconds), reply);
        Script::timeline([
            at(0, self.making(20, PROMPT, 0)),
            at(5, Reply::text(502, "text/html", page)),
            at(20, self.making(80, PROMPT, 20)),
            at(25, self.ended(Ending::Video, PROMPT, 25)),
        ])
    }

    fn making(&self, percent: u64, prompt: &str, at: u64) -> Reply {
        let mut body = self.body("processing", prompt, at);
        body["progress"] = json!(percent);
        Reply::json(200, body)
    }

    fn ended(&self, ending: Ending, prompt: &str, at: u64) -> Reply {
        if let Ending::Fails = ending {
            let mut body = self.body("failed", prompt, at);
            body["error"] = json!(REFUSED);
            return Reply::json(200, body);
        }
        let mut body = self.body("completed", prompt, at);
        body["progress"] = json!(100);
        body["thumbnail_url"] = json!(self.url(PICTURE));
        body["video_url"] = match ending {
            Ending::Large => {
                let file = Reply::bytes("video/mp4", large());
                json!(self.video.media(LARGE, file))
            }
            Ending::Video => json!(self.url(CLIP)),
            Ending::NoVideo | Ending::Fails => Value::Null,
        };
        Reply::json(200, body)
    }

    /// Returns the fields that every reply has, `at` seconds from now.
    fn body(&self, status: &str, prompt: &str, at: u64) -> Value {
        json!({
            "id": self.id, "status": status, "model": "grok-3", "ratio": "16:9", "video_url": null,
            "enhanced_prompt": format!("```\n\n{prompt}\n\n```"),
            "status_update_time": now_ms() / 1000 + at,
        })
    }

    fn url(&self, path: &str) -> String {
        format!("{}/media{path}", self.video.core.video_url)
    }
}

/// Returns the clip with an empty MP4 box behind it, which makes it large.
fn large() -> Vec<u8> {
    let mut bytes = clip();
    let rest = u32::try_from(LARGE_SIZE - bytes.len()).unwrap_or(u32::MAX);
    bytes.extend(rest.to_be_bytes());
    bytes.extend(b"free");
    bytes.resize(LARGE_SIZE, 0);
    bytes
}
