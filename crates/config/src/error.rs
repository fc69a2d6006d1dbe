//! Findings in a configuration: the problem, its origin and the correction.

use std::{fmt, path::PathBuf};

use serde::Serialize;

/// Origin of a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// In the file.
    File {
        /// Path of the file as given.
        path: PathBuf,
        /// Line number, from 1.
        line: usize,
    },
    /// In the environment variable of this name.
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

/// Severity of a finding.
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
    /// Severity, which decides whether the server starts.
    pub severity: Severity,
    /// Dotted key, or the unknown name as written.
    pub key: String,
    /// Origin of the value.
    pub origin: Origin,
    /// Description of the problem.
    pub problem: String,
    /// Value to write instead.
    pub remediation: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        write!(
            f,
            "{severity}: {} ({}): {}",
            self.key, self.origin, self.problem
        )?;
        if self.remediation.is_empty() {
            Ok(())
        } else {
            write!(f, "\n  {}", self.remediation)
        }
    }
}

/// Error of a configuration that cannot be used, with all its findings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", list(.0))]
pub struct ConfigError(pub Vec<Finding>);

fn list(findings: &[Finding]) -> String {
    findings
        .iter()
        .map(Finding::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}
