//! Second factors, passkeys, trusted devices, sign-ins waiting for a code, and API keys.

use sea_orm::{DatabaseTransaction, DbErr};

use super::table::{NewTable, create, table};
use crate::columns::{
    bytes, bytes_key, bytes_null, flag, number, text, text_key, text_null, time, time_null, uuid,
    uuid_key, uuid_null,
};

pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    create(
        tx,
        [
            totp_factors(),
            recovery_codes(),
            passkeys(),
            trusted_devices(),
            pending_sign_ins(),
            email_sign_ins(),
            api_keys(),
        ],
    )
    .await
}

fn totp_factors() -> NewTable {
    table("totp_factors")
        .col(uuid_key("user_id"))
        .col(bytes("secret_sealed"))
        .col(time_null("confirmed_at"))
        .col(number("last_step"))
        .col(number("failures"))
        .col(time_null("locked_until"))
        .col(time_null("codes_saved_at"))
        .col(time("created_at"))
        .belongs_to("user_id", "users", "id")
}

fn recovery_codes() -> NewTable {
    table("recovery_codes")
        .col(bytes_key("hash"))
        .col(uuid("user_id"))
        .col(time("created_at"))
        .col(time_null("used_at"))
        .belongs_to("user_id", "users", "id")
        .index("user_id")
}

fn passkeys() -> NewTable {
    table("passkeys")
        .col(uuid_key("id"))
        .col(uuid("user_id"))
        .col(bytes("credential_id"))
        .col(text("name"))
        .col(text("credential"))
        .col(flag("backup_eligible"))
        .col(flag("backed_up"))
        .col(time("created_at"))
        .col(time_null("last_used_at"))
        .col(time_null("suspected_at"))
        .belongs_to("user_id", "users", "id")
        .unique("credential_id")
        .index("user_id")
}

fn trusted_devices() -> NewTable {
    table("trusted_devices")
        .col(uuid_key("id"))
        .col(uuid("user_id"))
        .col(bytes("token_hash"))
        .col(text("user_agent"))
        .col(text("ip"))
        .col(time("created_at"))
        .col(time_null("last_used_at"))
        .col(time("expires_at"))
        .belongs_to("user_id", "users", "id")
        .unique("token_hash")
        .index("user_id")
        .index("expires_at")
}

fn pending_sign_ins() -> NewTable {
    table("pending_sign_ins")
        .col(text_key("id"))
        .col(bytes("browser_hash"))
        .col(uuid("user_id"))
        .col(text("first"))
        .col(time_null("first_at"))
        .col(uuid_null("session_id"))
        .col(flag("remember"))
        .col(text_null("interaction_id"))
        .col(text_null("next"))
        .col(time("created_at"))
        .col(time("expires_at"))
        .col(number("tries"))
        .col(time_null("done_at"))
        .belongs_to("user_id", "users", "id")
        .index("user_id")
        .index("expires_at")
        // The cleanup records the abandoned ones, and the rows of completed ones remain for a day.
        .index_by("expires_at__undone", "(expires_at) WHERE done_at IS NULL")
}

fn email_sign_ins() -> NewTable {
    table("email_sign_ins")
        .col(text_key("id"))
        .col(bytes("browser_hash"))
        .col(flag("remember"))
        .col(text_null("interaction_id"))
        .col(text_null("next"))
        .col(uuid_null("user_id"))
        .col(text_null("email"))
        .col(time_null("mailed_at"))
        .col(bytes_null("code_hash"))
        .col(bytes_null("link_hash"))
        .col(time("created_at"))
        .col(time("expires_at"))
        .col(number("tries"))
        .col(time_null("used_at"))
        .belongs_to("user_id", "users", "id")
        .index("user_id")
        .index("link_hash")
        .index("expires_at")
}

fn api_keys() -> NewTable {
    table("api_keys")
        .col(text_key("id"))
        .col(bytes("hash"))
        .col(uuid("user_id"))
        .col(text_null("org"))
        .col(text("name"))
        .col(text("scopes"))
        .col(text("networks"))
        .col(time("created_at"))
        .col(time("expires_at"))
        .col(time_null("last_used_at"))
        .col(text_null("last_used_from"))
        .col(time_null("revoked_at"))
        .belongs_to("user_id", "users", "id")
        .index("user_id")
        .index("expires_at")
        // A slug is never reused, so that a key of a deleted organization never becomes valid again.
        .index("org")
        .index_by(
            "used__id",
            "(COALESCE(last_used_at, created_at), id) WHERE revoked_at IS NULL",
        )
        .index_where("expires_at, id", "revoked_at IS NULL")
}
