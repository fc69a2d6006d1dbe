//! Bulk changes of users, and the users that they could not change.

use sea_orm_migration::prelude::*;

use super::columns::{text, text_null, time, time_null, uuid, uuid_key, uuid_null};
use super::table::{NewTable, create, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager, [bulk_changes(), bulk_failures()]).await
    }
}

// No foreign key to the administrator: a deleted one stops the change, which stays visible.
fn bulk_changes() -> NewTable {
    table("bulk_changes")
        .col(uuid_key("id"))
        .col(text("starter_kind"))
        .col(text("starter"))
        .col(text_null("org"))
        .col(text_null("client_id"))
        .col(text("action"))
        .col(uuid_null("group_id"))
        .col(text_null("users"))
        .col(text_null("filter"))
        .col(ColumnDef::new("total").big_integer().null())
        .col(text_null("cursor"))
        .col(ColumnDef::new("done").big_integer().not_null())
        .col(ColumnDef::new("failed").big_integer().not_null())
        .col(text("state"))
        .col(text_null("stop_reason"))
        .col(time("lease_until"))
        .col(time("created_at"))
        .col(time_null("ended_at"))
        .index(&["state", "lease_until"])
        .index(&["created_at"])
}

// No foreign key to the user, who may have been unknown from the start.
fn bulk_failures() -> NewTable {
    table("bulk_failures")
        .col(uuid("change_id"))
        .col(uuid("user_id"))
        .col(text("reason"))
        .key(&["change_id", "user_id"])
        .belongs_to("change_id", "bulk_changes", "id")
}
