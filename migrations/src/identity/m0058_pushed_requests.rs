//! Pushed authorization requests, and the clients that must push or sign theirs.

use sea_orm_migration::prelude::*;

use super::columns::{belongs_to, bytes_key, flag, index, text, text_null, time};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    // One column for each statement, because SQLite adds one at a time.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in [
            "require_pushed_authorization_requests",
            "require_signed_request_object",
        ] {
            let column = flag(name).default(false).take();
            let change = Table::alter().table("clients").add_column(column).take();
            manager.alter_table(change).await?;
        }
        let mut owner = belongs_to("pushed_requests", "client_id", "clients", "id");
        let table = Table::create()
            .table("pushed_requests")
            .col(bytes_key("hash"))
            .col(text("client_id"))
            .col(text("params"))
            .col(flag("signed"))
            .col(time("expires_at"))
            .col(text_null("interaction_id"))
            .foreign_key(&mut owner)
            .take();
        manager.create_table(table).await?;
        index(manager, "pushed_requests", &["expires_at"]).await?;
        index(manager, "pushed_requests", &["client_id"]).await
    }
}
