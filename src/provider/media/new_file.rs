//! A media file while it is written.

use std::path::Path;
use std::sync::Arc;

use tokio::fs::File;
use tokio::io::AsyncWriteExt as _;

use super::error::MediaError;
use super::file::{HEAD, MediaFile, MediaKind, file_type};

/// A nameless file with a bound on its size, whose type is detected from its first bytes.
pub(super) struct NewFile {
    file: File,
    size: u64,
    limit: u64,
    kind: MediaKind,
    head: Vec<u8>,
    found: Option<(String, &'static str)>,
}

impl NewFile {
    /// Creates an empty file on the disk of the folder `dir`.
    pub(super) fn create(dir: &Path, kind: MediaKind, limit: u64) -> Result<Self, MediaError> {
        Ok(Self {
            file: File::from_std(tempfile::tempfile_in(dir).map_err(disk)?),
            size: 0,
            limit,
            kind,
            head: Vec::new(),
            found: None,
        })
    }

    pub(super) async fn write(&mut self, bytes: &[u8]) -> Result<(), MediaError> {
        self.size = self.size.saturating_add(bytes.len() as u64);
        if self.size > self.limit {
            return Err(MediaError::TooLarge(self.limit));
        }
        if self.found.is_none() {
            let missing = HEAD - self.head.len();
            self.head.extend(bytes.iter().take(missing));
            self.found = file_type(&self.head, self.kind);
            if self.found.is_none() && self.head.len() == HEAD {
                return Err(MediaError::WrongType);
            }
        }
        self.file.write_all(bytes).await.map_err(disk)
    }

    pub(super) async fn finish(mut self, as_operator: bool) -> Result<MediaFile, MediaError> {
        self.file.flush().await.map_err(disk)?;
        let (name, mime) = self.found.ok_or(MediaError::WrongType)?;
        Ok(MediaFile {
            file: Arc::new(self.file.into_std().await),
            size: self.size,
            name,
            mime,
            as_operator,
        })
    }
}

fn disk(error: std::io::Error) -> MediaError {
    MediaError::Disk(error.to_string())
}
