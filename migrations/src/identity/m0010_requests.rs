//! Requests and notifications between clients and the server.

use sea_orm::{DatabaseTransaction, DbErr};

use super::table::{NewTable, create, table};
use crate::columns::{
    bytes, bytes_key, flag, number, text, text_key, text_null, time, time_null, uuid, uuid_null,
};

pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    create(
        tx,
        [
            pushed_requests(),
            device_requests(),
            used_jtis(),
            logout_notices(),
        ],
    )
    .await
}

/// Returns the pushed authorization requests (RFC 9126).
fn pushed_requests() -> NewTable {
    table("pushed_requests")
        .col(bytes_key("hash"))
        .col(text("client_id"))
        .col(text("params"))
        .col(flag("signed"))
        .col(time("expires_at"))
        .col(text_null("interaction_id"))
        .belongs_to("client_id", "clients", "id")
        .index("expires_at")
        .index("client_id")
}

/// Returns the device authorizations (RFC 8628) and backchannel requests (CIBA) that wait for a user.
fn device_requests() -> NewTable {
    table("device_requests")
        .col(text_key("id"))
        .col(bytes("device_hash"))
        .col(text("user_code"))
        .col(text("client_id"))
        .col(uuid_null("user_id"))
        .col(text("scope"))
        .col(text("resources"))
        .col(text("authorization_details").default("[]"))
        .col(text_null("org"))
        .col(text("ip"))
        .col(text_null("binding_message"))
        .col(time("created_at"))
        .col(time("expires_at"))
        .col(number("poll_interval"))
        .col(time_null("polled_at"))
        .col(uuid_null("session_id"))
        .col(time_null("decided_at"))
        .col(uuid_null("grant_id"))
        .col(time_null("used_at"))
        .belongs_to("client_id", "clients", "id")
        .belongs_to("grant_id", "grants", "id")
        .unique("device_hash")
        .unique("user_code")
        .index("expires_at")
        .index("grant_id")
        .index("client_id")
}

/// Returns the markers of single-use signed texts.
fn used_jtis() -> NewTable {
    table("used_jtis")
        .col(bytes_key("hash"))
        .col(time("expires_at"))
        .index("expires_at")
}

// No foreign keys: the session and its user may be deleted before the clients are notified.
fn logout_notices() -> NewTable {
    table("logout_notices")
        .col(uuid("session_id"))
        .col(text("client_id"))
        .col(uuid("user_id"))
        // At once after the session has ended, and otherwise when it may be idle.
        .col(time("due_at").default(0))
        .key(&["session_id", "client_id"])
        .index("due_at")
}
