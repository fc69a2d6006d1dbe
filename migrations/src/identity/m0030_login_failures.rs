//! Failed sign-ins, by the keyed hash of the entered identifier.

use sea_orm_migration::prelude::*;

use super::columns::{bytes_key, index, time, time_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    // No foreign key: identifiers without a user are counted as well.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("login_failures")
            .col(bytes_key("bucket"))
            .col(ColumnDef::new("failures").big_integer().not_null())
            .col(time_null("locked_until"))
            .col(time("updated_at"))
            .take();
        manager.create_table(table).await?;
        index(manager, "login_failures", &["updated_at"]).await
    }
}
