//! The links of a task that people may see.

use std::time::Duration;

use crate::domain::task::Task;
use crate::provider::media::{Fetched, Fetcher, MediaError, MediaKind};
use crate::render::view::{Media, Thumbnail, Video};

/// Returns a task's media as links. It leaves out links into a private network, which people
/// cannot follow, and links to files that the gateway gives only to the operator. To learn
/// which links these are, it waits at most `patience` for each file.
pub(super) async fn shown(fetcher: &Fetcher, task: &Task, patience: Duration) -> Media {
    let snapshot = &task.snapshot;
    let mut media = Media::linked(snapshot);
    let (video, thumbnail) = tokio::join!(
        is_hidden(
            fetcher,
            task,
            snapshot.video_url.as_deref(),
            MediaKind::Video,
            patience
        ),
        is_hidden(
            fetcher,
            task,
            snapshot.thumbnail_url.as_deref(),
            MediaKind::Image,
            patience
        ),
    );
    if video {
        media.video = Video::None;
    }
    if thumbnail {
        media.thumbnail = Thumbnail::None;
    }
    media
}

async fn is_hidden(
    fetcher: &Fetcher,
    task: &Task,
    url: Option<&str>,
    kind: MediaKind,
    patience: Duration,
) -> bool {
    let Some(url) = url else { return false };
    let gateway = task.gateway.as_deref();
    let fetched = fetcher.fetch(url, gateway, kind, patience).await;
    hides(fetcher, task, url, &fetched)
}

/// Returns whether a link must be hidden from people, judged by what is known of its file.
pub(super) fn hides(fetcher: &Fetcher, task: &Task, url: &str, fetched: &Fetched) -> bool {
    match fetched {
        Fetched::Ready(file) => file.as_operator,
        Fetched::Coming => fetcher.is_own(url, task.gateway.as_deref()),
        Fetched::Missing(error) => matches!(
            error,
            MediaError::BadLink | MediaError::Forbidden { .. } | MediaError::AsOperator(_)
        ),
    }
}
