//! Authorization details of requests and grants (RFC 9396).

use sea_orm_migration::prelude::*;

use super::columns::text;

#[derive(DeriveMigrationName)]
pub struct Migration;

const DETAILS: &str = "authorization_details";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in [
            ("clients", "authorization_details_types"),
            ("grants", DETAILS),
            ("consents", DETAILS),
            ("device_requests", DETAILS),
        ] {
            let change = Table::alter()
                .table(table)
                .add_column(text(column).default("[]").take())
                .take();
            manager.alter_table(change).await?;
        }
        Ok(())
    }
}
