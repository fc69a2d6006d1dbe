//! Removes the table of sign-ins in progress: the callback derives its data from `state` and the
//! browser's cookie.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum WebLogins {
    Table,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let drop = Table::drop().table(WebLogins::Table).if_exists().to_owned();
        manager.drop_table(drop).await
    }
}
