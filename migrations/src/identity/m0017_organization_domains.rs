//! The domain of each organization, whose requests are for that organization.

use sea_orm_migration::prelude::*;

use super::columns::{text_null, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let name = "organizations";
        let domain = text_null("domain");
        let change = Table::alter().table(name).add_column(domain).take();
        manager.alter_table(change).await?;
        unique(manager, name, &["domain"]).await
    }
}
