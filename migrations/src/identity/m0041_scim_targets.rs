//! Applications that get users and groups by SCIM, with the state of their last run.

use sea_orm::{DatabaseTransaction, DbErr};

use super::table::{NewTable, create, table};
use crate::columns::{bytes, flag, number, text, text_key, text_null, time, time_null};

pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    create(tx, [targets()]).await
}

fn targets() -> NewTable {
    table("scim_targets")
        .col(text_key("client_id"))
        .col(text("url"))
        .col(flag("is_operator_url"))
        .col(bytes("token_sealed"))
        .col(text("users"))
        .col(flag("has_groups"))
        .col(flag("is_paused"))
        .col(number("position"))
        .col(flag("is_full_due"))
        .col(time_null("full_at"))
        .col(time_null("ran_at"))
        .col(text("report"))
        .col(number("failures"))
        .col(time_null("retry_at"))
        .col(text_null("last_error"))
        .col(text_null("created_by"))
        .col(time("created_at"))
        .belongs_to("client_id", "clients", "id")
}
