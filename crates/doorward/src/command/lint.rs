//! `doorward lint`.

use clap::Args;
use doorward_admin::clients;
use doorward_rules::lint::{Deviation, RequirementLevel};
use serde_json::{Value, json};

use crate::{error::CliError, output, target::TargetArgs};

/// Report client settings that deviate from RFC 9700 (OAuth 2.0 Security BCP).
#[derive(Debug, Args)]
pub struct LintArgs {
    #[command(flatten)]
    target: TargetArgs,
    /// Report also deviations from recommendations about which there is nothing to do, such as a
    /// client secret
    #[arg(long, conflicts_with = "must")]
    all: bool,
    /// Omit deviations from recommendations; report requirements only
    #[arg(long)]
    must: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Lists the deviations, requirements of RFC 9700 first.
pub async fn run(args: LintArgs) -> Result<(), CliError> {
    let installation = args.target.open().await?;
    let mut found = clients::deviations(&installation.operator()).await?;
    if args.must {
        found.retain(|found| found.demand == RequirementLevel::Must);
    } else if !args.all {
        found.retain(|found| found.is_due);
    }
    if args.json {
        output::json(&found.iter().map(document).collect::<Vec<_>>())
    } else {
        show(&found)
    }
}

fn show(found: &[Deviation]) -> Result<(), CliError> {
    if found.is_empty() {
        output::print_status("Nothing to do: no client stays behind RFC 9700.");
        return Ok(());
    }
    let rows: Vec<_> = found.iter().map(row).collect();
    let header = ["CLIENT_ID", "RFC 9700", "DEMAND", "WHAT", "REMEDY"];
    output::table(&header, &rows)
}

fn row(item: &Deviation) -> Vec<String> {
    vec![
        item.client_id.clone(),
        format!("§{}", item.section),
        item.demand.as_str().to_owned(),
        item.what.to_owned(),
        item.remediation.to_owned(),
    ]
}

fn document(item: &Deviation) -> Value {
    json!({
        "client_id": item.client_id, "section": item.section, "demand": item.demand.as_str(),
        "what": item.what, "remedy": item.remediation,
    })
}
