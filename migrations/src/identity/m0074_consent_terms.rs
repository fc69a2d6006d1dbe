//! Clients: the terms on their consent pages. Consents: the declined scopes.

use sea_orm_migration::prelude::*;

use super::columns::{text, text_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let terms = text_null("consent_terms");
        let declined = text("declined").default("").take();
        for (table, column) in [("clients", terms), ("consents", declined)] {
            let change = Table::alter().table(table).add_column(column).take();
            manager.alter_table(change).await?;
        }
        Ok(())
    }
}
