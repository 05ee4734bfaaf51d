//! Where a file comes from.

use url::Url;

use super::file::MediaKind;
use crate::domain::task::TaskId;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Source {
    /// What a link leads to.
    Link(Url),
    /// The gateway's reply about this task, which holds the video itself.
    Reply(TaskId),
}

impl Source {
    /// The host and the port that send the file; all replies count as one.
    pub(super) fn host(&self) -> String {
        match self {
            Self::Link(url) => {
                let port = url.port_or_known_default().unwrap_or_default();
                format!("{}:{port}", url.host_str().unwrap_or_default())
            }
            Self::Reply(_) => "reply".to_owned(),
        }
    }
}

/// What is fetched once: a link asked for as another kind is another fetch.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct FileKey {
    pub(super) source: Source,
    pub(super) kind: MediaKind,
}
