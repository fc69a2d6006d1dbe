//! The origin of grants: the authorization endpoint or the account API.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::alter()
            .table("grants")
            .add_column(
                ColumnDef::new("origin")
                    .text()
                    .not_null()
                    .default("authorization"),
            )
            .take();
        manager.alter_table(table).await
    }
}
