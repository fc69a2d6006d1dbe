//! Sessions of browsers at the hosts of sites.

use sea_orm::{DatabaseTransaction, DbErr};

use super::table::{create, table};
use crate::columns::{bytes_key, text, time, uuid};

/// A row ends with its grant and with the session of the browser at this server. It has no reference to its
/// site, so that a site with many rows is deleted at once: their grants end with the client of the site.
pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    let sessions = table("site_sessions")
        .col(bytes_key("token_hash"))
        .col(uuid("site_id"))
        .col(text("host"))
        .col(uuid("session_id"))
        .col(uuid("grant_id"))
        .col(time("created_at"))
        .belongs_to("session_id", "sessions", "id")
        .belongs_to("grant_id", "grants", "id")
        .index("session_id")
        .index("grant_id");
    create(tx, [sessions]).await
}
