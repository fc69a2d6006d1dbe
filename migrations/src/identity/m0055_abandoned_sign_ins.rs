//! An index of the sign-ins that wait for a second factor, by their end: the cleanup records the abandoned
//! ones, and the rows of completed ones remain for a day.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = "CREATE INDEX ix_pending_sign_ins__expires_at__undone ON pending_sign_ins (expires_at) \
                     WHERE done_at IS NULL";
        manager.get_connection().execute_unprepared(index).await?;
        Ok(())
    }
}
