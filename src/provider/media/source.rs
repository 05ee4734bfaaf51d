//! The source of a media file.

use url::Url;

use super::file::MediaKind;
use crate::domain::task::TaskId;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Source {
    /// A link to a host that is not the giving gateway's own.
    Link(Url),
    /// A link to the own origin of the gateway that gave it, with that gateway's position
    /// among all gateways.
    Own(Url, usize),
    /// The reply about this task by the gateway at this position, which itself holds the
    /// video.
    Reply(TaskId, usize),
}

impl Source {
    /// Returns the host and port that send the file. All replies of a gateway count as one
    /// host.
    pub(super) fn host(&self) -> String {
        match self {
            Self::Link(url) | Self::Own(url, _) => {
                let port = url.port_or_known_default().unwrap_or_default();
                format!("{}:{port}", url.host_str().unwrap_or_default())
            }
            Self::Reply(_, gateway) => format!("reply {gateway}"),
        }
    }
}

/// The key of a fetch. A link that is asked for as another kind has another key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct FileKey {
    pub(super) source: Source,
    pub(super) kind: MediaKind,
}
