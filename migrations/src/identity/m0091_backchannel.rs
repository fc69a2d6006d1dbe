//! Backchannel requests that name the user (CIBA), stored like device authorizations.

use sea_orm_migration::prelude::*;

use super::columns::{text_null, uuid_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [uuid_null("user_id"), text_null("binding_message")] {
            let change = Table::alter()
                .table("device_requests")
                .add_column(column)
                .take();
            manager.alter_table(change).await?;
        }
        Ok(())
    }
}
