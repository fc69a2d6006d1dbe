//! Mappings of custom claims.

use sea_orm_migration::prelude::*;

use super::columns::{belongs_to, index, text, text_key, text_null, time};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let name = "custom_claims";
        let table = Table::create()
            .table(name)
            .col(text_key("id"))
            .col(text("claim"))
            .col(text_null("client_id"))
            .col(text("source"))
            .col(text("outputs"))
            .col(text_null("scope"))
            .col(time("created_at"))
            .col(time("updated_at"))
            .foreign_key(&mut belongs_to(name, "client_id", "clients", "id"))
            .take();
        manager.create_table(table).await?;
        index(manager, name, &["client_id"]).await
    }
}
