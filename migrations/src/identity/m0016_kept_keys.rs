//! Derived keys that outlive the secret key that they were derived from.

use sea_orm::{DatabaseTransaction, DbErr};

use super::table::{create, table};
use crate::columns::{bytes, number_null, text_key, time, time_null};

pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    let keys = table("kept_keys")
        .col(text_key("id"))
        .col(time("kept_at"))
        .col(time_null("expires_at"))
        .col(number_null("last_link"))
        .col(bytes("sealed"))
        .index("expires_at");
    create(tx, [keys]).await
}
