//! Identity providers, and the accounts linked with them.

use sea_orm_migration::prelude::*;

use super::columns::{
    belongs_to, bytes_key, bytes_null, index, text, text_key, text_null, time, time_null, unique,
    uuid, uuid_key,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        providers(manager).await?;
        linked_accounts(manager).await?;
        newcomers(manager).await?;
        let change = Table::alter()
            .table("pending_sign_ins")
            .add_column(time_null("first_at"))
            .take();
        manager.alter_table(change).await
    }
}

async fn providers(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("providers")
        .col(text_key("id"))
        .col(text("name"))
        .col(text("issuer"))
        .col(text("client_id"))
        .col(bytes_null("secret_sealed"))
        .col(text("settings"))
        .col(time_null("disabled_at"))
        .col(time("created_at"))
        .col(time("updated_at"))
        .take();
    manager.create_table(table).await?;
    unique(manager, "providers", &["issuer"]).await
}

/// Creates the linked accounts. The key is issuer and subject, without a reference to the
/// provider's row: after a provider is removed and added again, its links are valid again.
async fn linked_accounts(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("linked_accounts")
        .col(uuid_key("id"))
        .col(uuid("user_id"))
        .col(text("issuer"))
        .col(text("subject"))
        .col(text("label"))
        .col(text("roles"))
        .col(time("created_at"))
        .col(time_null("last_used_at"))
        .foreign_key(&mut belongs_to("linked_accounts", "user_id", "users", "id"))
        .take();
    manager.create_table(table).await?;
    unique(manager, "linked_accounts", &["issuer", "subject"]).await?;
    index(manager, "linked_accounts", &["user_id"]).await
}

async fn newcomers(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("newcomers")
        .col(bytes_key("browser_hash"))
        .col(text("provider"))
        .col(text("identity"))
        .col(text_null("interaction_id"))
        .col(time("expires_at"))
        .take();
    manager.create_table(table).await?;
    index(manager, "newcomers", &["expires_at"]).await
}
