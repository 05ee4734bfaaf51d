//! A watch as it is told to the command line.

use serde::Deserialize;

/// A watch as it is told of, by the door as by the database.
#[derive(Debug, Deserialize)]
pub(crate) struct WatchReport {
    pub(super) id: String,
    pub(super) state: String,
    pub(super) outcome: Option<String>,
    pub(super) progress: Option<u64>,
    pub(super) message_url: Option<String>,
    pub(super) video_url: Option<String>,
}
