//! Browsers that skip the second factor.

use sea_orm_migration::prelude::*;

use super::columns::{belongs_to, bytes, index, text, time, time_null, unique, uuid, uuid_key};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let name = "trusted_devices";
        let table = Table::create()
            .table(name)
            .col(uuid_key("id"))
            .col(uuid("user_id"))
            .col(bytes("token_hash"))
            .col(text("user_agent"))
            .col(text("ip"))
            .col(time("created_at"))
            .col(time_null("last_used_at"))
            .col(time("expires_at"))
            .foreign_key(&mut belongs_to(name, "user_id", "users", "id"))
            .take();
        manager.create_table(table).await?;
        unique(manager, name, &["token_hash"]).await?;
        index(manager, name, &["user_id"]).await?;
        index(manager, name, &["expires_at"]).await
    }
}
