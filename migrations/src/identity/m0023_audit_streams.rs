//! The progress of the streams of the audit log.

use sea_orm::{DatabaseTransaction, DbErr};

use super::table::{create, table};
use crate::columns::{number, text_key, text_null, time_null};

pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    let streams = table("audit_streams")
        .col(text_key("name"))
        .col(number("position"))
        .col(time_null("sent_at"))
        .col(number("failures"))
        .col(time_null("retry_at"))
        .col(text_null("last_error"));
    create(tx, [streams]).await
}
