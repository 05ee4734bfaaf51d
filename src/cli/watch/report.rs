//! A watch as it is told to the command line.

use serde::Deserialize;

/// What is told of a watch, whichever way it was asked for.
#[derive(Debug, Deserialize)]
pub(super) struct WatchReport {
    pub(super) id: String,
    pub(super) state: String,
    pub(super) outcome: Option<String>,
    pub(super) progress: Option<u64>,
    pub(super) message_url: Option<String>,
    pub(super) video_url: Option<String>,
}
