//! App passwords of users, and the numbers of users and groups on Unix systems.

use sea_orm::{DatabaseTransaction, DbErr};

use super::table::{NewTable, create, table};
use crate::columns::{bytes, number, text, text_null, time, time_null, uuid, uuid_key};

pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    create(tx, [passwords(), numbers()]).await
}

fn passwords() -> NewTable {
    table("app_passwords")
        .col(uuid_key("id"))
        .col(uuid("user_id"))
        .col(bytes("hash"))
        .col(text("name"))
        .col(time("created_at"))
        .col(time_null("last_used_at"))
        .col(text_null("last_used_from"))
        .belongs_to("user_id", "users", "id")
        .unique("hash")
        .index("user_id, id")
        .index("created_at")
}

/// The ID is that of a user or of a group. A number is never given twice.
fn numbers() -> NewTable {
    table("posix_numbers")
        .col(number("number").auto_increment().primary_key())
        .col(uuid("object_id"))
        .unique("object_id")
}
