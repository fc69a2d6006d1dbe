//! Dynamically registered clients: their origin, their metadata, and initial access tokens.

use sea_orm_migration::prelude::*;

use super::columns::{belongs_to, bytes, index, text, text_key, text_null, time, unique, uuid_key};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // One column for each statement, because SQLite adds one at a time.
        let age = ColumnDef::new("default_max_age")
            .big_integer()
            .null()
            .take();
        let by = text("registered_by").default("administrator").take();
        for column in [age, by] {
            let change = Table::alter().table("clients").add_column(column).take();
            manager.alter_table(change).await?;
        }
        let mut owner = belongs_to("client_registrations", "client_id", "clients", "id");
        let table = Table::create()
            .table("client_registrations")
            .col(text_key("client_id"))
            .col(bytes("access_token_hash"))
            .col(text("metadata"))
            .col(time("seen_at"))
            .foreign_key(&mut owner)
            .take();
        manager.create_table(table).await?;
        index(manager, "client_registrations", &["seen_at"]).await?;
        let table = Table::create()
            .table("registration_tokens")
            .col(uuid_key("id"))
            .col(bytes("hash"))
            .col(text("note"))
            .col(ColumnDef::new("uses_left").big_integer().not_null())
            .col(text_null("created_by"))
            .col(time("created_at"))
            .col(time("expires_at"))
            .take();
        manager.create_table(table).await?;
        unique(manager, "registration_tokens", &["hash"]).await?;
        index(manager, "registration_tokens", &["expires_at"]).await
    }
}
