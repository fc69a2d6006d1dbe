//! Bulk changes of users, and the IDs that imported objects had in their source.

use sea_orm::{DatabaseTransaction, DbErr};

use super::table::{NewTable, create, table};
use crate::columns::{
    number, number_null, text, text_null, time, time_null, uuid, uuid_key, uuid_null,
};

pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    create(tx, [bulk_changes(), bulk_failures(), imported_records()]).await
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
        .col(number_null("total"))
        .col(text_null("cursor"))
        .col(number("done"))
        .col(number("failed"))
        .col(text("state"))
        .col(text_null("stop_reason"))
        .col(time("lease_until"))
        .col(time("created_at"))
        .col(time_null("ended_at"))
        .index("state, lease_until")
        .index("created_at")
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

fn imported_records() -> NewTable {
    table("imported_records")
        .col(text("source"))
        .col(text("kind"))
        .col(text("old_id"))
        .col(text("new_id"))
        .col(time("imported_at"))
        .key(&["source", "kind", "old_id"])
        .index("new_id")
}
