//! Clients: their back-channel logout URIs, and pending logout notifications.

use sea_orm_migration::prelude::*;

use super::columns::{text, text_null, uuid};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // One column for each statement, because SQLite adds one at a time.
        let required = ColumnDef::new("backchannel_logout_session_required")
            .boolean()
            .not_null()
            .default(false)
            .take();
        for column in [text_null("backchannel_logout_uri"), required] {
            let change = Table::alter().table("clients").add_column(column).take();
            manager.alter_table(change).await?;
        }
        // No foreign keys: the session and its user may be deleted before the clients are notified.
        let table = Table::create()
            .table("logout_notices")
            .col(uuid("session_id"))
            .col(text("client_id"))
            .col(uuid("user_id"))
            .primary_key(Index::create().col("session_id").col("client_id"))
            .take();
        manager.create_table(table).await
    }
}
