//! Clients, and the registries of scopes and resources.

use sea_orm_migration::prelude::*;

use super::columns::{bytes_null, flag, text, text_key, text_null, time, time_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        clients(manager).await?;
        scopes(manager).await?;
        resources(manager).await
    }
}

async fn clients(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("clients")
        .col(text_key("id"))
        .col(text("name"))
        .col(text("kind"))
        .col(bytes_null("secret_hash"))
        .col(text("auth_method"))
        .col(text("redirect_uris"))
        .col(text("post_logout_redirect_uris"))
        .col(text("grant_types"))
        .col(text("scopes"))
        .col(text("response_modes"))
        .col(flag("first_party"))
        .col(text_null("pkce_exception"))
        .col(text_null("jwks"))
        .col(time_null("disabled_at"))
        .col(time("created_at"))
        .col(time("updated_at"))
        .take();
    manager.create_table(table).await
}

async fn scopes(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("scopes")
        .col(text_key("name"))
        .col(text("description"))
        .col(text_null("audience"))
        .col(time("created_at"))
        .take();
    manager.create_table(table).await
}

async fn resources(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("resources")
        .col(text_key("identifier"))
        .col(text("name"))
        .col(time("created_at"))
        .take();
    manager.create_table(table).await
}
