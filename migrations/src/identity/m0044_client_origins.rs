//! Clients: the origins whose scripts may read responses, and whether a second factor is required.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    // One column for each statement, because SQLite adds one at a time.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let origins = ColumnDef::new("allowed_origins")
            .text()
            .not_null()
            .default("[]")
            .take();
        let require_mfa = ColumnDef::new("require_mfa")
            .boolean()
            .not_null()
            .default(false)
            .take();
        for column in [origins, require_mfa] {
            let change = Table::alter().table("clients").add_column(column).take();
            manager.alter_table(change).await?;
        }
        Ok(())
    }
}
