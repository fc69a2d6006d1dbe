//! Grants with their codes and refresh families, consents, and revoked tokens.

use sea_orm_migration::prelude::*;

use super::columns::{
    belongs_to, bytes_key, bytes_null, flag, index, text, text_key, text_null, time, time_null,
    unique, uuid, uuid_key,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        grants(manager).await?;
        codes(manager).await?;
        refresh_tokens(manager).await?;
        consents(manager).await?;
        revoked_tokens(manager).await
    }
}

// `session_id` is not a foreign key: an offline grant outlives its session, and keeps its `sid`.
async fn grants(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("grants")
        .col(uuid_key("id"))
        .col(uuid("user_id"))
        .col(text("client_id"))
        .col(uuid("session_id"))
        .col(text("scope"))
        .col(text("resources"))
        .col(text("claims"))
        .col(text_null("nonce"))
        .col(time("auth_time"))
        .col(text("acr"))
        .col(text("amr"))
        .col(time("created_at"))
        .col(time("expires_at"))
        .col(time_null("revoked_at"))
        .col(text_null("revoke_reason"))
        .foreign_key(&mut belongs_to("grants", "user_id", "users", "id"))
        .foreign_key(&mut belongs_to("grants", "client_id", "clients", "id"))
        .take();
    manager.create_table(table).await?;
    index(manager, "grants", &["user_id"]).await?;
    index(manager, "grants", &["client_id"]).await?;
    index(manager, "grants", &["session_id"]).await?;
    index(manager, "grants", &["expires_at"]).await
}

async fn codes(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("codes")
        .col(bytes_key("hash"))
        .col(uuid("grant_id"))
        .col(text("client_id"))
        .col(text("redirect_uri"))
        .col(flag("redirect_uri_given"))
        .col(text_null("code_challenge"))
        .col(time("created_at"))
        .col(time("expires_at"))
        .col(time_null("used_at"))
        .foreign_key(&mut belongs_to("codes", "grant_id", "grants", "id"))
        .take();
    manager.create_table(table).await?;
    index(manager, "codes", &["grant_id"]).await?;
    index(manager, "codes", &["expires_at"]).await
}

async fn refresh_tokens(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("refresh_tokens")
        .col(bytes_key("hash"))
        .col(uuid("grant_id"))
        .col(text("client_id"))
        .col(text("scope"))
        .col(time("created_at"))
        .col(time("expires_at"))
        .col(time_null("used_at"))
        .col(bytes_null("successor_hash"))
        .col(bytes_null("successor_sealed"))
        .foreign_key(&mut belongs_to(
            "refresh_tokens",
            "grant_id",
            "grants",
            "id",
        ))
        .take();
    manager.create_table(table).await?;
    index(manager, "refresh_tokens", &["grant_id"]).await?;
    index(manager, "refresh_tokens", &["expires_at"]).await
}

async fn consents(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("consents")
        .col(uuid_key("id"))
        .col(uuid("user_id"))
        .col(text("client_id"))
        .col(text("scope"))
        .col(text("resources"))
        .col(time("granted_at"))
        .col(time_null("expires_at"))
        .col(time_null("revoked_at"))
        .foreign_key(&mut belongs_to("consents", "user_id", "users", "id"))
        .foreign_key(&mut belongs_to("consents", "client_id", "clients", "id"))
        .take();
    manager.create_table(table).await?;
    unique(manager, "consents", &["user_id", "client_id"]).await?;
    index(manager, "consents", &["client_id"]).await
}

async fn revoked_tokens(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("revoked_tokens")
        .col(text_key("jti"))
        .col(time("expires_at"))
        .take();
    manager.create_table(table).await?;
    index(manager, "revoked_tokens", &["expires_at"]).await
}
