//! Background jobs, mail links, and the inbox of development instances.

use sea_orm_migration::prelude::*;

use super::columns::{
    belongs_to, bytes, bytes_key, index, text, text_null, time, time_null, uuid, uuid_key,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        jobs(manager).await?;
        email_tokens(manager).await?;
        dev_mail(manager).await
    }
}

async fn jobs(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("jobs")
        .col(uuid_key("id"))
        .col(text("kind"))
        .col(bytes("payload_sealed"))
        .col(time("run_at"))
        .col(ColumnDef::new("attempts").integer().not_null().take())
        .col(time_null("lease_until"))
        .col(time_null("done_at"))
        .col(time_null("failed_at"))
        .col(text_null("last_error"))
        .col(time("created_at"))
        .take();
    manager.create_table(table).await?;
    index(manager, "jobs", &["run_at"]).await
}

async fn email_tokens(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("email_tokens")
        .col(bytes_key("hash"))
        .col(uuid("user_id"))
        .col(text("purpose"))
        .col(text("email"))
        .col(time("created_at"))
        .col(time("expires_at"))
        .col(time_null("used_at"))
        .foreign_key(&mut belongs_to("email_tokens", "user_id", "users", "id"))
        .take();
    manager.create_table(table).await?;
    index(manager, "email_tokens", &["user_id"]).await?;
    index(manager, "email_tokens", &["expires_at"]).await
}

// Written only by development instances and tests; otherwise empty.
async fn dev_mail(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("dev_mail")
        .col(uuid_key("id"))
        .col(text("recipient"))
        .col(text("subject"))
        .col(text("text"))
        .col(text("html"))
        .col(time("sent_at"))
        .take();
    manager.create_table(table).await
}
