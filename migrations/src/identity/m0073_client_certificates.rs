//! The certificate subjects of clients, and the clients and refresh tokens that are bound to
//! certificates (RFC 8705).

use sea_orm_migration::prelude::*;

use super::columns::{flag, text_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // One column for each statement, because SQLite adds one at a time.
        let bound = flag("certificate_bound_access_tokens")
            .default(false)
            .take();
        for (table, column) in [
            ("clients", bound),
            ("clients", text_null("certificate_subject")),
            ("refresh_tokens", text_null("certificate_thumbprint")),
        ] {
            let change = Table::alter().table(table).add_column(column).take();
            manager.alter_table(change).await?;
        }
        Ok(())
    }
}
