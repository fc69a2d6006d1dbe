//! Lifetimes of tokens for each client and each resource.

use sea_orm_migration::prelude::*;

use super::columns::time_null;

const COLUMNS: [(&str, &str); 3] = [
    ("clients", "access_token_ttl"),
    ("clients", "id_token_ttl"),
    ("resources", "access_token_ttl"),
];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in COLUMNS {
            let change = Table::alter()
                .table(table)
                .add_column(time_null(column))
                .take();
            manager.alter_table(change).await?;
        }
        Ok(())
    }
}
