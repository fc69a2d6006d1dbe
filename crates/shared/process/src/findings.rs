//! Findings of a configuration check at the start of a server.

use doorward_config::{ConfigError, Finding, Severity};

use crate::output::print_status;

pub fn print_findings(findings: &[Finding]) {
    for finding in findings {
        print_status(&finding.to_string());
    }
}

/// Rejects a configuration with errors; prints warnings and accepts them.
pub fn reject_errors(findings: Vec<Finding>) -> Result<(), ConfigError> {
    let (errors, warnings): (Vec<_>, Vec<_>) = findings
        .into_iter()
        .partition(|finding| finding.severity == Severity::Error);
    print_findings(&warnings);
    if errors.is_empty() {
        Ok(())
    } else {
        Err(ConfigError(errors))
    }
}
