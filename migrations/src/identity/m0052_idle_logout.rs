//! The time at which each client of a session is to be notified: at once after the session has ended,
//! and otherwise when it may be idle.

use sea_orm_migration::prelude::*;

use super::columns::{index, time};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let change = Table::alter()
            .table("logout_notices")
            .add_column(time("due_at").default(0).take())
            .take();
        manager.alter_table(change).await?;
        index(manager, "logout_notices", &["due_at"]).await
    }
}
