//! Pictures uploaded by users, and accounts scheduled for deletion.

use sea_orm_migration::prelude::*;

use super::columns::{belongs_to, bytes, index, text_key, time, time_null, unique, uuid};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        avatars(manager).await?;
        let column = Table::alter()
            .table("users")
            .add_column(time_null("deletion_due_at"))
            .take();
        manager.alter_table(column).await?;
        index(manager, "users", &["deletion_due_at"]).await
    }
}

// A separate table, so that the rows of users stay small.
async fn avatars(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("avatars")
        .col(text_key("id"))
        .col(uuid("user_id"))
        .col(bytes("png"))
        .col(time("created_at"))
        .foreign_key(&mut belongs_to("avatars", "user_id", "users", "id"))
        .take();
    manager.create_table(table).await?;
    unique(manager, "avatars", &["user_id"]).await
}
