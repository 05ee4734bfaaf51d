//! Tasks, watches and views for the tests of this room.

use std::time::Duration;

use crate::domain::secret::Secret;
use crate::domain::task::{Outcome, Phase, Snapshot, Task, TaskId};
use crate::domain::time::Timestamp;
use crate::domain::watch::{NewWatch, Notify, Reach, Watch, WatchId, WatchState};

use super::status::{Hide, Media, View};

/// When the sample watch was recorded.
pub(super) const THEN: Timestamp = Timestamp(1_764_522_400_000);

/// The task of the endpoint's second example, in this phase.
pub(super) fn task(phase: Phase) -> Task {
    let id = "grok:299604b7-c5ea-47b5-bc64-c06f300f0d27";
    Task {
        id: TaskId::parse(id).unwrap(),
        revision: 1,
        snapshot: Snapshot {
            phase,
            progress: Some(42),
            prompt: Some("cat fish  --mode=custom".into()),
            enhanced_prompt: Some("A *surreal* cat,\nhalf fish.".into()),
            model: Some("grok-3".into()),
            ratio: Some("3:2".into()),
            status_update_time: Some(Timestamp(1_764_522_552_000)),
            ..Snapshot::default()
        },
        outcome: None,
        answered: true,
        known: true,
        setback: None,
        failures: 0,
        troubled: false,
        watched_since: THEN,
        give_up_at: THEN.plus(Duration::from_secs(7200)),
        unfinished_at: None,
        attempt: 1,
    }
}

/// The sample task, done, with the example's links.
pub(super) fn done() -> Task {
    let mut task = task(Phase::Completed);
    let media = |name| Some(format!("https://media.example/file_download/{name}"));
    task.snapshot.video_url = media("ca10efbb.mp4");
    task.snapshot.thumbnail_url = media("f4fd6fe4.jpg");
    task.snapshot.completed_at = Some(Timestamp(1_764_522_552_000));
    task.snapshot.progress = Some(100);
    task.outcome = Some(Outcome::Completed);
    task
}

/// The watch of a person in a guild's channel.
pub(super) fn watch(task: &Task, locale: &str) -> Watch {
    Watch {
        id: WatchId(7),
        asked: NewWatch {
            task_id: task.id.clone(),
            interaction_id: 1,
            application_id: 2,
            guild_id: Some(3),
            channel_id: 4,
            user_id: 5,
            locale: locale.to_owned(),
            private: false,
            notify: Notify::Here,
            reach: Reach::Channel,
            token: Secret::new("token"),
            token_expires_at: THEN,
            upload_limit: 1,
        },
        message_id: Some(6),
        shown_revision: 0,
        shown_face: None,
        edited_at: None,
        failures: 0,
        notifying_since: None,
        notified_at: None,
        state: WatchState::Live,
        created_at: THEN,
        attempt: 1,
    }
}

/// What such a watch shows, with buttons, for one person to be told.
pub(super) fn view<'a>(task: &'a Task, watch: &'a Watch, media: &'a Media) -> View<'a> {
    View {
        task,
        watch,
        outcome: watch.outcome(task),
        media,
        typical: None,
        subscribers: 1,
        caution: None,
        buttons: true,
        hide: Hide::default(),
    }
}
