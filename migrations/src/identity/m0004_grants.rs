//! Grants with their codes and tokens, and consents.

use sea_orm_migration::prelude::*;

use super::columns::{
    bytes_key, bytes_null, flag, text, text_key, text_null, time, time_null, uuid, uuid_key,
};
use super::table::{NewTable, create, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(
            manager,
            [
                grants(),
                codes(),
                refresh_tokens(),
                reference_tokens(),
                revoked_tokens(),
                consents(),
            ],
        )
        .await
    }
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
        .belongs_to("user_id", "users", "id")
        .belongs_to("client_id", "clients", "id")
        .index(&["user_id"])
        .index(&["client_id"])
        .index(&["session_id"])
        .index(&["expires_at"])
}

fn codes() -> NewTable {
    table("codes")
        .col(bytes_key("hash"))
        .col(uuid("grant_id"))
        .col(text("client_id"))
        .col(text("redirect_uri"))
        .col(flag("redirect_uri_given"))
        .col(text_null("code_challenge"))
        .col(text_null("dpop_jkt"))
        .col(time("created_at"))
        .col(time("expires_at"))
        .col(time_null("used_at"))
        .col(text_null("problem"))
        .belongs_to("grant_id", "grants", "id")
        .index(&["grant_id"])
        .index(&["expires_at"])
}

fn refresh_tokens() -> NewTable {
    table("refresh_tokens")
        .col(bytes_key("hash"))
        .col(uuid("grant_id"))
        .col(text("client_id"))
        .col(text("scope"))
        .col(text_null("dpop_jkt"))
        .col(text_null("certificate_thumbprint"))
        .col(time("created_at"))
        .col(time("expires_at"))
        .col(time_null("used_at"))
        .col(bytes_null("successor_hash"))
        .col(bytes_null("successor_sealed"))
        .belongs_to("grant_id", "grants", "id")
        .index(&["grant_id"])
        .index(&["expires_at"])
}

fn reference_tokens() -> NewTable {
    table("reference_tokens")
        .col(bytes_key("hash"))
        .col(text("client_id"))
        .col(text("claims"))
        .col(time("expires_at"))
        .belongs_to("client_id", "clients", "id")
        .index(&["expires_at"])
}

fn revoked_tokens() -> NewTable {
    table("revoked_tokens")
        .col(text_key("jti"))
        .col(time("expires_at"))
        .index(&["expires_at"])
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
        .unique(&["user_id", "client_id"])
        .index(&["client_id"])
}
