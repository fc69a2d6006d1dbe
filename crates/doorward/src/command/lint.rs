//! `doorward lint`.

use clap::Args;
use doorward_admin::clients;
use doorward_domain::rules::lint::{Deviation, RequirementLevel};
use serde_json::{Value, json};

use crate::{error::CliError, output, target::TargetArgs};

/// Report client settings that deviate from RFC 9700 (OAuth 2.0 Security BCP).
#[derive(Debug, Args)]
pub struct LintArgs {
    #[command(flatten)]
    place: TargetArgs,
    /// Omit deviations from recommendations; report requirements only
    #[arg(long)]
    must: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Lists every deviation, requirements of RFC 9700 first.
pub async fn run(args: LintArgs) -> Result<(), CliError> {
    let place = args.place.open().await?;
    let mut found = clients::deviations(&place.operator()).await?;
    found.retain(|one| !args.must || one.demand == RequirementLevel::Must);
    if args.json {
        output::json(&found.iter().map(document).collect::<Vec<_>>())
    } else {
        show(&found)
    }
}

fn show(found: &[Deviation]) -> Result<(), CliError> {
    if found.is_empty() {
        output::print_status("Nothing stays behind RFC 9700.");
        return Ok(());
    }
    let rows: Vec<_> = found.iter().map(row).collect();
    let header = ["CLIENT_ID", "RFC 9700", "DEMAND", "WHAT", "REMEDY"];
    output::table(&header, &rows)
}

fn row(one: &Deviation) -> Vec<String> {
    vec![
        one.client_id.clone(),
        format!("§{}", one.section),
        one.demand.as_str().to_owned(),
        one.what.to_owned(),
        one.remedy.to_owned(),
    ]
}

fn document(one: &Deviation) -> Value {
    json!({
        "client_id": one.client_id, "section": one.section, "demand": one.demand.as_str(),
        "what": one.what, "remedy": one.remedy,
    })
}
