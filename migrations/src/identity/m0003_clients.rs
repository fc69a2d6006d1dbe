//! Clients, their registration, and the registries of scopes, resources and custom claims.

use sea_orm::{DatabaseTransaction, DbErr};

use super::table::{NewTable, create, table};
use crate::columns::{
    bytes, bytes_null, flag, integer, number, text, text_key, text_null, time, time_null, uuid_key,
};

pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    create(
        tx,
        [
            clients(),
            client_origins(),
            client_logos(),
            client_registrations(),
            registration_tokens(),
            scopes(),
            resources(),
            custom_claims(),
        ],
    )
    .await
}

/// Returns the clients with both of their secrets: a token request reads one row (decision 81).
fn clients() -> NewTable {
    keys_and_endpoints(table("clients"))
        .col(text("profile").default("none"))
        .col(text("grant_types"))
        .col(text("scopes"))
        .col(text("response_modes"))
        .col(text("serves").default("[]"))
        .col(text_null("token_exchange"))
        .col(text("authorization_details_types").default("[]"))
        .col(flag("require_pushed_authorization_requests").default(false))
        .col(flag("require_signed_request_object").default(false))
        .col(text("id_token_signed_response_alg").default("RS256"))
        .col(text_null("userinfo_signed_response_alg"))
        .col(text_null("introspection_signed_response_alg"))
        .col(text_null("authorization_signed_response_alg"))
        .col(text("pkce").default("required"))
        .col(integer("pkce_streak").default(0))
        .col(text_null("code_protection"))
        .col(text("access_token_format").default("jwt"))
        .col(time_null("access_token_ttl"))
        .col(time_null("id_token_ttl"))
        .col(flag("claims_in_id_token").default(true))
        .col(text_null("pairwise_sector"))
        .col(flag("dpop_bound_access_tokens").default(false))
        .col(flag("certificate_bound_access_tokens").default(false))
        .col(flag("require_mfa").default(false))
        .col(time_null("default_max_age"))
        .col(text("default_acr_values").default("[]"))
        .col(text_null("consent_terms"))
        // The cleanup selects clients whose document was not fetched for a long time.
        .index("document_fetched_at")
        .search_unique("id")
        .search("name_key")
        .index_by("id__disabled", "(id) WHERE disabled_at IS NOT NULL")
        .index("registered_by, id")
        // An index of an expression serves only the queries with this expression.
        .index_by(
            "used__id",
            "(COALESCE(secret_used_at, secret_made_at, created_at), id) \
             WHERE secret_hash IS NOT NULL",
        )
        .index("name_look")
}

fn keys_and_endpoints(table: NewTable) -> NewTable {
    table
        .col(text_key("id"))
        .col(text("name"))
        .col(text_null("name_key"))
        .col(text_null("name_look"))
        .col(text("kind"))
        .col(text("registered_by").default("administrator"))
        .col(text_null("operator_urls"))
        .col(flag("first_party"))
        .col(time_null("disabled_at"))
        .col(time_null("deleted_at"))
        .col(time("created_at"))
        .col(time("updated_at"))
        .col(time_null("document_fetched_at"))
        .col(time_null("document_fresh_until"))
        .col(text("auth_method"))
        .col(flag("auth_method_pinned").default(true))
        .col(bytes_null("secret_hash"))
        .col(text_null("foreign_secret"))
        .col(time_null("secret_made_at"))
        .col(time_null("secret_used_at"))
        .col(text_null("secret_used_from"))
        .col(number("secret_uses").default(0))
        .col(bytes_null("former_secret_hash"))
        .col(time_null("former_secret_made_at"))
        .col(time_null("former_secret_ends_at"))
        .col(time_null("former_secret_used_at"))
        .col(text_null("former_secret_used_from"))
        .col(number("former_secret_uses").default(0))
        .col(text_null("assertion_audience"))
        .col(text_null("jwks"))
        .col(text_null("jwks_uri"))
        .col(text_null("certificate_subject"))
        .col(text("redirect_uris"))
        .col(text("request_uris").default("[]"))
        .col(text("post_logout_redirect_uris"))
        .col(text("allowed_origins").default("[]"))
        .col(text_null("backchannel_logout_uri"))
        .col(flag("backchannel_logout_session_required").default(false))
        .col(text_null("frontchannel_logout_uri"))
        .col(flag("frontchannel_logout_session_required").default(false))
}

/// Returns the origins by which a request of a script finds the clients that allow it.
fn client_origins() -> NewTable {
    table("client_origins")
        .col(text("origin"))
        .col(text("client_id"))
        .key(&["origin", "client_id"])
        .belongs_to("client_id", "clients", "id")
        .index("client_id")
}

// A separate table, so that the rows of clients, which every request reads, stay small.
fn client_logos() -> NewTable {
    table("client_logos")
        .col(text_key("id"))
        .col(text("client_id"))
        .col(bytes("png"))
        .col(time("created_at"))
        .belongs_to("client_id", "clients", "id")
        .unique("client_id")
}

fn client_registrations() -> NewTable {
    table("client_registrations")
        .col(text_key("client_id"))
        .col(bytes("access_token_hash"))
        .col(text("metadata"))
        .col(text("given_delegated").default(""))
        .col(text("given_own").default(""))
        .col(time("seen_at"))
        .belongs_to("client_id", "clients", "id")
        .index("seen_at")
}

fn registration_tokens() -> NewTable {
    table("registration_tokens")
        .col(uuid_key("id"))
        .col(bytes("hash"))
        .col(text("note"))
        .col(number("uses_left"))
        .col(text_null("created_by"))
        .col(time("created_at"))
        .col(time("expires_at"))
        .unique("hash")
        .index("expires_at")
}

fn scopes() -> NewTable {
    table("scopes")
        .col(text_key("name"))
        .col(text("description"))
        .col(text_null("audience"))
        .col(time("created_at"))
}

fn resources() -> NewTable {
    table("resources")
        .col(text_key("identifier"))
        .col(text("name"))
        .col(text("token_type").default("at+jwt"))
        .col(text("token_signing_alg").default("RS256"))
        .col(text_null("token_claims"))
        .col(time_null("access_token_ttl"))
        .col(time("created_at"))
}

fn custom_claims() -> NewTable {
    table("custom_claims")
        .col(text_key("id"))
        .col(text("claim"))
        .col(text_null("path"))
        .col(text_null("client_id"))
        .col(text("source"))
        .col(text("outputs"))
        .col(text_null("scope"))
        .col(time("created_at"))
        .col(time("updated_at"))
        .belongs_to("client_id", "clients", "id")
        .index("client_id")
}
