//! Errors in policy files, with their positions.

use std::fmt;

use miette::Diagnostic;

/// An error in a policy file with its position.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct PolicyDiagnostic {
    pub file: String,
    /// Line, from 1; 0 for the whole file.
    pub line: usize,
    pub reason: String,
}

impl PolicyDiagnostic {
    /// Creates an error about the whole file.
    pub fn of_file(file: &str, reason: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            line: 0,
            reason: reason.into(),
        }
    }

    /// Creates an error at this line, from 1.
    pub(super) fn at(file: &str, line: usize, reason: impl Into<String>) -> Self {
        Self {
            line,
            ..Self::of_file(file, reason)
        }
    }

    /// Converts a finding of Cedar in this text.
    pub(super) fn from_finding(file: &str, text: &str, finding: &dyn Diagnostic) -> Self {
        let place = finding.labels().and_then(|mut labels| labels.next());
        let line = place.map_or(0, |label| line_of(text, label.offset()));
        let mut reason = finding.to_string();
        if let Some(help) = finding.help() {
            reason = format!("{reason} ({help})");
        }
        Self {
            file: file.to_owned(),
            line,
            reason,
        }
    }
}

/// Returns the line, from 1, of a byte offset.
pub(super) fn line_of(text: &str, offset: usize) -> usize {
    let before = text.bytes().take(offset);
    before.filter(|byte| *byte == b'\n').count() + 1
}

impl fmt::Display for PolicyDiagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file, self.reason),
            line => write!(f, "{}:{line}: {}", self.file, self.reason),
        }
    }
}
