//! Passkeys of users.

use sea_orm_migration::prelude::*;

use super::columns::{
    belongs_to, bytes, flag, index, text, time, time_null, unique, uuid, uuid_key,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("passkeys")
            .col(uuid_key("id"))
            .col(uuid("user_id"))
            .col(bytes("credential_id"))
            .col(text("name"))
            .col(text("credential"))
            .col(flag("backup_eligible"))
            .col(flag("backed_up"))
            .col(time("created_at"))
            .col(time_null("last_used_at"))
            .col(time_null("suspected_at"))
            .foreign_key(&mut belongs_to("passkeys", "user_id", "users", "id"))
            .take();
        manager.create_table(table).await?;
        unique(manager, "passkeys", &["credential_id"]).await?;
        index(manager, "passkeys", &["user_id"]).await
    }
}
