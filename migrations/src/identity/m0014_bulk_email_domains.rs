//! Bulk changes of the domain of e-mail addresses, and bulk changes without mails.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        for column in [
            "email_domains text",
            // The former release writes rows without it.
            "notify boolean NOT NULL DEFAULT TRUE",
        ] {
            let statement = format!("ALTER TABLE bulk_changes ADD COLUMN {column}");
            connection.execute_unprepared(&statement).await?;
        }
        Ok(())
    }
}
