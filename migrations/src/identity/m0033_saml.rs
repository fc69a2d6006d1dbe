//! Clients that speak SAML, and their sessions.

use sea_orm::{DatabaseTransaction, DbErr};

use super::table::{NewTable, create, table};
use crate::columns::{text, text_key, time, uuid, uuid_key};

pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    create(tx, [clients(), sessions()]).await
}

fn clients() -> NewTable {
    table("saml_clients")
        .col(text_key("client_id"))
        .col(text("entity_id"))
        .col(text("settings"))
        .belongs_to("client_id", "clients", "id")
        .unique("entity_id")
}

/// A row ends with its grant and with the session of the browser. It has no reference to its client, so that a
/// client with many rows is deleted at once: their grants end with it.
fn sessions() -> NewTable {
    table("saml_sessions")
        .col(uuid_key("grant_id"))
        .col(uuid("session_id"))
        .col(text("client_id"))
        .col(text("name_id"))
        .col(text("name_id_format"))
        .col(time("created_at"))
        .belongs_to("grant_id", "grants", "id")
        .belongs_to("session_id", "sessions", "id")
        .index("session_id")
}
