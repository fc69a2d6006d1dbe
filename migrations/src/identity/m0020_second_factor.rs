//! Authenticator apps, recovery codes, and sign-ins waiting for one.

use sea_orm_migration::prelude::*;

use super::columns::{
    belongs_to, bytes, bytes_key, flag, index, text, text_key, text_null, time, time_null, uuid,
    uuid_key, uuid_null,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        totp_factors(manager).await?;
        recovery_codes(manager).await?;
        pending_sign_ins(manager).await
    }
}

async fn totp_factors(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("totp_factors")
        .col(uuid_key("user_id"))
        .col(bytes("secret_sealed"))
        .col(time_null("confirmed_at"))
        .col(time("last_step"))
        .col(time("failures"))
        .col(time_null("locked_until"))
        .col(time_null("codes_saved_at"))
        .col(time("created_at"))
        .foreign_key(&mut belongs_to("totp_factors", "user_id", "users", "id"))
        .take();
    manager.create_table(table).await
}

async fn recovery_codes(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("recovery_codes")
        .col(bytes_key("hash"))
        .col(uuid("user_id"))
        .col(time("created_at"))
        .col(time_null("used_at"))
        .foreign_key(&mut belongs_to("recovery_codes", "user_id", "users", "id"))
        .take();
    manager.create_table(table).await?;
    index(manager, "recovery_codes", &["user_id"]).await
}

async fn pending_sign_ins(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("pending_sign_ins")
        .col(text_key("id"))
        .col(bytes("browser_hash"))
        .col(uuid("user_id"))
        .col(text("first"))
        .col(uuid_null("session_id"))
        .col(flag("remember"))
        .col(text_null("interaction_id"))
        .col(text_null("next"))
        .col(time("created_at"))
        .col(time("expires_at"))
        .col(time("tries"))
        .col(time_null("done_at"))
        .foreign_key(&mut belongs_to(
            "pending_sign_ins",
            "user_id",
            "users",
            "id",
        ))
        .take();
    manager.create_table(table).await?;
    index(manager, "pending_sign_ins", &["user_id"]).await?;
    index(manager, "pending_sign_ins", &["expires_at"]).await
}
