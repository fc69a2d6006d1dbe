//! Organizations with their members, group trees, and the organization of a grant.

use sea_orm_migration::prelude::*;

use super::columns::{
    belongs_to, flag, index, text, text_key, text_null, time, time_null, uuid, uuid_key, uuid_null,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        organizations(manager).await?;
        members(manager).await?;
        groups(manager).await?;
        group_members(manager).await?;
        let grants = Table::alter()
            .table("grants")
            .add_column(text_null("org"))
            .take();
        manager.alter_table(grants).await
    }
}

// The slug is the key: tokens and the rows of resource servers refer to an organization by it, so
// it never changes. A deleted row remains, so that the slug cannot be reused.
async fn organizations(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("organizations")
        .col(text_key("slug"))
        .col(text("name"))
        .col(flag("active"))
        .col(time("created_at"))
        .col(time("updated_at"))
        .col(time_null("deleted_at"))
        .take();
    manager.create_table(table).await
}

async fn members(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut organization = belongs_to("organization_members", "org", "organizations", "slug");
    let mut user = belongs_to("organization_members", "user_id", "users", "id");
    let table = Table::create()
        .table("organization_members")
        .col(text("org"))
        .col(uuid("user_id"))
        .col(flag("is_owner"))
        .col(time("created_at"))
        .primary_key(Index::create().col("org").col("user_id"))
        .foreign_key(&mut organization)
        .foreign_key(&mut user)
        .take();
    manager.create_table(table).await?;
    index(manager, "organization_members", &["user_id"]).await
}

async fn groups(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut organization = belongs_to("groups", "org", "organizations", "slug");
    let mut parent = ForeignKey::create()
        .name("fk_groups__parent_id")
        .from("groups", "parent_id")
        .to("groups", "id")
        .on_delete(ForeignKeyAction::NoAction)
        .take();
    let mut manager_key = ForeignKey::create()
        .name("fk_groups__manager_id")
        .from("groups", "manager_id")
        .to("users", "id")
        .on_delete(ForeignKeyAction::SetNull)
        .take();
    let table = Table::create()
        .table("groups")
        .col(uuid_key("id"))
        .col(text("path"))
        .col(text("description"))
        .col(text_null("org"))
        .col(uuid_null("parent_id"))
        .col(uuid_null("manager_id"))
        .col(time("created_at"))
        .col(time("updated_at"))
        .foreign_key(&mut organization)
        .foreign_key(&mut parent)
        .foreign_key(&mut manager_key)
        .take();
    manager.create_table(table).await?;
    index(manager, "groups", &["parent_id"]).await?;
    // A plain unique index would allow two groups without an organization to share a path.
    let unique = "CREATE UNIQUE INDEX uq_groups__path ON groups (COALESCE(org, ''), path)";
    manager
        .get_connection()
        .execute_unprepared(unique)
        .await
        .map(|_| ())
}

async fn group_members(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut group = belongs_to("group_members", "group_id", "groups", "id");
    let mut user = belongs_to("group_members", "user_id", "users", "id");
    let table = Table::create()
        .table("group_members")
        .col(uuid("group_id"))
        .col(uuid("user_id"))
        .col(time("created_at"))
        .primary_key(Index::create().col("group_id").col("user_id"))
        .foreign_key(&mut group)
        .foreign_key(&mut user)
        .take();
    manager.create_table(table).await?;
    index(manager, "group_members", &["user_id"]).await
}
