//! The last sign-in through each identity provider, in the row that lists and pages read anyway. An
//! index of the linked accounts by their last use would add a write to each sign-in.

use sea_orm_migration::prelude::*;

use super::columns::time_null;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let change = Table::alter()
            .table("providers")
            .add_column(time_null("last_used_at"))
            .take();
        manager.alter_table(change).await?;
        let former = "UPDATE providers SET last_used_at = \
                      (SELECT MAX(linked_accounts.last_used_at) FROM linked_accounts \
                      WHERE linked_accounts.issuer = providers.issuer)";
        manager.get_connection().execute_unprepared(former).await?;
        Ok(())
    }
}
