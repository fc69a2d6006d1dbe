//! The server that a job calls, or the domain of the recipient: the worker limits what one of them
//! holds up.

use sea_orm_migration::prelude::*;

use super::columns::text_null;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let change = Table::alter()
            .table("jobs")
            .add_column(text_null("destination"))
            .take();
        manager.alter_table(change).await?;
        // Each kind of work has workers of its own.
        let waiting = "done_at IS NULL AND failed_at IS NULL";
        super::columns::partial_index(manager, "jobs", "kind, run_at, id", waiting).await
    }
}
