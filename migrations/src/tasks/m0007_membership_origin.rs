//! The user who added a member, with an index that counts the memberships which one user gave another.
//! Of existing memberships it is unknown.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::string_null;

use super::table::add_column;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let added_by = string_null("added_by");
        add_column(manager, "project_members", "added_by", added_by).await?;
        let given = Index::create()
            .if_not_exists()
            .name("project_members_given")
            .table("project_members")
            .col("org")
            .col("subject")
            .col("added_by")
            .take();
        manager.create_index(given).await
    }
}
