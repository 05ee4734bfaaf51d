//! The files that a message carries. They are fetched in the background once a task
//! has ended; a delivery waits a moment for them and no longer.

use std::sync::Arc;
use std::time::Duration;

use super::job::Job;
use crate::discord::upload::{Upload, UploadContent};
use crate::domain::task::Outcome;
use crate::flows::links;
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

/// What is known of one file, and whether its link is shown to nobody.
#[derive(Default)]
struct Part {
    known: Known,
    hidden: bool,
}

#[derive(Default)]
enum Known {
    /// There is no link, or the message is to carry no file.
    #[default]
    Nothing,
    /// The file is here and fits.
    Ready(Arc<MediaFile>),
    /// The file is still being fetched.
    Coming,
    /// The file is larger than the message may carry.
    TooLarge,
    /// The file could not be fetched.
    Missing,
}

impl Part {
    fn file(&self) -> Option<&Arc<MediaFile>> {
        match &self.known {
            Known::Ready(file) => Some(file),
            _ => None,
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
                // A picture would give away what is hidden.
                snapshot
                    .thumbnail_url
                    .as_deref()
                    .filter(|_| !job.watch.asked.spoiler),
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
            .any(|part| matches!(part.known, Known::Coming))
    }

    /// Whether the video's link is shown to nobody.
    pub(super) fn hide_link(&self) -> bool {
        self.video.hidden
    }

    /// The same files, where those that are still coming are no longer waited for.
    pub(super) fn given_up(mut self) -> Self {
        for part in [&mut self.video, &mut self.thumbnail] {
            if matches!(part.known, Known::Coming) {
                part.known = Known::Missing;
            }
        }
        self
    }

    /// The same files, where all of them together have at most `limit` bytes: the video
    /// is worth more than its picture.
    pub(super) fn within(mut self, limit: u64) -> Self {
        let sizes = [&self.video, &self.thumbnail].map(|part| part.file().map_or(0, |f| f.size));
        if sizes.iter().sum::<u64>() > limit {
            self.thumbnail.known = Known::TooLarge;
        }
        self
    }

    /// The files' names on Discord, which hides one that begins with `SPOILER_`.
    pub(super) fn names(&self, job: &Job<'_>) -> Vec<String> {
        let mark = if job.watch.asked.spoiler {
            "SPOILER_"
        } else {
            ""
        };
        let files = [&self.video, &self.thumbnail]
            .into_iter()
            .filter_map(Part::file);
        files.map(|file| format!("{mark}{}", file.name)).collect()
    }

    /// The files as they are sent, with their `names` and with what they show.
    pub(super) fn uploads<'u>(
        &'u self,
        names: &'u [String],
        description: &'u str,
    ) -> Vec<Upload<'u>> {
        let files = [&self.video, &self.thumbnail]
            .into_iter()
            .filter_map(Part::file);
        files
            .zip(names)
            .map(|(file, name)| Upload {
                name,
                description,
                mime: file.mime,
                content: UploadContent::File(&file.file, file.size),
            })
            .collect()
    }

    /// How the message shows the task's media with these files.
    pub(super) fn media(&self, job: &Job<'_>) -> Media {
        let mut media = Media::linked(&job.task.snapshot);
        match &self.video.known {
            Known::Ready(_) => media.video = Video::Attached,
            _ if self.video.hidden => media.video = Video::None,
            Known::Missing => media.video = Video::Unfetched,
            Known::Nothing | Known::Coming | Known::TooLarge => {}
        }
        match &self.thumbnail.known {
            _ if job.watch.asked.spoiler => media.thumbnail = Thumbnail::None,
            Known::Ready(file) => media.thumbnail = Thumbnail::Attached(file.name.clone()),
            _ if self.thumbnail.hidden => media.thumbnail = Thumbnail::None,
            _ => {}
        }
        media
    }
}

async fn part(
    job: &Job<'_>,
    url: Option<&str>,
    kind: MediaKind,
    limit: u64,
    patience: Duration,
) -> Part {
    let Some(url) = url else {
        return Part::default();
    };
    let (task_id, fetcher) = (&job.task.id, &job.means.fetcher);
    let fetched = fetcher.fetch(url, kind, patience).await;
    let hidden = links::hides(fetcher, url, &fetched);
    let known = match fetched {
        Fetched::Ready(file) if file.size <= limit => Known::Ready(file),
        Fetched::Ready(file) => {
            tracing::info!(%task_id, ?kind, size = file.size, limit, "media.too_large");
            Known::TooLarge
        }
        Fetched::Coming => Known::Coming,
        Fetched::Missing(error) => {
            tracing::warn!(%task_id, ?kind, %error, "media.not_attached");
            match error {
                MediaError::TooLarge(_) => Known::TooLarge,
                _ => Known::Missing,
            }
        }
    };
    Part { known, hidden }
}
