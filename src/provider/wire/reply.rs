//! A reply with a task in it: where its parts stand.

use serde_json::Value;

use super::fields;
use super::problem::Problem;
use super::reason::human;
use super::status::{self, Word};
use crate::domain::task::{Phase, Snapshot};

/// A reply: flat, or a wrapper `{"code", "message", "data": {task}}`.
pub(super) struct Reply<'a> {
    root: &'a Value,
    task: &'a Value,
}

/// Where the video's link stands, first found first taken. Never "any link in
/// the body": reference images are echoed.
const VIDEO_PATHS: [&str; 15] = [
    "/video_url",
    "/data/video_url",
    "/result_url",
    "/data/result_url",
    "/data/data/output",
    "/video/url",
    "/data/data/video/url",
    "/output/url",
    "/output/video_url",
    "/result/video_url",
    "/task_result/videos/0/url",
    "/metadata/url",
    "/detail/upsample_video_url",
    "/detail/video_url",
    "/detail/url",
];

/// Where a task says itself what troubles it.
const OWN_REASON: [&str; 2] = ["/error", "/fail_reason"];

/// Where a failed task's reason may stand as well. Not read before it failed: a
/// completed task carries old errors in its `detail`.
const DEEPER_REASONS: [&str; 6] = [
    "/error_message",
    "/message",
    "/detail/error",
    "/detail/error_message",
    "/data/error",
    "/data/fail_reason",
];

impl<'a> Reply<'a> {
    /// Finds the task in a reply.
    pub(super) fn of(root: &'a Value) -> Self {
        let inner = root.get("data").filter(|data| data.is_object());
        let is_within = |data: &&Value| match (word(root), word(data)) {
            (None, Some(_)) => true,
            (None, None) => id(root).is_none(),
            // An envelope's "success: here is the task" is no word about the
            // task, unless an id beside it says that the envelope is the task.
            (Some(_), Some(_)) => done(root) && id(root).is_none() && id(data).is_some(),
            (Some(_), None) => false,
        };
        let task = inner.filter(is_within).unwrap_or(root);
        Self { root, task }
    }

    /// Whether anything in it is dependable: an id or a status.
    pub(super) fn is_task(&self) -> bool {
        word(self.task).is_some() || id(self.task).is_some()
    }

    /// What its error fields say.
    pub(super) fn problem(&self) -> Problem {
        Problem::of(self.task)
    }

    /// The status word of the task itself.
    pub(super) fn word(&self) -> Option<&'a str> {
        word(self.task)
    }

    /// The outer word decides; one further in may only tell that a waiting task
    /// runs already.
    fn phase(&self) -> Phase {
        let outer = self
            .word()
            .map_or(Phase::Waiting, |w| Word::read(w).phase());
        let inner = ["/data", "/detail", "/detail/pending_info"];
        let started = || {
            let parts = inner.iter().filter_map(|path| self.task.pointer(path));
            parts
                .filter_map(word)
                .any(|w| Word::read(w).phase() != Phase::Waiting)
        };
        match outer {
            Phase::Waiting if started() => Phase::Running,
            phase => phase,
        }
    }

    /// The first usable value at one of the paths, from the task inwards.
    fn first<T>(&self, paths: &[&str], read: impl Fn(&Value) -> Option<T>) -> Option<T> {
        let mut values = paths.iter().filter_map(|path| self.task.pointer(path));
        values.find_map(read)
    }

    /// A field of the task, of its `data` or of its `detail`.
    fn field<T>(&self, name: &str, read: impl Fn(&Value) -> Option<T>) -> Option<T> {
        let parts = ["/data", "/detail"];
        let parts = parts.iter().filter_map(|path| self.task.pointer(path));
        std::iter::once(self.task)
            .chain(parts)
            .filter_map(|part| part.get(name))
            .find_map(read)
    }

    fn video_url(&self) -> Option<String> {
        let listed = VIDEO_PATHS.iter().find_map(|path| {
            // A flat body is the wrapper's `data`, so its paths lack that step.
            let in_task = path.strip_prefix("/data").unwrap_or(path);
            let places = [
                self.root.pointer(path),
                self.task.pointer(path),
                self.task.pointer(in_task),
            ];
            places.into_iter().flatten().find_map(fields::link)
        });
        // Some gateways file the link of a finished video under "reason".
        listed.or_else(|| self.field("fail_reason", fields::link))
    }

    /// The reason, which a link filed under that name is not.
    fn error(&self, phase: Phase) -> Option<String> {
        let words = |value: &Value| match fields::link(value) {
            Some(_) => None,
            None => human(value),
        };
        let own = self.first(&OWN_REASON, words);
        if phase != Phase::Failed {
            return own;
        }
        let deeper = || self.first(&DEEPER_REASONS, words);
        let envelope = || self.root.get("message").and_then(words);
        // A failure without words shows its own word, where that says more than
        // "failed".
        let word = || word(self.task).filter(|word| !status::is_plain_failure(word));
        own.or_else(deeper)
            .or_else(envelope)
            .or_else(|| word().map(str::to_owned))
    }

    fn progress(&self) -> Option<u8> {
        let share = || self.first(&["/detail/pending_info/progress_pct"], fields::share);
        self.field("progress", fields::percent).or_else(share)
    }

    /// The whole reply as a snapshot.
    pub(super) fn snapshot(&self) -> Snapshot {
        let phase = self.phase();
        let label = |name| self.field(name, fields::label);
        let flag = |name| self.field(name, fields::flag);
        let completed_at = ["completed_at", "finish_time", "finished_at"]
            .into_iter()
            .find_map(|name| self.field(name, fields::moment));
        Snapshot {
            phase,
            status: self.task.get("status").and_then(fields::label),
            progress: self.progress(),
            prompt: self.field("prompt", fields::prompt),
            enhanced_prompt: self.field("enhanced_prompt", fields::fenced_prompt),
            error: self.error(phase),
            model: label("model"),
            ratio: label("ratio"),
            mode: label("mode"),
            kind: label("type"),
            // Before the end it may be a first version that is still worked on.
            video_url: (phase == Phase::Completed)
                .then(|| self.video_url())
                .flatten(),
            thumbnail_url: self.field("thumbnail_url", fields::link),
            status_update_time: self.field("status_update_time", fields::moment),
            completed_at,
            id: id(self.task),
            post_id: label("post_id"),
            asset_id: label("asset_id"),
            trace_id: label("trace_id"),
            video_id: label("video_id"),
            video_file_id: label("video_file_id"),
            thumbnail_file_id: label("thumbnail_file_id"),
            upscaled: flag("upscaled"),
            upscale_on_complete: flag("upscale_on_complete"),
        }
    }
}

/// The status word of an object; an empty one is none.
fn word(object: &Value) -> Option<&str> {
    let word = object.get("status")?.as_str()?.trim();
    (!word.is_empty()).then_some(word)
}

fn done(object: &Value) -> bool {
    word(object).is_some_and(|word| Word::read(word).phase() == Phase::Completed)
}

/// The id of an object. Next to a `task_id`, a numeric `id` is a table's row.
fn id(object: &Value) -> Option<String> {
    let id = object.get("id");
    [id.filter(|id| id.is_string()), object.get("task_id"), id]
        .into_iter()
        .flatten()
        .find_map(fields::label)
}
