//! The ids that imported objects had in their source.

use sea_orm_migration::prelude::*;

use super::columns::{index, text, time};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let name = "imported_records";
        let table = Table::create()
            .table(name)
            .col(text("source"))
            .col(text("kind"))
            .col(text("old_id"))
            .col(text("new_id"))
            .col(time("imported_at"))
            .primary_key(Index::create().col("source").col("kind").col("old_id"))
            .take();
        manager.create_table(table).await?;
        index(manager, name, &["new_id"]).await
    }
}
