//! The findings of the doctor's checks.

pub(super) type Found = Result<String, Fault>;

/// A check's name and its finding.
pub(super) type Check = (&'static str, Found);

pub(super) struct Fault {
    /// True if the bot cannot work. Otherwise a part of it does not work, or it will not work
    /// for long.
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
