//! The report: one line for each part of the deployment.

use std::fmt;

use serde::Serialize;

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CheckStatus {
    Good,
    /// The part works, but needs attention.
    Warning,
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

/// A part of the deployment, by its name in the report.
#[derive(Clone, Copy)]
pub(super) struct Part(pub &'static str);

impl Part {
    pub fn passed(self, seen: impl fmt::Display) -> CheckResult {
        CheckResult {
            part: self.0,
            health: CheckStatus::Good,
            seen: seen.to_string(),
            suggestion: None,
        }
    }

    pub fn warning(self, seen: impl fmt::Display, remediation: impl fmt::Display) -> CheckResult {
        CheckResult {
            health: CheckStatus::Warning,
            suggestion: Some(remediation.to_string()),
            ..self.passed(seen)
        }
    }

    pub fn bad(self, seen: impl fmt::Display, remediation: impl fmt::Display) -> CheckResult {
        CheckResult {
            health: CheckStatus::Bad,
            ..self.warning(seen, remediation)
        }
    }
}
