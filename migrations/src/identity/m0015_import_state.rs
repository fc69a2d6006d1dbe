//! The memory of what an import has given to a user: a later import changes no more than that.

use sea_orm_migration::prelude::*;

use super::columns::text_null;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let change = Table::alter()
            .table("imported_records")
            .add_column(text_null("applied"))
            .take();
        manager.alter_table(change).await
    }
}
