//! Requests for the approval of changes, and the files that describe objects.

use sea_orm::{DatabaseTransaction, DbErr};

use super::table::{NewTable, create, table};
use crate::columns::{flag, text, text_key, text_null, time, time_null, uuid_key};

pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    create(tx, [approvals(), managed_objects()]).await
}

fn approvals() -> NewTable {
    table("approvals")
        .col(uuid_key("id"))
        .col(text("name"))
        .col(text_null("author"))
        .col(flag("is_plan"))
        .col(text("marks"))
        .col(text("text"))
        .col(text_null("source"))
        .col(text("state"))
        .col(time("created_at"))
        .col(time("ends_at"))
        .col(text_null("decided_by"))
        .col(time_null("decided_at"))
        .index("name")
        .index("ends_at")
}

fn managed_objects() -> NewTable {
    table("managed_objects")
        .col(text_key("id"))
        .col(text("kind"))
        .col(text("subject"))
        .col(text("file"))
        .col(text_null("source"))
        .col(time("applied_at"))
        .index("subject")
}
