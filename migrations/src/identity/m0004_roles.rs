//! Roles, permissions and role assignments.

use sea_orm_migration::prelude::*;

use super::columns::{
    belongs_to, flag, index, text, text_key, text_null, time, time_null, uuid_key,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        roles(manager).await?;
        permissions(manager).await?;
        role_permissions(manager).await?;
        role_assignments(manager).await
    }
}

async fn roles(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("roles")
        .col(text_key("name"))
        .col(text("description"))
        .col(flag("active"))
        .take();
    manager.create_table(table).await
}

async fn permissions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("permissions")
        .col(text_key("codename"))
        .col(text("description"))
        .col(text("audience"))
        .take();
    manager.create_table(table).await
}

async fn role_permissions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut role = belongs_to("role_permissions", "role", "roles", "name");
    let mut permission = belongs_to("role_permissions", "permission", "permissions", "codename");
    let table = Table::create()
        .table("role_permissions")
        .col(text("role"))
        .col(text("permission"))
        .primary_key(Index::create().col("role").col("permission"))
        .foreign_key(&mut role)
        .foreign_key(&mut permission)
        .take();
    manager.create_table(table).await?;
    index(manager, "role_permissions", &["permission"]).await
}

async fn role_assignments(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("role_assignments")
        .col(uuid_key("id"))
        .col(text("subject_kind"))
        .col(text("subject_id"))
        .col(text("role"))
        .col(text_null("org"))
        .col(text_null("assigned_by"))
        .col(time_null("expires_at"))
        .col(flag("active"))
        .col(time("created_at"))
        .foreign_key(&mut belongs_to("role_assignments", "role", "roles", "name"))
        .take();
    manager.create_table(table).await?;
    index(manager, "role_assignments", &["role"]).await?;
    // One assignment of a role to a subject in each organization. A plain unique index would allow
    // two rows without an organization, because NULL equals nothing.
    manager
        .get_connection()
        .execute_unprepared(
            "CREATE UNIQUE INDEX uq_role_assignments__holder ON role_assignments \
             (subject_kind, subject_id, role, COALESCE(org, ''))",
        )
        .await
        .map(|_| ())
}
