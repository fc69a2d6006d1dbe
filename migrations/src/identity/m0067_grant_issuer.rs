//! Grants: the issuer of the assertion that replaced the user's sign-in.

use sea_orm_migration::prelude::*;

use super::columns::text_null;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let change = Table::alter()
            .table("grants")
            .add_column(text_null("issuer"))
            .take();
        manager.alter_table(change).await
    }
}
