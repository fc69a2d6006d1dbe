//! Recent denials, kept so that they can be explained.

use sea_orm_migration::prelude::*;

use super::columns::{index, text, text_null, time, uuid_key};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("refusals")
            .col(uuid_key("id"))
            .col(time("at"))
            .col(text("rule"))
            .col(text_null("actor"))
            .col(text_null("client_id"))
            .col(text("detail"))
            .take();
        manager.create_table(table).await?;
        index(manager, "refusals", &["at"]).await
    }
}
