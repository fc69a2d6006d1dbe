//! Lists of failed jobs and of lockouts: their indexes, and the user of a lockout.

use sea_orm_migration::prelude::*;

use super::columns::{partial_index, uuid_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Tables, columns and conditions of the partial indexes. Jobs that have not failed, and failures
/// without a lockout or a known user, are in none of them.
const PARTIAL: [(&str, &str, &str); 3] = [
    ("jobs", "failed_at, id", "failed_at IS NOT NULL"),
    (
        "login_failures",
        "locked_until, bucket",
        "locked_until IS NOT NULL",
    ),
    ("login_failures", "user_id", "user_id IS NOT NULL"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // No foreign key: failures are written on every sign-in, and deleted within a day.
        let change = Table::alter()
            .table("login_failures")
            .add_column(uuid_null("user_id"))
            .take();
        manager.alter_table(change).await?;
        for (table, columns, condition) in PARTIAL {
            partial_index(manager, table, columns, condition).await?;
        }
        Ok(())
    }
}
