//! The report: one line for each part of the deployment.

use std::fmt;

use serde::Serialize;

/// How something is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CheckStatus {
    /// As it should be.
    Good,
    /// It works, and somebody should look at it.
    Warning,
    /// It does not work.
    Bad,
}

impl fmt::Display for CheckStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Good => "good",
            Self::Warning => "warning",
            Self::Bad => "bad",
        })
    }
}

/// One line of the report.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct CheckResult {
    /// What was looked at.
    pub part: &'static str,
    /// How it is.
    pub health: CheckStatus,
    /// What was seen.
    pub seen: String,
    /// What to do, where there is something to do.
    pub remedy: Option<String>,
}

impl CheckResult {
    pub(super) fn good(part: &'static str, seen: impl fmt::Display) -> Self {
        Self {
            part,
            health: CheckStatus::Good,
            seen: seen.to_string(),
            remedy: None,
        }
    }

    pub(super) fn warning(
        part: &'static str,
        seen: impl fmt::Display,
        remedy: impl fmt::Display,
    ) -> Self {
        Self {
            part,
            health: CheckStatus::Warning,
            seen: seen.to_string(),
            remedy: Some(remedy.to_string()),
        }
    }

    pub(super) fn bad(
        part: &'static str,
        seen: impl fmt::Display,
        remedy: impl fmt::Display,
    ) -> Self {
        Self {
            health: CheckStatus::Bad,
            ..Self::warning(part, seen, remedy)
        }
    }
}
