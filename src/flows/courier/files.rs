//! The files of a message. They are fetched in the background once a task has ended; a
//! delivery waits for them a few seconds at most.

use std::sync::Arc;
use std::time::Duration;

use super::job::Job;
use crate::discord::upload::{Upload, UploadContent};
use crate::domain::decide::attempt::Via;
use crate::domain::task::{NoLink, Outcome};
use crate::flows::links;
use crate::provider::media::{Fetched, MediaError, MediaFile, MediaKind};
use crate::render::prompt;
use crate::render::view::{Media, Thumbnail, Video};

/// How long a delivery waits for its files before it shows the end without them.
const PATIENCE: Duration = Duration::from_secs(3);

/// How long a direct message waits for a video that has no link. The wait is longer because a
/// direct message is never edited to attach a file.
const PATIENCE_OF_DM: Duration = Duration::from_secs(60);

/// The files of a finished task, as they are known now.
#[derive(Default)]
pub(super) struct Files {
    video: Part,
    thumbnail: Part,
}

/// One file, and whether its link is hidden from people.
#[derive(Default)]
struct Part {
    known: Known,
    hidden: bool,
}

#[derive(Default)]
enum Known {
    /// The task has no link to such a file.
    #[default]
    Nothing,
    /// The message may carry no files.
    NotAllowed,
    /// The file is fetched and small enough.
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
    /// Fetches the files of a finished task, of at most `limit` bytes each, and waits a few
    /// seconds for them. A bounded number of deliveries wait at a time: the others take only
    /// files that are already fetched.
    pub(super) async fn fetch(job: &Job<'_>, limit: u64, via: Via) -> Self {
        if job.outcome != Some(Outcome::Completed) {
            return Self::default();
        }
        let turn = job.means.waits.try_acquire();
        let patience = turn.as_ref().map_or(Duration::ZERO, |_| PATIENCE);
        let snapshot = &job.task.snapshot;
        let in_reply = snapshot.no_link == Some(NoLink::InReply);
        let last_chance = in_reply && via == Via::Dm;
        let video = async {
            if in_reply {
                let patience = if last_chance {
                    PATIENCE_OF_DM
                } else {
                    patience
                };
                return reply_part(job, limit, patience).await;
            }
            let url = snapshot.video_url.as_deref();
            part(job, url, MediaKind::Video, limit, patience).await
        };
        let (video, thumbnail) = tokio::join!(
            video,
            part(
                job,
                // A thumbnail would show what the spoiler hides.
                snapshot
                    .thumbnail_url
                    .as_deref()
                    .filter(|_| !job.watch.asked.spoiler),
                MediaKind::Image,
                limit,
                patience
            ),
        );
        let files = Self { video, thumbnail };
        if last_chance { files.given_up() } else { files }
    }

    /// Returns the files of a message that may carry none.
    pub(super) fn not_allowed() -> Self {
        let mut files = Self::default();
        files.video.known = Known::NotAllowed;
        files
    }

    /// Returns whether a file is still being fetched.
    pub(super) fn are_coming(&self) -> bool {
        [&self.video, &self.thumbnail]
            .into_iter()
            .any(|part| matches!(part.known, Known::Coming))
    }

    /// Returns whether the video's link is hidden from people.
    pub(super) fn hide_link(&self) -> bool {
        self.video.hidden
    }

    /// Returns these files with those that are still being fetched counted as missing.
    pub(super) fn given_up(mut self) -> Self {
        for part in [&mut self.video, &mut self.thumbnail] {
            if matches!(part.known, Known::Coming) {
                part.known = Known::Missing;
            }
        }
        self
    }

    /// Returns these files, without the thumbnail if they have more than `limit` bytes
    /// together: the video matters more.
    pub(super) fn within(mut self, limit: u64) -> Self {
        let sizes = [&self.video, &self.thumbnail].map(|part| part.file().map_or(0, |f| f.size));
        if sizes.iter().sum::<u64>() > limit {
            self.thumbnail.known = Known::TooLarge;
        }
        self
    }

    /// Returns the files' names. Discord treats a name that begins with `SPOILER_` as a
    /// spoiler.
    pub(super) fn names(&self, job: &Job<'_>) -> Vec<String> {
        let mark = if job.watch.asked.spoiler {
            "SPOILER_"
        } else {
            ""
        };
        let snapshot = &job.task.snapshot;
        let video = self.video.file();
        let video = video.map(|file| prompt::file_name(snapshot, &file.name));
        let thumbnail = self.thumbnail.file().map(|file| file.name.clone());
        let names = video.into_iter().chain(thumbnail);
        names.map(|name| format!("{mark}{name}")).collect()
    }

    /// Returns the files as uploads with these `names`. The `description` is their alt text.
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

    /// Returns how the message shows the task's media with these files.
    pub(super) fn media(&self, job: &Job<'_>) -> Media {
        let mut media = Media::linked(&job.task.snapshot);
        let in_reply = media.video == Video::InReply;
        match &self.video.known {
            Known::Ready(_) => media.video = Video::Attached,
            Known::Missing if in_reply => media.video = Video::Lost,
            Known::Nothing | Known::TooLarge | Known::NotAllowed if in_reply => {
                media.video = Video::Unattachable
            }
            _ if self.video.hidden => media.video = Video::None,
            Known::Missing => media.video = Video::Unfetched,
            Known::TooLarge => media.video = Video::TooLarge,
            Known::NotAllowed => media.video = Video::NoFiles,
            Known::Nothing | Known::Coming => {}
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
    let fetcher = &job.means.fetcher;
    let gateway = job.task.gateway.as_deref();
    let fetched = fetcher.fetch(url, gateway, kind, patience).await;
    let hidden = links::hides(fetcher, job.task, url, &fetched);
    let known = known(job, kind, fetched, limit);
    Part { known, hidden }
}

/// Fetches the video that is part of the reply itself.
async fn reply_part(job: &Job<'_>, limit: u64, patience: Duration) -> Part {
    let (id, gateway) = (&job.task.id, job.task.gateway.as_deref());
    let fetched = job.means.fetcher.fetch_reply(id, gateway, patience).await;
    let known = known(job, MediaKind::Video, fetched, limit);
    let hidden = false;
    Part { known, hidden }
}

/// Returns the state of a file for a message that may carry files of at most `limit` bytes.
fn known(job: &Job<'_>, kind: MediaKind, fetched: Fetched, limit: u64) -> Known {
    let task_id = &job.task.id;
    match fetched {
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
    }
}
