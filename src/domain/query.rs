//! The results of one query to the provider, typed by the reaction they ask for.

use std::time::Duration;

use thiserror::Error;

/// Why a query gave no snapshot. One variant per reaction of the poller; the
/// texts are for the log, never for a person.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum QueryError {
    /// The provider does not know the task id (or not with this API key).
    #[error("the video service does not know the task: {detail}")]
    NotFound { detail: String },
    /// The provider refuses the API key; only the operator can mend it.
    #[error("the video service refuses the API key: {detail}")]
    Denied {
        /// The provider's own words, shortened, without the key.
        detail: String,
    },
    /// Too many queries; ask again after `wait` where the provider told one.
    #[error("the video service asks for a pause{}", length(*wait))]
    RateLimited { wait: Option<Duration> },
    /// No usable answer for now: network, 5xx, saturation, an open circuit.
    #[error("the video service is not answering: {cause}")]
    Unavailable { cause: String },
    /// Nothing came within the time of a query. It may be the task that hangs, and not
    /// the provider.
    #[error("the video service is not answering: {cause}")]
    NoAnswer { cause: String },
    /// An answer that is none of the family's: HTML, broken or oversized JSON.
    #[error("the video service's answer makes no sense: {cause}")]
    Invalid { what: Nonsense, cause: String },
    /// There is no gateway to ask: none takes such ids, or the one that knew the task is
    /// no longer set up.
    #[error("no gateway is set up for this task")]
    Unserved,
}

/// How long a pause is, in words that may follow it.
fn length(wait: Option<Duration>) -> String {
    wait.map_or_else(String::new, |wait| format!(" of {wait:?}"))
}

impl QueryError {
    /// One word for the reaction: in metrics, and to whoever reads JSON.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "not_found",
            Self::Denied { .. } => "denied",
            Self::RateLimited { .. } => "rate_limited",
            Self::Unavailable { .. } | Self::NoAnswer { .. } => "unavailable",
            Self::Invalid { .. } => "invalid",
            // No gateway was asked.
            Self::Unserved => "unserved",
        }
    }

    /// What two gateways come to that were asked about one task. A task is unknown only
    /// where both say so, and is waited for where one of them may yet answer.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match other.outweighs(&self) {
            true => other,
            false => self,
        }
    }

    /// Whether this is what counts of the two.
    #[must_use]
    pub fn outweighs(&self, other: &Self) -> bool {
        self.hope() > other.hope()
    }

    fn hope(&self) -> u8 {
        match self {
            Self::Unserved => 0,
            Self::NotFound { .. } => 1,
            Self::Denied { .. } => 2,
            // Whoever asked for no pause may be asked again sooner.
            Self::RateLimited { .. } => 3,
            Self::Unavailable { .. } | Self::NoAnswer { .. } | Self::Invalid { .. } => 4,
        }
    }
}

/// What an answer that makes no sense is, where more is known. Only the operator can
/// mend the first two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nonsense {
    /// Larger than any answer is read.
    TooLarge,
    /// The gateway has no such path.
    WrongPath,
    Unknown,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_is_unknown_only_where_every_gateway_says_so() {
        let unknown = || QueryError::NotFound {
            detail: "no".into(),
        };
        let denied = QueryError::Denied {
            detail: "key".into(),
        };
        let down = QueryError::Unavailable {
            cause: "502".into(),
        };
        assert_eq!(QueryError::Unserved.and(unknown()), unknown());
        assert_eq!(unknown().and(unknown()), unknown());
        for other in [&denied, &down] {
            assert_eq!(unknown().and(other.clone()), *other);
            assert_eq!(other.clone().and(unknown()), *other);
        }
        assert_eq!(denied.and(down.clone()), down);
        let pause = QueryError::RateLimited { wait: None };
        assert_eq!(pause.clone().and(unknown()), pause);
        assert_eq!(pause.and(down.clone()), down);
    }
}
