//! Sessions at identity providers, whose sign-out ends sessions here.

use sea_orm::{DatabaseTransaction, DbErr};

use super::table::{create, table};
use crate::columns::{text, text_null, uuid_key};
use crate::migration::execute;

/// A row ends with its session here. Most providers name no session (`sid`).
pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    let sessions = table("provider_sessions")
        .col(uuid_key("session_id"))
        .col(text("issuer"))
        .col(text("subject"))
        .col(text_null("sid"))
        .belongs_to("session_id", "sessions", "id")
        .index("issuer, subject")
        .index_where("issuer, sid", "sid IS NOT NULL");
    create(tx, [sessions]).await?;
    // A sign-in that waits for the second factor.
    let columns = ["provider_issuer", "provider_subject", "provider_sid"];
    let columns =
        columns.map(|name| format!("ALTER TABLE pending_sign_ins ADD COLUMN {name} text"));
    execute(tx, columns).await
}
