//! The security profile of each client, and the URLs of its request objects.

use sea_orm_migration::prelude::*;

use super::columns::text;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, value) in [("profile", "none"), ("request_uris", "[]")] {
            let column = text(name).default(value).take();
            let change = Table::alter().table("clients").add_column(column).take();
            manager.alter_table(change).await?;
        }
        Ok(())
    }
}
