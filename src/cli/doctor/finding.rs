//! What a check of the doctor found.

pub(super) type Found = Result<String, Fault>;

/// A check's name and what it found.
pub(super) type Check = (&'static str, Found);

pub(super) struct Fault {
    /// Whether the bot does not work; else not all of it works, or not for long.
    pub(super) broken: bool,
    pub(super) found: String,
    pub(super) advice: String,
}

impl Fault {
    pub(super) fn broken(found: impl ToString, advice: &str) -> Self {
        Self {
            broken: true,
            found: found.to_string(),
            advice: advice.to_owned(),
        }
    }

    pub(super) fn doubtful(found: impl ToString, advice: &str) -> Self {
        Self {
            broken: false,
            ..Self::broken(found, advice)
        }
    }
}
