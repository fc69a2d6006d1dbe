//! The index of due deletions without the users who stay: nearly all of them were in it, and SQLite read
//! them by it for "no deletion is due", and sorted them.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        for statement in [
            "DROP INDEX ix_users__deletion_due_at",
            "CREATE INDEX ix_users__deletion_due_at ON users (deletion_due_at) \
             WHERE deletion_due_at IS NOT NULL",
        ] {
            connection.execute_unprepared(statement).await?;
        }
        Ok(())
    }
}
