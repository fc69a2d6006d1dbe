//! The report: one line for each part of the deployment.

use std::fmt;

use serde::Serialize;

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CheckStatus {
    /// The part works.
    Good,
    /// The part works, but needs attention.
    Warning,
    /// The part does not work.
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

#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct CheckResult {
    pub part: &'static str,
    pub health: CheckStatus,
    pub seen: String,
    #[serde(rename = "remedy")]
    pub suggestion: Option<String>,
}

impl CheckResult {
    pub(super) fn passed(part: &'static str, seen: impl fmt::Display) -> Self {
        Self {
            part,
            health: CheckStatus::Good,
            seen: seen.to_string(),
            suggestion: None,
        }
    }

    pub(super) fn warning(
        part: &'static str,
        seen: impl fmt::Display,
        remediation: impl fmt::Display,
    ) -> Self {
        Self {
            part,
            health: CheckStatus::Warning,
            seen: seen.to_string(),
            suggestion: Some(remediation.to_string()),
        }
    }

    pub(super) fn bad(
        part: &'static str,
        seen: impl fmt::Display,
        remediation: impl fmt::Display,
    ) -> Self {
        Self {
            health: CheckStatus::Bad,
            ..Self::warning(part, seen, remediation)
        }
    }
}
