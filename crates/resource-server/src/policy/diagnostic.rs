//! A mistake in a policy file: where it is and what it is.

use std::fmt;

use miette::Diagnostic;

/// One mistake, with the place where one has to look.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct PolicyDiagnostic {
    /// The file's path.
    pub file: String,
    /// The line, from 1; 0 where the whole file is meant.
    pub line: usize,
    /// What is wrong.
    pub reason: String,
}

impl PolicyDiagnostic {
    /// A mistake of the whole file.
    pub fn of_file(file: &str, reason: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            line: 0,
            reason: reason.into(),
        }
    }

    /// A mistake at this line, from 1.
    pub(super) fn at(file: &str, line: usize, reason: impl Into<String>) -> Self {
        Self {
            line,
            ..Self::of_file(file, reason)
        }
    }

    /// What Cedar found in this text.
    pub(super) fn found(file: &str, text: &str, finding: &dyn Diagnostic) -> Self {
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

/// The line, from 1, of this offset in bytes.
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
