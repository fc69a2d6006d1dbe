//! The representation of a client on the command line.

use doorward_domain::model::{AssertionAudience, Client};
use doorward_domain::rules::origin;
use doorward_protocol::token::GrantType;
use serde_json::{Value, json};

use super::parse::{describe_method, grant_list};
use super::{certificate, consent, exchange, keys, logout, pkce};
use crate::{error::CliError, output};

pub(super) fn show(client: &Client, as_json: bool) -> Result<(), CliError> {
    if as_json {
        return output::json(&document(client));
    }
    output::fields(&[
        ("client_id", client.id.to_string()),
        ("name", client.name.clone()),
        ("kind", client.kind.as_str().to_owned()),
        ("auth_method", describe_method(client)),
        (
            "assertion_audience",
            client
                .assertion_audience
                .map_or("-", AssertionAudience::as_str)
                .to_owned(),
        ),
        ("redirect_uris", client.redirect_uris.join(" ")),
        (
            "post_logout_redirect_uris",
            client.post_logout_redirect_uris.join(" "),
        ),
        ("grants", grant_list(client)),
        ("scopes", client.scopes.to_string()),
        ("first_party", client.first_party.to_string()),
        ("serves", client.serves.join(" ")),
        (
            "access_token_format",
            client.access_token_format.as_str().to_owned(),
        ),
        ("pkce", pkce::describe(client)),
        ("origins", origin::list_origins(client).join(" ")),
        ("claims_in_id_token", client.claims_in_id_token.to_string()),
        ("require_mfa", client.require_mfa.to_string()),
        ("requests", keys::form(client)),
        ("dpop", client.dpop_bound_access_tokens.to_string()),
        (
            "bind_to_certificate",
            client.certificate_bound_access_tokens.to_string(),
        ),
        ("certificate", certificate::describe(client)),
        ("responses", keys::response(client)),
        ("keys", keys::describe(client)),
        (
            "sector_identifier",
            client
                .pairwise_sector
                .clone()
                .unwrap_or_else(|| "-".to_owned()),
        ),
        (
            "backchannel_logout_uri",
            logout::describe(client.logout.backchannel.as_ref()),
        ),
        (
            "frontchannel_logout_uri",
            logout::describe(client.logout.frontchannel.as_ref()),
        ),
        ("exchange", exchange::describe(client)),
        ("consent", consent::describe(client)),
        ("details", client.authorization_details_types.join(" ")),
        ("registered_by", client.registered_by.as_str().to_owned()),
        ("disabled_at", output::time_or_dash(client.disabled_at)),
        ("created_at", output::time(client.created_at)),
        ("updated_at", output::time(client.updated_at)),
    ])
}

pub(super) fn document(client: &Client) -> Value {
    json!({
        "client_id": client.id.as_str(),
        "name": client.name,
        "kind": client.kind.as_str(),
        "auth_method": client.auth_method.as_str(),
        "redirect_uris": client.redirect_uris,
        "post_logout_redirect_uris": client.post_logout_redirect_uris,
        "grants": client.grant_types.iter().map(GrantType::as_str).collect::<Vec<_>>(),
        "scopes": client.scopes.iter().collect::<Vec<_>>(),
        "first_party": client.first_party,
        "serves": client.serves,
        "access_token_format": client.access_token_format.as_str(),
        "allowed_origins": client.allowed_origins,
        "origins": origin::list_origins(client),
        "claims_in_id_token": client.claims_in_id_token,
        "require_mfa": client.require_mfa,
        "require_pushed_authorization_requests": client.require_pushed_authorization_requests,
        "require_signed_request_object": client.require_signed_request_object,
        "dpop_bound_access_tokens": client.dpop_bound_access_tokens,
        "tls_client_certificate_bound_access_tokens": client.certificate_bound_access_tokens,
        "authorization_details_types": client.authorization_details_types,
        "certificate_subject": client.certificate_subject,
        "authorization_signed_response_alg": client.authorization_signed_response_alg,
        "document_fetched_at": client.document.map(|kept| output::time(kept.fetched_at)),
        "jwks": keys::document(client),
        "jwks_uri": client.jwks_uri,
        "backchannel_logout_uri": client.logout.backchannel,
        "backchannel_logout_session_required": client.logout.backchannel_session_required,
        "frontchannel_logout_uri": client.logout.frontchannel,
        "frontchannel_logout_session_required": client.logout.frontchannel_session_required,
        "exchange_audiences": client.exchange.audiences,
        "exchange_impersonation": client.exchange.impersonation,
        "consent": consent::document(client),
        "pkce": client.pkce_policy().as_str(),
        "pkce_switched": client.has_switched_to_pkce(),
        "assertion_audience": client.assertion_audience.map(AssertionAudience::as_str),
        "sector_identifier": client.pairwise_sector,
        "registered_by": client.registered_by.as_str(),
        "disabled_at": client.disabled_at.map(output::time),
        "created_at": output::time(client.created_at),
        "updated_at": output::time(client.updated_at),
    })
}
