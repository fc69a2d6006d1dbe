//! The place of custom claims inside an object.

use sea_orm_migration::prelude::*;

use super::columns::text_null;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let change = Table::alter()
            .table("custom_claims")
            .add_column(text_null("path"))
            .take();
        manager.alter_table(change).await
    }
}
