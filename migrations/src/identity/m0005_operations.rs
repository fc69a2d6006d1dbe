//! Signing keys, the audit log, and settings.

use sea_orm_migration::prelude::*;

use super::columns::{bytes, flag, index, text, text_key, text_null, time, time_null, uuid_key};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        signing_keys(manager).await?;
        audit_events(manager).await?;
        settings(manager).await
    }
}

async fn signing_keys(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("signing_keys")
        .col(text_key("kid"))
        .col(text("algorithm"))
        .col(text("public_jwk"))
        .col(bytes("private_sealed"))
        .col(time("created_at"))
        .col(time("active_at"))
        .col(time_null("retired_at"))
        .take();
    manager.create_table(table).await
}

// No foreign keys: the log outlives the records it refers to.
async fn audit_events(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("audit_events")
        .col(uuid_key("id"))
        .col(time("at"))
        .col(text("kind"))
        .col(text_null("actor"))
        .col(text_null("subject"))
        .col(text_null("client_id"))
        .col(text_null("ip"))
        .col(text_null("user_agent"))
        .col(flag("success"))
        .col(text("detail"))
        .col(text_null("request_id"))
        .take();
    manager.create_table(table).await?;
    index(manager, "audit_events", &["at"]).await?;
    index(manager, "audit_events", &["subject"]).await
}

async fn settings(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("settings")
        .col(text_key("key"))
        .col(text("value"))
        .take();
    manager.create_table(table).await
}
