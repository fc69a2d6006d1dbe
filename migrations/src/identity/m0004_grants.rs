//! Grants with their codes and tokens, and consents.

use sea_orm::{ConnectionTrait as _, DatabaseTransaction, DbBackend, DbErr};

use super::table::{NewTable, create, table};
use crate::columns::{
    bytes_key, bytes_null, flag_null, number_null, text, text_key, text_null, time, time_null,
    uuid, uuid_key,
};
use crate::migration::execute;

pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    create(
        tx,
        [grants(), reference_tokens(), revoked_tokens(), consents()],
    )
    .await?;
    if tx.get_database_backend() == DbBackend::Postgres {
        // Free space in each page: an update of a column without index then stays in its page
        // and changes no index.
        let spare = "ALTER TABLE grants SET (fillfactor = 70)";
        execute(tx, [spare]).await?;
    }
    Ok(())
}

// `session_id` is not a foreign key: an offline grant outlives its session, and keeps its `sid`.
fn grants() -> NewTable {
    table("grants")
        .col(uuid_key("id"))
        .col(uuid("user_id"))
        .col(text("client_id"))
        .col(uuid("session_id"))
        .col(text_null("org"))
        .col(text("origin").default("authorization"))
        .col(text_null("issuer"))
        .col(text("scope"))
        .col(text("resources"))
        .col(text("authorization_details").default("[]"))
        .col(text("claims"))
        .col(text_null("nonce"))
        .col(time("auth_time"))
        .col(text("acr"))
        .col(text("amr"))
        .col(time("created_at"))
        .col(time("expires_at"))
        .col(time_null("revoked_at"))
        .col(text_null("revoke_reason"))
        // No index of the code and the refresh token: the text of each names its grant.
        .col(bytes_null("code_hash"))
        .col(text_null("redirect_uri"))
        .col(flag_null("redirect_uri_given"))
        .col(text_null("code_challenge"))
        .col(text_null("code_jkt"))
        .col(time_null("code_expires_at"))
        .col(time_null("code_used_at"))
        .col(text_null("code_problem"))
        .col(number_null("refresh_generation"))
        .col(bytes_null("refresh_hash"))
        .col(bytes_null("refresh_sealed"))
        .col(text_null("refresh_jkt"))
        .col(text_null("refresh_certificate"))
        .col(time_null("refresh_issued_at"))
        .col(time_null("refresh_expires_at"))
        .belongs_to("user_id", "users", "id")
        .belongs_to("client_id", "clients", "id")
        .index("client_id")
        .index("session_id")
        .index("expires_at")
        .index_where("client_id, session_id", "revoked_at IS NULL")
        .index("user_id, revoked_at, client_id, id")
}

fn reference_tokens() -> NewTable {
    table("reference_tokens")
        .col(bytes_key("hash"))
        .col(text("client_id"))
        .col(text_null("subject"))
        .col(text("claims"))
        .col(time("expires_at"))
        .belongs_to("client_id", "clients", "id")
        .index("expires_at")
        .index("client_id, subject, expires_at")
        .index("client_id")
}

fn revoked_tokens() -> NewTable {
    table("revoked_tokens")
        .col(text_key("jti"))
        .col(time("expires_at"))
        .index("expires_at")
}

fn consents() -> NewTable {
    table("consents")
        .col(uuid_key("id"))
        .col(uuid("user_id"))
        .col(text("client_id"))
        .col(text("scope"))
        .col(text("declined").default(""))
        .col(text("resources"))
        .col(text("authorization_details").default("[]"))
        .col(time("granted_at"))
        .col(time_null("expires_at"))
        .col(time_null("revoked_at"))
        .belongs_to("user_id", "users", "id")
        .belongs_to("client_id", "clients", "id")
        .unique("user_id, client_id")
        .index("client_id")
        .index_where("client_id, id", "revoked_at IS NULL")
}
