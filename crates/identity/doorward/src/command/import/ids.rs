//! `doorward import ids`: the ids of imported objects.

use doorward_store::repo;
use doorward_store::repo::imports::ImportedRecord;

use crate::command::prelude::*;
use crate::output::ListOutput;

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
pub async fn run(place: &ActingTarget, args: &IdsArgs) -> Result {
    let place = place.open().await?;
    let source = args.source.as_deref();
    let mut list = ListOutput::new(&[], true);
    if !args.json {
        output::document(&output::csv([["source", "kind", "old_id", "new_id"]])?)?;
    }
    let mut after: Option<ImportedRecord> = None;
    loop {
        let page = repo::imports::list(place.db.read(), source, after.as_ref(), repo::PAGE_MAX);
        let page = page.await?;
        let is_read = if args.json {
            list.documents(&page.iter().map(document).collect::<Vec<_>>())?
        } else {
            let lines = output::csv(page.iter().map(cells))?;
            lines.is_empty() || output::line_while_read(lines.trim_end_matches('\n'))?
        };
        after = page.into_iter().next_back();
        if after.is_none() || !is_read {
            break;
        }
    }
    if args.json { list.end() } else { Ok(()) }
}

fn document(one: &ImportedRecord) -> Value {
    json!({
        "source": one.source, "kind": one.kind, "old_id": one.old_id,
        "new_id": one.new_id, "imported_at": output::time(one.imported_at),
    })
}

fn cells(one: &ImportedRecord) -> [&str; 4] {
    [&one.source, &one.kind, &one.old_id, &one.new_id]
}
