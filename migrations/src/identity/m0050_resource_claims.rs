//! The claims about a user that a resource asks for. Null: a resource of an earlier release, whose access
//! tokens contained all of them.

use sea_orm_migration::prelude::*;

use super::columns::text_null;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let change = Table::alter()
            .table("resources")
            .add_column(text_null("token_claims"))
            .take();
        manager.alter_table(change).await
    }
}
