//! Device authorizations waiting for a user (RFC 8628).

use sea_orm_migration::prelude::*;

use super::columns::{
    belongs_to, bytes, index, text, text_key, text_null, time, time_null, unique, uuid_null,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLE: &str = "device_requests";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table(TABLE)
            .col(text_key("id"))
            .col(bytes("device_hash"))
            .col(text("user_code"))
            .col(text("client_id"))
            .col(text("scope"))
            .col(text("resources"))
            .col(text_null("org"))
            .col(text("ip"))
            .col(time("created_at"))
            .col(time("expires_at"))
            .col(time("poll_interval"))
            .col(time_null("polled_at"))
            .col(uuid_null("session_id"))
            .col(time_null("decided_at"))
            .col(uuid_null("grant_id"))
            .col(time_null("used_at"))
            .foreign_key(&mut belongs_to(TABLE, "client_id", "clients", "id"))
            .foreign_key(&mut belongs_to(TABLE, "grant_id", "grants", "id"))
            .take();
        manager.create_table(table).await?;
        unique(manager, TABLE, &["device_hash"]).await?;
        unique(manager, TABLE, &["user_code"]).await?;
        index(manager, TABLE, &["expires_at"]).await
    }
}
