//! API keys, reference tokens, and the resource servers of resources.

use sea_orm_migration::prelude::*;

use super::columns::{
    belongs_to, bytes, bytes_key, index, text, text_key, text_null, time, time_null, uuid,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        api_keys(manager).await?;
        reference_tokens(manager).await?;
        // SQLite adds one column at a time.
        add_to_clients(manager, with_default("serves", "[]")).await?;
        add_to_clients(manager, with_default("access_token_format", "jwt")).await
    }
}

async fn api_keys(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("api_keys")
        .col(text_key("id"))
        .col(bytes("hash"))
        .col(uuid("user_id"))
        .col(text("name"))
        .col(text("scopes"))
        .col(text("networks"))
        .col(time("created_at"))
        .col(time("expires_at"))
        .col(time_null("last_used_at"))
        .col(text_null("last_used_from"))
        .col(time_null("revoked_at"))
        .foreign_key(&mut belongs_to("api_keys", "user_id", "users", "id"))
        .take();
    manager.create_table(table).await?;
    index(manager, "api_keys", &["user_id"]).await?;
    index(manager, "api_keys", &["expires_at"]).await
}

async fn reference_tokens(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("reference_tokens")
        .col(bytes_key("hash"))
        .col(text("client_id"))
        .col(text("claims"))
        .col(time("expires_at"))
        .foreign_key(&mut belongs_to(
            "reference_tokens",
            "client_id",
            "clients",
            "id",
        ))
        .take();
    manager.create_table(table).await?;
    index(manager, "reference_tokens", &["expires_at"]).await
}

fn with_default(name: &'static str, value: &'static str) -> ColumnDef {
    let mut column = text(name);
    column.default(value);
    column
}

async fn add_to_clients(manager: &SchemaManager<'_>, column: ColumnDef) -> Result<(), DbErr> {
    let change = Table::alter().table("clients").add_column(column).take();
    manager.alter_table(change).await
}
