//! The URLs of each client that the operator wrote, and the address of the last use and the number
//! of uses of each of its secrets.

use sea_orm_migration::prelude::*;

use super::columns::text_null;

fn count(name: &'static str) -> ColumnDef {
    ColumnDef::new(name)
        .big_integer()
        .not_null()
        .default(0)
        .take()
}

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [
            text_null("operator_urls"),
            text_null("secret_used_from"),
            count("secret_uses"),
            text_null("former_secret_used_from"),
            count("former_secret_uses"),
        ];
        // SQLite adds one column at a time.
        for column in columns {
            let change = Table::alter().table("clients").add_column(column).take();
            manager.alter_table(change).await?;
        }
        Ok(())
    }
}
