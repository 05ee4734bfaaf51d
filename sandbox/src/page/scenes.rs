//! Ready-made tasks of the video service.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::panel::Card;
use crate::ids::now_ms;
use crate::sandbox::Sandbox;
use crate::video::script::{Reply, Script};
use crate::video::{Video, clip, thumbnail};

/// Longest task that can be made on the page, in seconds.
const LONGEST: u64 = 24 * 60 * 60;
/// How long a task is waiting before it is being made, in seconds.
const QUEUE: u64 = 3;
/// Most characters of a prompt made on the page.
const PROMPT_MAX: usize = 4000;

const CLIP: &str = "/clip.mp4";
const PICTURE: &str = "/clip.png";
const LARGE: &str = "/large.mp4";
/// Bytes of the large video: three times what Discord takes.
const LARGE_SIZE: usize = 30 * 1024 * 1024;

const PROMPT: &str = "A calm summer morning. The sun stands over two ranges of green hills that \
    roll by without an end, in flat colours like a paper cut-out. No people, no text.";
const REFUSED: &str = "The prompt was refused by the safety filter (sexual or violent content).";

/// What a task does.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Scene {
    /// Ends with the video after 20 seconds, with progress on the way.
    Progress,
    /// Has ended long ago.
    Finished,
    /// Fails with a reason.
    Fails,
    /// An id that the service does not know.
    Unknown,
    /// Ends with a video that is too large for Discord.
    Large,
    /// The service does not answer for a while in between.
    Outage,
    /// Is being made for ever.
    Never,
    /// The first example of the endpoint's page: pending for ever.
    Example1,
    /// The second example of the endpoint's page: completed, a video of ours.
    Example2,
    /// One's own.
    Own {
        seconds: u64,
        ending: Ending,
        prompt: String,
    },
}

/// How one's own task ends.
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

/// Puts the ordinary files on the media host.
pub(super) fn put_media(video: &Video<'_>) {
    // The URLs are made where they are told.
    let _ = video.media(CLIP, Reply::bytes("video/mp4", clip()));
    let _ = video.media(PICTURE, Reply::bytes("image/png", thumbnail()));
}

/// Makes the task and tells about it.
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

/// An id that is short enough to read; unique as the snowflake it comes from.
fn fresh_id(sandbox: &Sandbox) -> String {
    let unique = sandbox.core.update(|state| state.world.ids.next());
    // An odd multiplier mixes the bits without making two ids the same.
    let mixed = unique.get().wrapping_mul(0x9e37_79b9_7f4a_7c15);
    format!("grok:{:08x}", mixed >> 32)
}

struct Making<'a> {
    video: Video<'a>,
    id: String,
}

impl Making<'_> {
    /// The script (`None` leaves the id unknown), a title, and the seconds to
    /// the task's end.
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
                // The page's own links lead out of the sandbox.
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

    /// Waiting, then progress in ten steps at the most, then the end.
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

    /// Being made, no answer from the 5th to the 20th second, then the end.
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

    /// What every reply says, `at` seconds from now.
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

/// The clip, and behind it an MP4 box of nothing that makes it large.
fn large() -> Vec<u8> {
    let mut bytes = clip();
    let rest = u32::try_from(LARGE_SIZE - bytes.len()).unwrap_or(u32::MAX);
    bytes.extend(rest.to_be_bytes());
    bytes.extend(b"free");
    bytes.resize(LARGE_SIZE, 0);
    bytes
}
