//! The errors of one query to the provider.

use std::time::Duration;

use thiserror::Error;

/// An error of a query, by the reaction that it asks of the poller. The texts are for the log
/// and never shown to people.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum QueryError {
    /// The provider does not know the task id, or does not know it under this API key.
    #[error("the video service does not know the task: {detail}")]
    NotFound { detail: String },
    /// The provider refuses the API key. Only the operator can mend this.
    #[error("the video service refuses the API key: {detail}")]
    Denied {
        /// The provider's own words, shortened and without the key.
        detail: String,
    },
    /// There are too many queries. `wait` is the pause that the provider asked for, if any.
    #[error("the video service asks for a pause{}", length(*wait))]
    RateLimited { wait: Option<Duration> },
    /// There is no usable answer for now: the network failed, the provider answered with a
    /// 5xx or is saturated, or the circuit is open.
    #[error("the video service is not answering: {cause}")]
    Unavailable { cause: String },
    /// No answer came before the query's timeout. The cause may be the task and not the
    /// provider.
    #[error("the video service is not answering: {cause}")]
    NoAnswer { cause: String },
    /// The answer is not in the gateways' format: HTML, or broken or oversized JSON.
    #[error("the video service's answer makes no sense: {cause}")]
    Invalid { what: InvalidReply, cause: String },
    /// There is no gateway to ask: none takes the id, or the one that knew the task is no
    /// longer configured.
    #[error("no gateway is set up for this task")]
    Unserved,
}

/// Returns the length of a pause, in words that follow "a pause".
fn length(wait: Option<Duration>) -> String {
    wait.map_or_else(String::new, |wait| format!(" of {wait:?}"))
}

impl QueryError {
    /// Returns a word for the error, for the metrics and the JSON of the command line.
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

    /// Returns the combined error of two gateways that were asked about one task. The task is
    /// unknown only if both say so. If one of them may answer later, the task waits.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match other.outweighs(&self) {
            true => other,
            false => self,
        }
    }

    /// Returns whether this error is the one that counts of the two.
    #[must_use]
    pub fn outweighs(&self, other: &Self) -> bool {
        self.rank() > other.rank()
    }

    /// Returns the rank of an error: of two errors the one with the higher rank counts.
    fn rank(&self) -> u8 {
        match self {
            Self::Unserved => 0,
            Self::NotFound { .. } => 1,
            Self::Denied { .. } => 2,
            // A gateway that asked for no pause may be asked again sooner.
            Self::RateLimited { .. } => 3,
            Self::Unavailable { .. } | Self::NoAnswer { .. } | Self::Invalid { .. } => 4,
        }
    }
}

/// The reason why an answer makes no sense. Only the operator can mend the first two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidReply {
    /// The answer is larger than the limit for answers.
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
