//! A downloaded file, and the detection of its type from its first bytes.

use std::fs::File;
use std::sync::Arc;

/// The kind of file that a caller expects at a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MediaKind {
    /// mp4, webm or mov.
    Video,
    /// jpg, png, webp or gif.
    Image,
}

/// A file on disk without a name. The system frees its space once nobody holds it open, even
/// if the process is killed.
#[derive(Debug)]
pub struct MediaFile {
    /// The open file. All readers share its offset, so each must read at explicit positions.
    pub file: Arc<File>,
    /// The size in bytes.
    pub size: u64,
    /// A name such as `video.mp4` or `thumbnail.jpg`, which takes nothing from the link.
    pub name: String,
    /// The media type, detected from the bytes.
    pub mime: &'static str,
    /// True if only the operator's key or network reaches the file. Its link is not shown
    /// then, because people could not follow it.
    pub as_operator: bool,
}

/// The number of first bytes that the type is detected from.
pub(super) const HEAD: usize = 64;

/// Returns the name and the media type of a file that begins with these bytes; `None` for a
/// type that is not shown as this kind.
pub(super) fn file_type(head: &[u8], kind: MediaKind) -> Option<(String, &'static str)> {
    let (stem, (ending, mime)) = match kind {
        MediaKind::Video => ("video", video(head)?),
        MediaKind::Image => ("thumbnail", image(head)?),
    };
    Some((format!("{stem}.{ending}"), mime))
}

/// Returns the ending and the media type of a video. ISO media files start with an `ftyp` box,
/// whose brand tells videos from still images and sound. WebM is a Matroska file that names
/// WebM.
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
    match head {
        [0xff, 0xd8, 0xff, ..] => Some(("jpg", "image/jpeg")),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(("png", "image/png")),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(("gif", "image/gif")),
        _ if head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP") => {
            Some(("webp", "image/webp"))
        }
        _ => None,
    }
}
