use std::fmt::Write as _;

use doorward_identity_server::doctor;
use doorward_identity_server::doctor::report::{CheckResult, CheckStatus};

use crate::command::prelude::*;

#[derive(Debug, Args)]
pub struct DoctorArgs {
    #[command(flatten)]
    target: TargetArgs,
    #[command(flatten)]
    out: Output,
}

/// Runs the checks without changing anything. Fails if a part does not work.
pub async fn run(args: &DoctorArgs) -> Result {
    let config = args.target.config()?;
    let report = doctor::examine(&config, &SystemClock).await;
    if args.out.json {
        output::json(&report)?;
    } else {
        output::document(&text(&report))?;
    }
    match report
        .iter()
        .filter(|line| line.health == CheckStatus::Bad)
        .count()
    {
        0 => Ok(()),
        bad => Err(CliError::failure(format!(
            "{bad} of {} parts do not work",
            report.len()
        ))),
    }
}

/// Formats one line for each part.
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
        let seen = output::escaped(seen);
        // Writing into a string cannot fail.
        let _ = write!(text, "{health:<7}  {part:<width$}  {seen}");
        if let Some(suggestion) = suggestion {
            let _ = write!(text, "; {}", output::escaped(suggestion));
        }
        text.push('\n');
    }
    text
}
