//! An index of the sessions that have not ended, by their end: the cleanup ends those that have expired,
//! and the rows of ended ones remain for a day.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = "CREATE INDEX ix_sessions__expires_at__unended ON sessions (expires_at) \
                     WHERE ended_at IS NULL";
        manager.get_connection().execute_unprepared(index).await?;
        Ok(())
    }
}
