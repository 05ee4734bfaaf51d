//! The files that a message carries. They are fetched in the background once a task
//! has ended; a delivery waits a moment for them and no longer.

use std::sync::Arc;
use std::time::Duration;

use super::job::Job;
use crate::discord::upload::{Upload, UploadContent};
use crate::domain::task::Outcome;
use crate::provider::media::{Fetched, MediaError, MediaFile, MediaKind};
use crate::render::view::{Media, Thumbnail, Video};

/// How long a delivery waits for its files, before it shows the end without them.
const PATIENCE: Duration = Duration::from_secs(3);

/// What is known of the files of a finished task.
#[derive(Default)]
pub(super) struct Files {
    video: Part,
    thumbnail: Part,
}

#[derive(Default)]
enum Part {
    /// There is no link, or the message is to carry no file.
    #[default]
    None,
    /// The file is here and fits.
    Ready(Arc<MediaFile>),
    /// The file is still being fetched.
    Coming,
    /// The file is larger than the message may carry.
    TooLarge,
    /// The file could not be fetched.
    Missing,
    /// The link leads where the bot does not go: nobody else is sent there either.
    Forbidden,
}

impl Part {
    fn file(&self) -> Option<&Arc<MediaFile>> {
        match self {
            Self::Ready(file) => Some(file),
            Self::None | Self::Coming | Self::TooLarge | Self::Missing | Self::Forbidden => None,
        }
    }
}

impl Files {
    /// Fetches the files of a finished task, as far as they are here within a few
    /// seconds and have at most `limit` bytes. Only so many deliveries wait at a time:
    /// the others go on with what is here.
    pub(super) async fn fetch(job: &Job<'_>, limit: u64) -> Self {
        if job.outcome != Some(Outcome::Completed) {
            return Self::default();
        }
        let turn = job.means.waits.try_acquire();
        let patience = turn.as_ref().map_or(Duration::ZERO, |_| PATIENCE);
        let snapshot = &job.task.snapshot;
        let (video, thumbnail) = tokio::join!(
            part(
                job,
                snapshot.video_url.as_deref(),
                MediaKind::Video,
                limit,
                patience
            ),
            part(
                job,
                snapshot.thumbnail_url.as_deref(),
                MediaKind::Image,
                limit,
                patience
            ),
        );
        Self { video, thumbnail }
    }

    /// Whether a file is still being fetched.
    pub(super) fn are_coming(&self) -> bool {
        [&self.video, &self.thumbnail]
            .into_iter()
            .any(|part| matches!(part, Part::Coming))
    }

    /// Whether the video's link is shown to nobody.
    pub(super) fn forbid_link(&self) -> bool {
        matches!(self.video, Part::Forbidden)
    }

    /// The same files, where those that are still coming are no longer waited for.
    pub(super) fn given_up(self) -> Self {
        let give_up = |part| match part {
            Part::Coming => Part::Missing,
            part => part,
        };
        Self {
            video: give_up(self.video),
            thumbnail: give_up(self.thumbnail),
        }
    }

    /// The files as they are sent.
    pub(super) fn uploads(&self) -> Vec<Upload<'_>> {
        [&self.video, &self.thumbnail]
            .into_iter()
            .filter_map(Part::file)
            .map(|file| Upload {
                name: &file.name,
                mime: file.mime,
                content: UploadContent::File(&file.file, file.size),
            })
            .collect()
    }

    /// How the message shows the task's media with these files.
    pub(super) fn media(&self, job: &Job<'_>) -> Media {
        let mut media = Media::linked(&job.task.snapshot);
        match self.video {
            Part::Ready(_) => media.video = Video::Attached,
            Part::Missing => media.video = Video::Unfetched,
            Part::None | Part::Coming | Part::TooLarge | Part::Forbidden => {}
        }
        match &self.thumbnail {
            Part::Ready(file) => media.thumbnail = Thumbnail::Attached(file.name.clone()),
            Part::Forbidden => media.thumbnail = Thumbnail::None,
            Part::None | Part::Coming | Part::TooLarge | Part::Missing => {}
        }
        media
    }
}

/// Returns whether the link to the video of `job` is shown to nobody. This needs no
/// file, so nothing is waited for.
pub(super) async fn forbids_link(job: &Job<'_>) -> bool {
    let url = job.task.snapshot.video_url.as_deref();
    let part = part(job, url, MediaKind::Video, u64::MAX, Duration::ZERO).await;
    matches!(part, Part::Forbidden)
}

async fn part(
    job: &Job<'_>,
    url: Option<&str>,
    kind: MediaKind,
    limit: u64,
    patience: Duration,
) -> Part {
    let Some(url) = url else { return Part::None };
    let task_id = &job.task.id;
    match job.means.fetcher.fetch(url, kind, patience).await {
        Fetched::Ready(file) if file.size <= limit => Part::Ready(file),
        Fetched::Ready(file) => {
            tracing::info!(%task_id, ?kind, size = file.size, limit, "media.too_large");
            Part::TooLarge
        }
        Fetched::Coming => Part::Coming,
        Fetched::Missing(error) => {
            tracing::warn!(%task_id, ?kind, %error, "media.not_attached");
            match error {
                MediaError::TooLarge(_) => Part::TooLarge,
                MediaError::BadLink | MediaError::Forbidden(_) => Part::Forbidden,
                _ => Part::Missing,
            }
        }
    }
}
