//! A downloaded file, and its type as its first bytes tell it.

use std::fs::File;
use std::sync::Arc;

/// The kind of file that a link is said to lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MediaKind {
    /// mp4, webm or mov.
    Video,
    /// jpg, png, webp or gif.
    Image,
}

/// A file on disk without a name there: the system frees its space once nobody
/// holds it open, also where the process is killed.
#[derive(Debug)]
pub struct MediaFile {
    /// The open file. Its offset is at no place in particular, and everybody who
    /// sends the file shares it: read at positions of your own.
    pub file: Arc<File>,
    /// Its size in bytes.
    pub size: u64,
    /// `video.mp4`, `thumbnail.jpg` and the like: nothing of the link's name.
    pub name: String,
    /// Its media type, from its bytes.
    pub mime: &'static str,
    /// Whether only the operator can have it, so that its link is shown to nobody.
    pub as_operator: bool,
}

/// How many first bytes tell a file's type.
pub(super) const HEAD: usize = 64;

/// The name and the media type of a file that begins with these bytes; `None` for a
/// type that is not shown as this kind.
pub(super) fn file_type(head: &[u8], kind: MediaKind) -> Option<(String, &'static str)> {
    let (stem, (ending, mime)) = match kind {
        MediaKind::Video => ("video", video(head)?),
        MediaKind::Image => ("thumbnail", image(head)?),
    };
    Some((format!("{stem}.{ending}"), mime))
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
