//! The record of an archive of the audit log, whose rows are then deleted.

use doorward_rules::audit_archive::AuditArchive;

use crate::prelude::*;

/// Records an archive whose file is complete. From then on the database allows the deletion of its rows.
#[boxed(?Send)]
pub async fn record(context: &AdminContext<'_>, archive: &AuditArchive) -> Result<()> {
    context.must_administer()?;
    let tx = context.begin().await?;
    repo::audit_archives::insert(&tx, archive).await?;
    let event = context.event(AuditKind::SystemChanged, "audit_log", "audit log archived");
    let event = event.with("file", archive.file.as_str());
    let event = event.with("links", archive.links());
    context.commit_with(tx, &event).await
}
