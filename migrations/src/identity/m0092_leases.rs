//! Leases for work that only one process does at a time.

use sea_orm_migration::prelude::*;

use super::columns::{text_key, time};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("leases")
            .col(text_key("name"))
            .col(time("expires_at"))
            .take();
        manager.create_table(table).await
    }
}
