//! The `typ` of access tokens for a resource (RFC 9068 §2.1).

use sea_orm_migration::prelude::*;

use super::columns::text;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = text("token_type").default("at+jwt").take();
        let change = Table::alter().table("resources").add_column(column).take();
        manager.alter_table(change).await
    }
}
