//! `doorward import ids`: the ids of imported objects.

use clap::Args;
use doorward_store::repo;
use doorward_store::repo::imports::ImportedRecord;
use serde_json::json;

use crate::{error::CliError, output, target::TargetArgs};

/// List the IDs of imported objects.
#[derive(Debug, Args)]
pub struct IdsArgs {
    /// Only objects of this source
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// Print JSON instead of CSV
    #[arg(long)]
    json: bool,
}

/// Prints the list.
pub async fn run(place: &TargetArgs, args: &IdsArgs) -> Result<(), CliError> {
    let place = place.open().await?;
    let mut all: Vec<ImportedRecord> = Vec::new();
    loop {
        let after = all.last();
        let source = args.source.as_deref();
        let page = repo::imports::list(place.db.read(), source, after, repo::PAGE_MAX).await?;
        if page.is_empty() {
            break;
        }
        all.extend(page);
    }
    if args.json {
        let documents: Vec<_> = all
            .iter()
            .map(|one| {
                json!({
                    "source": one.source, "kind": one.kind, "old_id": one.old_id,
                    "new_id": one.new_id, "imported_at": output::time(one.imported_at),
                })
            })
            .collect();
        return output::json(&documents);
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut write = |cells: [&str; 4]| writer.write_record(cells).map_err(CliError::failure);
    write(["source", "kind", "old_id", "new_id"])?;
    for one in &all {
        write([&one.source, &one.kind, &one.old_id, &one.new_id])?;
    }
    let bytes = writer.into_inner().map_err(CliError::failure)?;
    output::document(&String::from_utf8_lossy(&bytes))
}
