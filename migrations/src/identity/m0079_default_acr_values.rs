//! Clients: the default `acr` values for requests without any.

use sea_orm_migration::prelude::*;

use super::columns::text;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let change = Table::alter()
            .table("clients")
            .add_column(text("default_acr_values").default("[]").take())
            .take();
        manager.alter_table(change).await
    }
}
