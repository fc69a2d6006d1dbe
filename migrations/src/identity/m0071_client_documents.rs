//! Clients whose registration is a document that they publish at their own id.

use sea_orm_migration::prelude::*;

use super::columns::{index, time_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // One column for each statement: SQLite adds one at a time.
        for name in ["document_fetched_at", "document_fresh_until"] {
            let change = Table::alter()
                .table("clients")
                .add_column(time_null(name))
                .take();
            manager.alter_table(change).await?;
        }
        // The sweep looks for those that nobody has come back to.
        index(manager, "clients", &["document_fetched_at"]).await
    }
}
