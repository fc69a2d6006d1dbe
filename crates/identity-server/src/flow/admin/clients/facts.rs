//! A registration as the audit log compares it.

use doorward_domain::model::Client;
use doorward_domain::secret::TokenHash;
use doorward_protocol::token::GrantType;
use serde_json::{Value, json};

/// What the log keeps of a registration: no secret, not even its hash.
pub(super) fn facts(client: &Client) -> Value {
    let exception = client.pkce_exception.as_ref();
    let grants = client.grant_types.iter().map(GrantType::as_str);
    json!({
        "name": client.name,
        "kind": client.kind.as_str(),
        "auth_method": client.auth_method.as_str(),
        "redirect_uris": client.redirect_uris,
        "post_logout_redirect_uris": client.post_logout_redirect_uris,
        "grant_types": grants.collect::<Vec<_>>(),
        "scopes": client.scopes.to_string(),
        "first_party": client.first_party,
        "serves": client.serves,
        "access_token_format": client.access_token_format.as_str(),
        "allowed_origins": client.allowed_origins,
        "require_mfa": client.require_mfa,
        "require_pushed_authorization_requests": client.require_pushed_authorization_requests,
        "require_signed_request_object": client.require_signed_request_object,
        "jwks_sha256": client.jwks.as_deref().map(|text| TokenHash::of(text).to_base64url()),
        "jwks_uri": client.jwks_uri,
        "backchannel_logout_uri": client.logout.backchannel,
        "backchannel_logout_session_required": client.logout.backchannel_session_required,
        "sector_identifier": client.pairwise_sector,
        "registered_by": client.registered_by.as_str(),
        "without_pkce_until": exception.map(|exception| exception.until),
        "disabled_at": client.disabled_at,
    })
}
