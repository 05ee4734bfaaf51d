//! The type of a file, read from its first bytes.

use super::file::MediaKind;

/// A type that is shown: ending and media type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FileType {
    ending: &'static str,
    pub(super) mime: &'static str,
}

impl FileType {
    /// How many first bytes decide.
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
