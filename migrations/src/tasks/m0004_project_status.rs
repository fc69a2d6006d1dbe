//! Status of projects, and the time at which a member was added. Existing projects become active;
//! the time of existing memberships is unknown.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer_null, string_len};

use super::table::add_column;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let status = string_len("status", 16).default("active").take();
        add_column(manager, "projects", "status", status).await?;
        let joined_at = big_integer_null("joined_at");
        add_column(manager, "project_members", "joined_at", joined_at).await
    }
}
