//! Samples for tests: a running task, and a watch whose message shows it.

use std::time::Duration;

use super::request;
use crate::domain::secret::Secret;
use crate::domain::state::State;
use crate::domain::task::{Phase, Task, TaskId};
use crate::domain::time::Timestamp;
use crate::domain::watch::{NewWatch, Notify, Reach, TOKEN_LIFE, Watch, WatchState};

pub(super) const NOW: Timestamp = Timestamp(1_764_522_552_000);

pub(super) fn task() -> Task {
    let id = TaskId::parse("grok:1").unwrap();
    let mut task = request::first(&id, NOW, Duration::from_secs(7200));
    (task.answered, task.revision, task.snapshot.phase) = (true, 3, Phase::Running);
    task
}

pub(crate) fn watch() -> Watch {
    let asked = NewWatch {
        task_id: TaskId::parse("grok:1").unwrap(),
        interaction_id: NOW.snowflake(),
        application_id: 2,
        guild_id: Some(3),
        channel_id: 4,
        user_id: 5,
        locale: "en-US".into(),
        own_locale: String::new(),
        private: false,
        notify: Notify::Here,
        reach: Reach::Channel,
        token: Secret::new("t"),
        token_expires_at: NOW.plus(TOKEN_LIFE),
        spoiler: false,
        embeds: true,
        upload_limit: 1,
        announce_channel_id: None,
        role_id: None,
        order: None,
    };
    Watch {
        message_id: Some(NOW.snowflake()),
        shown_revision: 2,
        shown_state: Some(State::Running),
        edited_at: Some(NOW),
        state: WatchState::Live,
        attempt: 1,
        ..Watch::new(asked, NOW)
    }
}
