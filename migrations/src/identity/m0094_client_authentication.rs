//! Clients: whether both secret methods are accepted, and the audiences of their assertions. Codes:
//! why their exchange failed.

use sea_orm_migration::prelude::*;

use super::columns::{flag, text_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Existing clients keep their single method.
        let pinned = flag("auth_method_pinned").default(true).take();
        for (table, column) in [
            ("clients", pinned),
            ("clients", text_null("assertion_audience")),
            ("codes", text_null("problem")),
        ] {
            let change = Table::alter().table(table).add_column(column).take();
            manager.alter_table(change).await?;
        }
        Ok(())
    }
}
