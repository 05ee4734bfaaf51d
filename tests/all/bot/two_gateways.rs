//! A stage with two gateways.

use std::fmt::Write as _;

use sandbox::{Interaction, Options, Reply, Sandbox, Script};
use serde_json::Value;
use testing::{Bot, Stage};

/// A task that only the second gateway knows, in most tests.
pub(super) const SECOND: &str = "veo3.1-fast:1770350082-trii1OXZc3";

/// A stage with a second query endpoint.
pub(super) struct Two {
    pub(super) stage: Stage,
    pub(super) other: Sandbox,
}

impl Two {
    pub(super) async fn new() -> Self {
        Self::with(Stage::options()).await
    }

    pub(super) async fn with(options: Options) -> Self {
        let stage = Stage::with(options).await;
        let other = Sandbox::start(Stage::options()).await.unwrap();
        Self { stage, other }
    }

    /// A file of these gateways: name, whether it is the stage's own endpoint, fields.
    pub(super) fn file(&self, gateways: &[(&str, &Sandbox, &str)]) -> String {
        let mut text = String::new();
        for (name, sandbox, fields) in gateways {
            let url = sandbox.video_url();
            writeln!(
                text,
                "[[gateway]]\nname = \"{name}\"\nurl = \"{url}\"\n{fields}"
            )
            .unwrap();
        }
        let path = self.stage.folder().join("gateways.toml");
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    pub(super) async fn bot(&self, gateways: &[(&str, &Sandbox, &str)]) -> Bot {
        let file = self.file(gateways);
        let changes = [
            ("VIDEO_API_URL", ""),
            ("VIDEO_API_KEY", ""),
            ("GATEWAYS", &file),
        ];
        self.stage.bot_with(&changes).await
    }

    /// Two gateways that are asked about every id, with these names.
    pub(super) async fn both(&self, first: &str, second: &str) -> Bot {
        self.bot(&[(first, self.first(), ""), (second, &self.other, "")])
            .await
    }

    pub(super) fn first(&self) -> &Sandbox {
        &self.stage.sandbox
    }

    pub(super) fn other_task(&self, id: &str, states: impl IntoIterator<Item = Value>) {
        let replies = states.into_iter().map(|body| Reply::json(200, body));
        self.other.video().task(id, Script::steps(replies));
    }

    /// How often each was asked about a task.
    pub(super) fn polls(&self, id: &str) -> [usize; 2] {
        [self.first(), &self.other].map(|sandbox| sandbox.video().polls(id).len())
    }

    /// Waits until the second gateway was asked about a task so many times more.
    pub(super) async fn asked_more(&self, id: &str, times: usize) {
        let before = self.polls(id)[1];
        self.other
            .until(|view| (view.polls(id) >= before + times).then_some(()))
            .await;
    }

    /// Somebody asks for a task, and sees that the video is being made.
    pub(super) async fn watching(&self, id: &str) -> Interaction {
        let asked = self.stage.ask(id);
        self.stage.titled(&asked, "Making your video").await;
        asked
    }
}
