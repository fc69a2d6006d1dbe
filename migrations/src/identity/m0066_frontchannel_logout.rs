//! Clients: their front-channel logout URIs.

use sea_orm_migration::prelude::*;

use super::columns::text_null;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // One column for each statement, because SQLite adds one at a time.
        let required = ColumnDef::new("frontchannel_logout_session_required")
            .boolean()
            .not_null()
            .default(false)
            .take();
        for column in [text_null("frontchannel_logout_uri"), required] {
            let change = Table::alter().table("clients").add_column(column).take();
            manager.alter_table(change).await?;
        }
        Ok(())
    }
}
