//! API keys: their organization, fixed at creation.

use sea_orm_migration::prelude::*;

use super::columns::{index, text_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // A slug is never reused, so that a key of a deleted organization never becomes valid
        // again.
        let change = Table::alter()
            .table("api_keys")
            .add_column(text_null("org"))
            .take();
        manager.alter_table(change).await?;
        index(manager, "api_keys", &["org"]).await
    }
}
