//! A downloaded file.

use std::fs::File;
use std::sync::Arc;

/// What a link is said to lead to.
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
}
