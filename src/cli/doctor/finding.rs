//! What the doctor says of one thing.

use serde::Serialize;

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Verdict {
    Fine,
    /// The bot works, but not all of it, or not for long.
    Doubtful,
    /// The bot does not work.
    Broken,
}

/// One check and what it found.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Finding {
    check: &'static str,
    pub(super) verdict: Verdict,
    found: String,
    /// What to do.
    advice: Option<String>,
}

impl Finding {
    pub(super) fn fine(check: &'static str, found: impl Into<String>) -> Self {
        Self {
            check,
            verdict: Verdict::Fine,
            found: found.into(),
            advice: None,
        }
    }

    pub(super) fn doubtful(
        check: &'static str,
        found: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self {
            verdict: Verdict::Doubtful,
            advice: Some(advice.into()),
            ..Self::fine(check, found)
        }
    }

    pub(super) fn broken(
        check: &'static str,
        found: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self {
            verdict: Verdict::Broken,
            ..Self::doubtful(check, found, advice)
        }
    }

    pub(super) fn line(&self) -> String {
        let mark = match self.verdict {
            Verdict::Fine => '✓',
            Verdict::Doubtful => '!',
            Verdict::Broken => '✗',
        };
        let line = format!("{mark} {:<13} {}", self.check, self.found);
        match &self.advice {
            Some(advice) => format!("{line}\n  {:<13} → {advice}", ""),
            None => line,
        }
    }
}
