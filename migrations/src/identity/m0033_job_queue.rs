//! An index of the jobs that wait, which are few among those that are done.

use sea_orm_migration::prelude::*;

use super::columns::partial_index;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let waiting = "done_at IS NULL AND failed_at IS NULL";
        partial_index(manager, "jobs", "run_at, id", waiting).await
    }
}
