//! Custom profile fields of the deployment, and the values of users.

use sea_orm_migration::prelude::*;

use super::columns::{belongs_to, index, text, text_key, time, uuid, uuid_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let fields = Table::create()
            .table("profile_fields")
            .col(text_key("name"))
            .col(text("label"))
            .col(text("kind"))
            .col(text("editable_by"))
            .col(text("visible_to"))
            .col(time("created_at"))
            .col(time("updated_at"))
            .take();
        manager.create_table(fields).await?;
        let name = "profile_values";
        let values = Table::create()
            .table(name)
            .col(uuid("user_id"))
            .col(text("field"))
            .col(text("value"))
            .col(uuid_null("refers_to"))
            .primary_key(Index::create().col("user_id").col("field"))
            .foreign_key(&mut belongs_to(name, "user_id", "users", "id"))
            .foreign_key(&mut belongs_to(name, "field", "profile_fields", "name"))
            .foreign_key(&mut belongs_to(name, "refers_to", "users", "id"))
            .take();
        manager.create_table(values).await?;
        index(manager, name, &["field"]).await?;
        index(manager, name, &["refers_to"]).await
    }
}
