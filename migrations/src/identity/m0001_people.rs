//! Users, their browser sessions, and sign-ins in progress.

use sea_orm_migration::prelude::*;

use super::columns::{
    belongs_to, bytes, flag, index, text, text_key, text_null, time, time_null, unique, uuid,
    uuid_key, uuid_null,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        users(manager).await?;
        sessions(manager).await?;
        interactions(manager).await
    }
}

async fn users(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("users")
        .col(uuid_key("id"))
        .col(text("username"))
        .col(text("username_key"))
        .col(text("email"))
        .col(text("email_key"))
        .col(flag("email_verified"))
        .col(text_null("password_hash"))
        .col(time_null("password_changed_at"))
        .col(text("profile"))
        .col(flag("is_staff"))
        .col(time_null("disabled_at"))
        .col(time("created_at"))
        .col(time("updated_at"))
        .take();
    manager.create_table(table).await?;
    unique(manager, "users", &["username_key"]).await?;
    unique(manager, "users", &["email_key"]).await
}

async fn sessions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("sessions")
        .col(uuid_key("id"))
        .col(bytes("token_hash"))
        .col(uuid("user_id"))
        .col(time("created_at"))
        .col(time("last_seen_at"))
        .col(time("idle_expires_at"))
        .col(time("expires_at"))
        .col(time("auth_time"))
        .col(text("acr"))
        .col(text("amr"))
        .col(flag("remember"))
        .col(text("user_agent"))
        .col(text("ip"))
        .col(time_null("ended_at"))
        .col(text_null("end_reason"))
        .foreign_key(&mut belongs_to("sessions", "user_id", "users", "id"))
        .take();
    manager.create_table(table).await?;
    unique(manager, "sessions", &["token_hash"]).await?;
    index(manager, "sessions", &["user_id"]).await?;
    index(manager, "sessions", &["expires_at"]).await
}

// No foreign keys: an interaction exists for minutes, and keeps its request even if the client or
// the session is deleted meanwhile.
async fn interactions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("interactions")
        .col(text_key("id"))
        .col(bytes("browser_hash"))
        .col(text("request"))
        .col(text("client_id"))
        .col(uuid_null("session_id"))
        .col(time_null("authenticated_at"))
        .col(flag("account_chosen"))
        .col(text_null("consented"))
        .col(time("created_at"))
        .col(time("expires_at"))
        .col(time_null("completed_at"))
        .take();
    manager.create_table(table).await?;
    index(manager, "interactions", &["expires_at"]).await
}
