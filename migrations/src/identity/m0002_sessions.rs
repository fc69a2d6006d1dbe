//! Browser sessions, authorization requests in progress, failed sign-ins, and the reasons of attempts.

use sea_orm::{DatabaseTransaction, DbErr};

use super::table::{NewTable, create, table};
use crate::columns::{
    bytes, bytes_key, bytes_null, flag, number, text, text_key, text_null, time, time_null, uuid,
    uuid_key, uuid_null,
};

pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    create(
        tx,
        [sessions(), interactions(), login_failures(), attempts()],
    )
    .await
}

// No index contains a column that changes on each use of a session.
fn sessions() -> NewTable {
    table("sessions")
        .col(uuid_key("id"))
        .col(bytes("token_hash"))
        .col(uuid("user_id"))
        .col(time("created_at"))
        .col(time("last_seen_at"))
        .col(time("idle_expires_at"))
        .col(time("expires_at"))
        .col(time("auth_time"))
        .col(text("acr"))
        .col(text("amr"))
        .col(flag("remember"))
        .col(text("user_agent"))
        .col(text("ip"))
        .col(time_null("ended_at"))
        .col(text_null("end_reason"))
        .belongs_to("user_id", "users", "id")
        .unique("token_hash")
        .index("expires_at")
        .index_where("id", "ended_at IS NULL")
        .index("user_id, ended_at, id")
        // The cleanup ends expired sessions, and the rows of ended ones remain for a day.
        .index_by("expires_at__unended", "(expires_at) WHERE ended_at IS NULL")
}

// No foreign keys: an interaction exists for minutes, and keeps its request even if the client or
// the session is deleted meanwhile.
fn interactions() -> NewTable {
    table("interactions")
        .col(text_key("id"))
        .col(bytes("browser_hash"))
        .col(text("request"))
        .col(text("client_id"))
        .col(uuid_null("session_id"))
        .col(time_null("authenticated_at"))
        .col(flag("account_chosen"))
        .col(text_null("consented"))
        .col(time("created_at"))
        .col(time("expires_at"))
        .col(time_null("completed_at"))
        .index("expires_at")
}

/// Returns the failed sign-ins by the keyed hash of the entered identifier.
// No foreign key: failures are written on every sign-in, and deleted within a day.
fn login_failures() -> NewTable {
    table("login_failures")
        .col(bytes_key("bucket"))
        .col(uuid_null("user_id"))
        .col(number("failures"))
        .col(time_null("locked_until"))
        .col(time("updated_at"))
        .index("updated_at")
        .index_where("locked_until, bucket", "locked_until IS NOT NULL")
        .index_where("user_id", "user_id IS NOT NULL")
}

/// Returns the sign-in attempts and rejected OAuth requests.
// No foreign keys: rows are written seconds after the attempt, when the user or the client may have
// been deleted.
fn attempts() -> NewTable {
    table("attempts")
        .col(uuid_key("id"))
        .col(time("at"))
        .col(text("step"))
        .col(text("outcome"))
        .col(text("rule"))
        .col(text("reason"))
        .col(uuid_null("user_id"))
        .col(bytes_null("name_hash"))
        .col(text_null("client_id"))
        .col(text_null("request_id"))
        .col(text_null("address"))
        .col(text("detail"))
        .index("at")
        .index("user_id, at")
        .index("name_hash, at")
        .index("client_id, at")
        .index("request_id")
        .index_by(
            "client_id__failed_at",
            "(client_id, at) WHERE outcome IN ('failed', 'rejected')",
        )
}
