//! Clients: the URLs of their keys. Markers of single-use signed texts.

use sea_orm_migration::prelude::*;

use super::columns::{bytes_key, index, text_null, time};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let change = Table::alter()
            .table("clients")
            .add_column(text_null("jwks_uri"))
            .take();
        manager.alter_table(change).await?;
        let table = Table::create()
            .table("used_jtis")
            .col(bytes_key("hash"))
            .col(time("expires_at"))
            .take();
        manager.create_table(table).await?;
        index(manager, "used_jtis", &["expires_at"]).await
    }
}
