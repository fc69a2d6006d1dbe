//! Clients with a metadata document published at their client ID.

use sea_orm_migration::prelude::*;

use super::columns::{index, time_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // One column for each statement, because SQLite adds one at a time.
        for name in ["document_fetched_at", "document_fresh_until"] {
            let change = Table::alter()
                .table("clients")
                .add_column(time_null(name))
                .take();
            manager.alter_table(change).await?;
        }
        // The cleanup selects clients whose document was not fetched for a long time.
        index(manager, "clients", &["document_fetched_at"]).await
    }
}
