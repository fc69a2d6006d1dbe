//! Scopes that an administrator gave to a dynamically registered client.

use sea_orm_migration::prelude::*;

use super::columns::text;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // One column for each statement, because SQLite adds one at a time. The origin of existing
        // scopes is unknown: none of them counts as given.
        for name in ["given_delegated", "given_own"] {
            let change = Table::alter()
                .table("client_registrations")
                .add_column(text(name).default("").take())
                .take();
            manager.alter_table(change).await?;
        }
        Ok(())
    }
}
