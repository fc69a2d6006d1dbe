//! Indexes for the groups and the pending invitations of one organization, in the order of their lists.

use sea_orm_migration::prelude::*;

use super::columns::{index, partial_index};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        index(manager, "groups", &["org", "id"]).await?;
        partial_index(manager, "invitations", "org, id", "ended_at IS NULL").await
    }
}
