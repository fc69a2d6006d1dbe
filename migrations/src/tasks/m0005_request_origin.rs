//! Address and user agent of audit events and denials.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::string_null;

use super::table::add_column;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["decisions", "tasks_audit"] {
            for name in ["ip", "user_agent"] {
                add_column(manager, table, name, string_null(name)).await?;
            }
        }
        Ok(())
    }
}
