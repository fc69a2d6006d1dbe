use doorward_identity_server::doctor;
use doorward_process::doctor::report;

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
        output::document(&report::text(&report))?;
    }
    report::failure(&report).map_or(Ok(()), |text| Err(CliError::failure(text)))
}
