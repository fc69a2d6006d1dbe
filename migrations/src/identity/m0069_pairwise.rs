//! Clients: their sectors for pairwise subject identifiers (OIDC Core §8).

use sea_orm_migration::prelude::*;

use super::columns::text_null;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let change = Table::alter()
            .table("clients")
            .add_column(text_null("pairwise_sector"))
            .take();
        manager.alter_table(change).await
    }
}
