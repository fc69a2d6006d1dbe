//! An index for the failed sign-ins and rejected requests of a client.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let statement = "CREATE INDEX ix_attempts__client_id__failed_at ON attempts (client_id, at) \
                         WHERE outcome IN ('failed', 'rejected')";
        let connection = manager.get_connection();
        connection.execute_unprepared(statement).await?;
        Ok(())
    }
}
