//! Sign-ins waiting for an e-mailed code.

use sea_orm_migration::prelude::*;

use super::columns::{
    belongs_to, bytes, bytes_null, flag, index, text_key, text_null, time, time_null, uuid_null,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let name = "email_sign_ins";
        let table = Table::create()
            .table(name)
            .col(text_key("id"))
            .col(bytes("browser_hash"))
            .col(flag("remember"))
            .col(text_null("interaction_id"))
            .col(text_null("next"))
            .col(uuid_null("user_id"))
            .col(text_null("email"))
            .col(time_null("mailed_at"))
            .col(bytes_null("code_hash"))
            .col(bytes_null("link_hash"))
            .col(time("created_at"))
            .col(time("expires_at"))
            .col(time("tries"))
            .col(time_null("used_at"))
            .foreign_key(&mut belongs_to(name, "user_id", "users", "id"))
            .take();
        manager.create_table(table).await?;
        index(manager, name, &["user_id"]).await?;
        index(manager, name, &["link_hash"]).await?;
        index(manager, name, &["expires_at"]).await
    }
}
