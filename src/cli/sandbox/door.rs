//! The API of the sandbox's bot: a task and a `curl` command to try it with.

use std::net::SocketAddr;
use std::time::Duration;

use sandbox::{Reply, Sandbox, Script};
use serde_json::json;

use crate::cli::watch::http::ByHttp;
use crate::domain::caller::Wanted;
use crate::domain::secret::Secret;

/// The `API_TOKEN` of the sandbox's bot, which is no secret.
pub(super) const TOKEN: &str = "sandbox-api-token";

/// The id of the task in README's example.
const TASK: &str = "grok:try-me";

/// Adds the task to the video service. It waits until the first query, and each further query
/// takes it one step on.
pub(super) fn set_task(sandbox: &Sandbox) {
    let video = sandbox.video();
    let clip = video.media("/try-me.mp4", Reply::bytes("video/mp4", sandbox::clip()));
    let step = |status: &str, progress: u64, url: Option<&str>| {
        let body = json!({
            "id": TASK, "status": status, "progress": progress, "video_url": url,
            "enhanced_prompt": "A calm summer morning over green hills.",
            "status_update_time": 1_764_756_435 + progress,
        });
        Reply::json(200, body).after(Duration::from_millis(100))
    };
    let steps = [
        step("pending", 0, None),
        step("processing", 20, None),
        step("processing", 50, None),
        step("processing", 80, None),
        step("completed", 100, Some(&clip)),
    ];
    video.task(TASK, Script::steps(steps));
}

/// Orders a watch through the API, as a script does.
pub(super) async fn order(http: SocketAddr, wanted: Wanted) {
    let ordered = async { ByHttp::new(http, &Secret::new(TOKEN))?.order(&wanted).await };
    if let Err(error) = ordered.await {
        tracing::warn!(error = format!("{error:#}"), "sandbox.order_refused");
    }
}

/// Returns a command line that orders a watch of the task.
pub(super) fn hint(sandbox: &Sandbox, http: SocketAddr) -> String {
    let channel = sandbox.channel().id;
    format!(
        "A script asks for a video in #general:\n  \
         curl -H 'Authorization: Bearer {TOKEN}' http://{http}/api/watches \
         -d '{{\"id\": \"{TASK}\", \"channel_id\": \"{channel}\"}}'"
    )
}

#[cfg(test)]
mod tests {
    use sandbox::Options;

    use super::*;

    #[tokio::test]
    async fn the_readme_has_the_line_that_is_printed() {
        let sandbox = Sandbox::start(Options::default()).await.unwrap();
        let hint = hint(&sandbox, "127.0.0.1:8081".parse().unwrap());
        let line = hint.lines().last().unwrap().trim();
        let readme = include_str!("../../../README.md");
        assert!(readme.contains(&format!("\n{line}\n")), "{line}");
    }
}
