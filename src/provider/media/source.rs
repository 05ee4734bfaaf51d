//! Where a file comes from.

use url::Url;

use super::file::MediaKind;
use crate::domain::task::TaskId;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Source {
    /// A link to any other place.
    Link(Url),
    /// A link to the origin of the gateway that gave it, with that gateway's place among
    /// all gateways.
    Own(Url, usize),
    /// The reply of a gateway about this task, which holds the video itself.
    Reply(TaskId, usize),
}

impl Source {
    /// The host and the port that send the file; all replies of a gateway count as one.
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

/// What is fetched once: a link asked for as another kind is another fetch.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct FileKey {
    pub(super) source: Source,
    pub(super) kind: MediaKind,
}
