//! The video service: a query endpoint with scripted tasks, and a media host.

pub(crate) mod routes;
pub(crate) mod script;
pub(crate) mod tasks;

use std::sync::Arc;

use crate::core::Core;
use crate::video::script::{Reply, Script};
use crate::video::tasks::Poll;

/// The controls of the video service; see [`crate::Sandbox::video`].
#[derive(Debug)]
pub struct Video<'a> {
    pub(crate) core: &'a Arc<Core>,
}

impl Video<'_> {
    /// Sets the service's answers about a task. A task that is set again starts over.
    pub fn task(&self, id: &str, script: Script) {
        self.core.update(|state| state.tasks.set(id, script));
    }

    /// Sets the answer for unknown tasks, which by default is 400 `task_not_exist`.
    pub fn unknown_reply(&self, reply: Reply) {
        self.core.update(|state| state.tasks.unknown = reply);
    }

    /// Takes the service down (502 and a page of HTML) or up again.
    pub fn down(&self, down: bool) {
        self.core.update(|state| state.tasks.down = down);
    }

    /// Requires `Authorization: Bearer <key>`, or no key.
    pub fn require_key(&self, key: Option<&str>) {
        self.core
            .update(|state| state.tasks.key = key.map(str::to_owned));
    }

    /// Returns the queries for a task so far.
    #[must_use]
    pub fn polls(&self, id: &str) -> Vec<Poll> {
        self.core
            .read(|state| state.tasks.polls(id).cloned().collect())
    }

    /// Puts a file on the media host and returns its URL. `path` starts with
    /// a slash.
    #[must_use]
    pub fn media(&self, path: &str, reply: Reply) -> String {
        self.core
            .update(|state| state.tasks.media.insert(path.to_owned(), reply));
        format!("{}/media{path}", self.core.video_url)
    }
}

/// Returns a short video that plays everywhere: 4 s of H.264 in MP4, 640 by 360 pixels.
#[must_use]
pub fn clip() -> Vec<u8> {
    include_bytes!("../../media/clip.mp4").to_vec()
}

/// Returns a picture of the clip: a PNG of 320 by 180 pixels.
#[must_use]
pub fn thumbnail() -> Vec<u8> {
    include_bytes!("../../media/thumbnail.png").to_vec()
}
