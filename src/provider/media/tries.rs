//! The tries of one fetch: one download after the other until there is a file, a
//! failure that no further try can mend, or no time left.

use std::sync::Arc;

use tokio::time::{Instant, sleep};

use super::book::{FetchResult, LinkKey};
use super::download::Downloader;
use super::error::MediaError;
use super::file::MediaFile;
use super::limits::FetchLimits;
use super::turns::DownloadTurns;
use crate::metrics;

/// What all fetches share.
#[derive(Debug)]
pub(super) struct FetchTries {
    downloader: Downloader,
    turns: DownloadTurns,
    limits: FetchLimits,
}

impl FetchTries {
    pub(super) fn new(downloader: Downloader, limits: FetchLimits) -> Self {
        Self {
            downloader,
            turns: DownloadTurns::new(&limits),
            limits,
        }
    }

    /// Fetches a link and passes the result to `enter`. A download's turn ends
    /// after that, so that no more unfinished files than turns are on the disk;
    /// a pause between two tries holds no turn.
    pub(super) async fn run(&self, key: &LinkKey, enter: impl FnOnce(FetchResult)) {
        let url = match self.downloader.check(&key.url) {
            Ok(url) => url,
            Err(error) => {
                metrics::download(error.name(), 0);
                return enter(Err(error));
            }
        };
        let mut last_start = None;
        let mut failures = 0;
        loop {
            let turn = self.turns.take(&url).await;
            let last_start =
                *last_start.get_or_insert_with(|| Instant::now() + self.limits.retry_for);
            let result = self.downloader.download(&url, key.kind).await;
            measure(&result);
            failures += 1;
            let pause = self.limits.pause(failures);
            match &result {
                Err(error) if error.may_pass() && Instant::now() + pause < last_start => {
                    let host = url.host_str();
                    tracing::debug!(host, kind = ?key.kind, failures, %error, "media.try_failed");
                }
                _ => return enter(result.map(Arc::new)),
            }
            drop(turn);
            sleep(pause).await;
        }
    }
}

fn measure(result: &Result<MediaFile, MediaError>) {
    match result {
        Ok(file) => metrics::download("fetched", file.size),
        Err(error) => metrics::download(error.name(), 0),
    }
}
