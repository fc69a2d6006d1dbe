//! Logos of clients.

use sea_orm_migration::prelude::*;

use super::columns::{belongs_to, bytes, text, text_key, time, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    // A separate table, so that the rows of clients, which every request reads, stay small.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let name = "client_logos";
        let table = Table::create()
            .table(name)
            .col(text_key("id"))
            .col(text("client_id"))
            .col(bytes("png"))
            .col(time("created_at"))
            .foreign_key(&mut belongs_to(name, "client_id", "clients", "id"))
            .take();
        manager.create_table(table).await?;
        unique(manager, name, &["client_id"]).await
    }
}
