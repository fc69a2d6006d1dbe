//! The key binding of codes and refresh tokens, and the clients that require it (RFC 9449).

use sea_orm_migration::prelude::*;

use super::columns::{flag, text_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // One column for each statement, because SQLite adds one at a time.
        let required = flag("dpop_bound_access_tokens").default(false).take();
        for (table, column) in [
            ("clients", required),
            ("codes", text_null("dpop_jkt")),
            ("refresh_tokens", text_null("dpop_jkt")),
        ] {
            let change = Table::alter().table(table).add_column(column).take();
            manager.alter_table(change).await?;
        }
        Ok(())
    }
}
