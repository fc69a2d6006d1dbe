//! Findings in a configuration: the problem, its origin and the correction.

use std::{fmt, path::PathBuf};

use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// In the file.
    File {
        /// As given.
        path: PathBuf,
        /// Line number, from 1.
        line: usize,
    },
    Environment(String),
    /// Set by `doorward dev`: by an option, or as a default of development instances.
    Development,
    /// Not set: the default applies.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, line } => write!(f, "{}:{line}", path.display()),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::Development => f.write_str("doorward dev"),
            Self::Default => f.write_str("default"),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The server starts and logs the finding.
    Warning,
    /// The server does not start.
    Error,
}

/// An invalid or unsafe setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub severity: Severity,
    /// Dotted key, or the unknown name as written.
    pub key: String,
    pub origin: Origin,
    pub problem: String,
    /// Value to write instead.
    pub remediation: String,
}

impl Finding {
    pub(super) fn error(
        key: impl Into<String>,
        origin: Origin,
        problem: impl Into<String>,
        remediation: impl Into<String>,
    ) -> Self {
        Self {
            severity: Severity::Error,
            key: key.into(),
            origin,
            problem: problem.into(),
            remediation: remediation.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        let (key, origin, problem) = (&self.key, &self.origin, &self.problem);
        write!(f, "{severity}: {key} ({origin}): {problem}")?;
        match self.remediation.as_str() {
            "" => Ok(()),
            remediation => write!(f, "\n  {remediation}"),
        }
    }
}

/// Error of a configuration that cannot be used, with all its findings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", list(.0))]
pub struct ConfigError(pub Vec<Finding>);

fn list(findings: &[Finding]) -> String {
    let lines: Vec<_> = findings.iter().map(Finding::to_string).collect();
    lines.join("\n")
}
