//! The files that a message carries: fetched once its task has ended.

use std::sync::Arc;
use std::time::Duration;

use super::Delivery;
use crate::discord::upload::{Upload, UploadContent};
use crate::domain::decide::refusal::Form;
use crate::domain::task::Outcome;
use crate::provider::media::{Fetched, MediaFile, MediaKind};
use crate::render::view::{Media, Thumbnail, Video};

/// After this wait for a file the link is shown instead: a slow host must not
/// hold up everybody's messages.
const MEDIA_PATIENCE: Duration = Duration::from_secs(3);

/// What a message carries as files.
#[derive(Default)]
pub(super) struct Cargo {
    video: Option<Arc<MediaFile>>,
    thumbnail: Option<Arc<MediaFile>>,
}

impl Cargo {
    /// As they are sent.
    pub(super) fn uploads(&self) -> Vec<Upload<'_>> {
        let files = self.video.iter().chain(&self.thumbnail);
        files
            .map(|file| Upload {
                name: &file.name,
                mime: file.mime,
                content: UploadContent::File {
                    file: &file.file,
                    size: file.size,
                },
            })
            .collect()
    }
}

impl Delivery<'_> {
    /// The files of a finished task, as far as they can be had and fit.
    pub(super) async fn fetch(&self, form: Form, limit: u64) -> Cargo {
        if !form.files || self.outcome != Some(Outcome::Completed) {
            return Cargo::default();
        }
        let snapshot = &self.task.snapshot;
        let (video, thumbnail) = tokio::join!(
            self.fetch_one(snapshot.video_url.as_deref(), MediaKind::Video, limit),
            self.fetch_one(snapshot.thumbnail_url.as_deref(), MediaKind::Image, limit),
        );
        Cargo { video, thumbnail }
    }

    async fn fetch_one(
        &self,
        url: Option<&str>,
        kind: MediaKind,
        limit: u64,
    ) -> Option<Arc<MediaFile>> {
        let task_id = &self.task.id;
        let media = &self.courier.media;
        match media.fetch(url?, kind, MEDIA_PATIENCE).await {
            Fetched::Ready(file) if file.size <= limit => Some(file),
            Fetched::Ready(file) => {
                tracing::warn!(%task_id, ?kind, size = file.size, limit, "media.too_large");
                None
            }
            Fetched::Missing(error) => {
                tracing::warn!(%task_id, ?kind, %error, "media.not_attached");
                None
            }
            Fetched::Coming => {
                tracing::warn!(%task_id, ?kind, "media.too_slow");
                None
            }
        }
    }

    pub(super) fn media(&self, cargo: &Cargo) -> Media {
        let mut media = Media::linked(&self.task.snapshot);
        if cargo.video.is_some() {
            media.video = Video::Attached;
        }
        if let Some(file) = &cargo.thumbnail {
            media.thumbnail = Thumbnail::Attached(file.name.clone());
        }
        media
    }
}
