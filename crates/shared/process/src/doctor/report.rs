//! The report: one line for each part of the deployment.

use std::fmt::{self, Write as _};

use doorward_config::{Finding, Severity};
use serde::Serialize;

use crate::output::escaped;

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
#[derive(Clone, Copy, Debug)]
pub struct Part(pub &'static str);

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

/// Reports the findings of a configuration check.
pub fn configuration(findings: Vec<Finding>) -> Vec<CheckResult> {
    const CONFIGURATION: Part = Part("configuration");
    if findings.is_empty() {
        return vec![CONFIGURATION.passed("no finding")];
    }
    let lines = findings.into_iter().map(|finding| {
        let seen = format!("{} ({}): {}", finding.key, finding.origin, finding.problem);
        match finding.severity {
            Severity::Warning => CONFIGURATION.warning(seen, finding.remediation),
            Severity::Error => CONFIGURATION.bad(seen, finding.remediation),
        }
    });
    lines.collect()
}

/// Formats a report for a terminal, one line for each part.
pub fn text(report: &[CheckResult]) -> String {
    let width = report.iter().map(|line| line.part.len()).max().unwrap_or(0);
    let mut text = String::new();
    for CheckResult {
        part,
        health,
        seen,
        suggestion,
    } in report
    {
        let health = health.to_string();
        let seen = escaped(seen);
        // Writing into a string cannot fail.
        let _ = write!(text, "{health:<7}  {part:<width$}  {seen}");
        if let Some(suggestion) = suggestion {
            let _ = write!(text, "; {}", escaped(suggestion));
        }
        text.push('\n');
    }
    text
}

/// Returns a sentence about the parts that do not work; `None` if all do.
pub fn failure(report: &[CheckResult]) -> Option<String> {
    let bad = report
        .iter()
        .filter(|line| line.health == CheckStatus::Bad)
        .count();
    (bad > 0).then(|| format!("{bad} of {} parts do not work", report.len()))
}
