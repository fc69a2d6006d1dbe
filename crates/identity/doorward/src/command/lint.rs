use doorward_rules::lint::{Deviation, RequirementLevel};

use crate::command::prelude::*;

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
    #[command(flatten)]
    out: Output,
}

/// Lists the deviations, requirements of RFC 9700 first.
pub async fn run(args: LintArgs) -> Result {
    let installation = args.target.open().await?;
    let mut deviations = clients::deviations(&installation.operator()).await?;
    if args.must {
        deviations.retain(|item| item.demand == RequirementLevel::Must);
    } else if !args.all {
        deviations.retain(|item| item.is_due);
    }
    if deviations.is_empty() && !args.out.json {
        output::print_status("Nothing to do: no client stays behind RFC 9700.");
        return Ok(());
    }
    let header = ["CLIENT_ID", "RFC 9700", "DEMAND", "WHAT", "REMEDY"];
    args.out.rows(&deviations, document, header, |item| {
        [
            item.client_id.clone(),
            format!("§{}", item.section),
            item.demand.as_str().to_owned(),
            item.what.to_owned(),
            item.remediation.to_owned(),
        ]
    })
}

fn document(item: &Deviation) -> Value {
    json!({
        "client_id": item.client_id, "section": item.section, "demand": item.demand.as_str(),
        "what": item.what, "remedy": item.remediation,
    })
}
