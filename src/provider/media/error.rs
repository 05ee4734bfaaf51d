//! The reasons why there is no file, and whether another try may help.

use thiserror::Error;

/// The reason why there is no file. A person may still be able to follow the link, except
/// after [`MediaError::BadLink`], [`MediaError::Forbidden`] and [`MediaError::AsOperator`].
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MediaError {
    /// The link is not an http(s) one, or holds a user or a password.
    #[error("not a plain http(s) link")]
    BadLink,
    /// The link leads to `host` (as the link or a redirect names it), whose address is not
    /// public but of this kind.
    #[error(
        "the address of {host} is not on the public internet ({kind}): \
         MEDIA_ALLOW_PRIVATE_HOSTS=true would fetch from it"
    )]
    Forbidden { host: String, kind: &'static str },
    /// The gateway's own origin refused a download without its key, and the download with
    /// its key failed.
    #[error("the gateway's own link, as the operator: {0}")]
    AsOperator(Box<MediaError>),
    /// The file is larger than the bound on fetched files, in bytes. A message may have a
    /// smaller bound, which the caller checks.
    #[error("larger than {0} bytes")]
    TooLarge(u64),
    /// The host refused with this HTTP status, redirected too often, or sent a part of the
    /// file (206).
    #[error("the host answers with HTTP {0}")]
    Refused(u16),
    /// The bytes are of a type that the bot does not show as this kind of file.
    #[error("neither a video nor an image of a known type")]
    WrongType,
    /// The host gave no complete answer; the text is the shortened cause.
    #[error("{0}")]
    Unreachable(String),
    /// The file could not be written to disk; the text is the system's error.
    #[error("the file cannot be kept: {0}")]
    Disk(String),
}

impl MediaError {
    /// Returns whether another try may help. Storage often needs some seconds until a new
    /// file is available, and answers "not found" or with a page until then.
    pub(super) fn may_pass(&self) -> bool {
        if let Self::AsOperator(error) = self {
            return error.may_pass();
        }
        let may_come = matches!(self, Self::Refused(404 | 408 | 425 | 429 | 500..=599));
        may_come || matches!(self, Self::WrongType | Self::Unreachable(_))
    }

    /// Returns the error's name in the metrics.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::BadLink | Self::Forbidden { .. } => "forbidden",
            Self::AsOperator(error) => error.name(),
            Self::TooLarge(_) => "too_large",
            Self::Refused(_) => "refused",
            Self::WrongType => "wrong_type",
            Self::Unreachable(_) => "unreachable",
            Self::Disk(_) => "disk",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_try_may_help_where_the_file_may_still_come() {
        let refused = |status| MediaError::Refused(status);
        let (host, cause) = (String::new(), String::new());
        let rows = [
            (refused(206), false),
            (refused(303), false),
            (refused(400), false),
            (refused(401), false),
            (refused(403), false),
            (refused(404), true),
            (refused(408), true),
            (refused(410), false),
            (refused(416), false),
            (refused(425), true),
            (refused(429), true),
            (refused(451), false),
            (refused(500), true),
            (refused(503), true),
            (refused(599), true),
            (MediaError::WrongType, true),
            (MediaError::Unreachable(cause), true),
            (MediaError::BadLink, false),
            (
                MediaError::Forbidden {
                    host,
                    kind: "private",
                },
                false,
            ),
            (
                MediaError::AsOperator(Box::new(MediaError::Refused(404))),
                true,
            ),
            (
                MediaError::AsOperator(Box::new(MediaError::Refused(403))),
                false,
            ),
            (MediaError::TooLarge(1), false),
            (MediaError::Disk(String::new()), false),
        ];
        for (error, expected) in rows {
            assert_eq!(error.may_pass(), expected, "{error:?}");
        }
    }
}
