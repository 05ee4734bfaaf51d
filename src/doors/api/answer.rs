//! The JSON of a watch for its caller.

use serde_json::{Value, json};

use crate::domain::task::Outcome;
use crate::domain::watch::{Reach, WatchState};
use crate::render::ping;
use crate::store::Ordered;

/// Returns a watch and the state of its task as JSON.
pub fn answer((watch, task): &Ordered) -> Value {
    let outcome = match (watch.state, task) {
        // The task may have started again since, so its outcome may not be the watch's.
        (WatchState::Ended, _) => watch.ended_as,
        (_, Some(task)) => watch.outcome(task),
        (_, None) => None,
    };
    let snapshot = task.as_ref().map(|task| &task.snapshot);
    let completed = outcome == Some(Outcome::Completed);
    let video = snapshot.filter(|_| completed);
    let there = watch.asked.reach != Reach::Gone;
    json!({
        "id": watch.id.0.to_string(),
        "task_id": watch.asked.task_id.as_str(),
        "state": match watch.state {
            WatchState::Asked => "asked",
            WatchState::Live => "live",
            // The message of a stopped watch is about to become final.
            WatchState::Stopped | WatchState::Ended => "ended",
        },
        "outcome": outcome.map(Outcome::name),
        "progress": snapshot.and_then(|snapshot| snapshot.progress),
        "message_url": ping::message_link(watch).filter(|_| there),
        "video_url": video.and_then(|snapshot| snapshot.video_url.as_deref()),
    })
}
