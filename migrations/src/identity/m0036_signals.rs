//! Signals to receivers, and their streams.

use sea_orm::{DatabaseTransaction, DbErr};

use super::table::{NewTable, create, table};
use crate::columns::{
    bytes_null, flag, number, number_null, text, text_key, text_null, time, time_null, uuid,
};

pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    create(tx, [signals(), streams()]).await
}

/// A row gets its position after the commit of its change. No foreign keys: a signal outlives what it is about.
fn signals() -> NewTable {
    table("signals")
        .col(number("number").auto_increment().primary_key())
        .col(uuid("id"))
        .col(number_null("position"))
        .col(time_null("at"))
        .col(text("event"))
        .col(text("subject"))
        .col(text("detail"))
        .unique("position")
        .index("at, position")
        .index_where("number", "position IS NULL")
}

fn streams() -> NewTable {
    table("signal_streams")
        .col(text_key("id"))
        .col(text("client_id"))
        .col(flag("is_push"))
        .col(text("settings"))
        .col(bytes_null("authorization_sealed"))
        .col(number("position"))
        .col(time("created_at"))
        .col(time("used_at"))
        .col(number("failures"))
        .col(time_null("retry_at"))
        .col(text_null("last_error"))
        .belongs_to("client_id", "clients", "id")
        .index("client_id, id")
        .index("used_at")
}
