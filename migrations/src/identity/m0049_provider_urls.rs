//! The URLs of an identity provider that the operator wrote by a command. Only they open the internal
//! networks of the operator.

use sea_orm_migration::prelude::*;

use super::columns::text_null;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let change = Table::alter()
            .table("providers")
            .add_column(text_null("operator_urls"))
            .take();
        manager.alter_table(change).await
    }
}
