//! A former secret of each client that is accepted until it ends, and the last uses of both.

use sea_orm_migration::prelude::*;

use super::columns::{bytes_null, time_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // In the row of the client, which a token request reads anyway (decision 81).
        let columns = [
            time_null("secret_made_at"),
            time_null("secret_used_at"),
            bytes_null("former_secret_hash"),
            time_null("former_secret_made_at"),
            time_null("former_secret_ends_at"),
            time_null("former_secret_used_at"),
        ];
        // SQLite adds one column at a time.
        for column in columns {
            let change = Table::alter().table("clients").add_column(column).take();
            manager.alter_table(change).await?;
        }
        Ok(())
    }
}
