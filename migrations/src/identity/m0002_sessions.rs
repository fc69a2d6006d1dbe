//! Browser sessions, authorization requests in progress, and failed sign-ins.

use sea_orm_migration::prelude::*;

use super::columns::{
    bytes, bytes_key, flag, text, text_key, text_null, time, time_null, uuid, uuid_key, uuid_null,
};
use super::table::{NewTable, create, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager, [sessions(), interactions(), login_failures()]).await
    }
}

fn sessions() -> NewTable {
    table("sessions")
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
        .belongs_to("user_id", "users", "id")
        .unique(&["token_hash"])
        .index(&["user_id"])
        .index(&["expires_at"])
}

// No foreign keys: an interaction exists for minutes, and keeps its request even if the client or
// the session is deleted meanwhile.
fn interactions() -> NewTable {
    table("interactions")
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
        .index(&["expires_at"])
}

/// Returns the failed sign-ins by the keyed hash of the entered identifier.
fn login_failures() -> NewTable {
    table("login_failures")
        .col(bytes_key("bucket"))
        .col(time("failures"))
        .col(time_null("locked_until"))
        .col(time("updated_at"))
        .index(&["updated_at"])
}
