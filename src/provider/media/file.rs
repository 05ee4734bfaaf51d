//! A downloaded file: its type from its bytes, its safe name, its place on disk.

use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use tempfile::{NamedTempFile, TempPath};

/// Starts the name of every file on disk, so that cleaning takes nothing else.
const PREFIX: &str = "videostatus-media-";
/// Older files are left over: downloads and uploads end long before. Younger
/// ones may belong to another process that shares the folder.
const STALE: Duration = Duration::from_secs(60 * 60);

/// What a link is said to lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MediaKind {
    /// mp4, webm or mov.
    Video,
    /// jpg, png, webp or gif.
    Image,
}

/// A file on disk; deleted when dropped.
#[derive(Debug)]
pub struct MediaFile {
    /// Where it is.
    pub path: TempPath,
    /// Bytes.
    pub size: u64,
    /// `video.mp4`, `thumbnail.jpg` and the like: nothing of the link's name.
    pub name: String,
    /// Its media type, from its bytes.
    pub mime: &'static str,
}

/// A type that is shown: ending and media type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FileType {
    ending: &'static str,
    pub(super) mime: &'static str,
}

impl FileType {
    /// So many first bytes decide.
    pub(super) const HEAD: usize = 64;

    /// Reads the type from a file's first [`FileType::HEAD`] bytes.
    pub(super) fn of(head: &[u8], kind: MediaKind) -> Option<Self> {
        let (ending, mime) = match kind {
            MediaKind::Video => video(head)?,
            MediaKind::Image => image(head)?,
        };
        Some(Self { ending, mime })
    }

    /// The file's name for people.
    pub(super) fn name(self, kind: MediaKind) -> String {
        let stem = match kind {
            MediaKind::Video => "video",
            MediaKind::Image => "thumbnail",
        };
        format!("{stem}.{}", self.ending)
    }
}

/// The family of ISO media files starts with an `ftyp` box whose brand tells
/// still images and sound from films; WebM is a Matroska file that says so.
fn video(head: &[u8]) -> Option<(&'static str, &'static str)> {
    if head.get(4..8) == Some(b"ftyp") {
        return match head.get(8..12)? {
            b"qt  " => Some(("mov", "video/quicktime")),
            b"avif" | b"avis" | b"heic" | b"heix" | b"heif" | b"hevc" | b"mif1" | b"msf1"
            | b"M4A " | b"M4B " | b"M4P " | b"crx " | b"jp2 " => None,
            _ => Some(("mp4", "video/mp4")),
        };
    }
    let matroska = head.starts_with(b"\x1a\x45\xdf\xa3");
    let webm = head.windows(4).any(|word| word == b"webm");
    (matroska && webm).then_some(("webm", "video/webm"))
}

fn image(head: &[u8]) -> Option<(&'static str, &'static str)> {
    if head.starts_with(b"\xff\xd8\xff") {
        Some(("jpg", "image/jpeg"))
    } else if head.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some(("png", "image/png"))
    } else if head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP") {
        Some(("webp", "image/webp"))
    } else if head.starts_with(b"GIF87a") || head.starts_with(b"GIF89a") {
        Some(("gif", "image/gif"))
    } else {
        None
    }
}

/// Makes the folder where missing and deletes what an earlier process left.
pub(super) fn prepare(dir: &Path) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with(PREFIX) {
            continue;
        }
        // Another process may be cleaning at the same time.
        let Ok(modified) = entry.metadata().and_then(|meta| meta.modified()) else {
            continue;
        };
        if modified.elapsed().is_ok_and(|age| age > STALE)
            && let Err(error) = fs::remove_file(entry.path())
        {
            tracing::warn!(%error, "media.stale.kept");
        }
    }
    Ok(())
}

/// A new, empty file in the folder, readable by this user alone.
pub(super) fn create(dir: &Path) -> io::Result<NamedTempFile> {
    tempfile::Builder::new().prefix(PREFIX).tempfile_in(dir)
}
