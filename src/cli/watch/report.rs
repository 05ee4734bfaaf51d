//! A watch as the command line sees it.

use serde::Deserialize;

/// The report on a watch, which is the same from the API and from the database.
#[derive(Debug, Deserialize)]
pub(crate) struct WatchReport {
    pub(super) id: String,
    pub(super) state: String,
    pub(super) outcome: Option<String>,
    pub(super) progress: Option<u64>,
    pub(super) message_url: Option<String>,
    pub(super) video_url: Option<String>,
}
