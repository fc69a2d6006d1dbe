//! New clients with default values.

use doorward_domain::model::{Client, ClientAuth, ClientId, ClientKind, PkcePolicy};
use doorward_domain::secret::OpaqueToken;
use doorward_domain::time::UnixSeconds;
use doorward_protocol::client_auth::ClientAuthMethod;
use doorward_protocol::token::GrantType;
use uuid::Uuid;

use super::input::NewClient;

/// Builds a client from the input, with defaults and a secret if it needs one.
pub fn build(new: NewClient, now: UnixSeconds) -> (Client, Option<OpaqueToken>) {
    let auth_method = new.auth_method.unwrap_or(match new.kind {
        ClientKind::Public => ClientAuthMethod::None.into(),
        ClientKind::Confidential => ClientAuth::Secret,
    });
    let secret = auth_method
        .is_by_secret()
        .then(|| OpaqueToken::generate(&mut rand::rng()));
    let interactive = !new.redirect_uris.is_empty();
    let grant_types = new.grant_types.unwrap_or_else(|| {
        if interactive {
            vec![GrantType::AuthorizationCode, GrantType::RefreshToken]
        } else {
            vec![GrantType::ClientCredentials]
        }
    });
    let elsewhere = [GrantType::DeviceCode, GrantType::Ciba];
    let asks_people = interactive
        || elsewhere
            .iter()
            .any(|elsewhere| grant_types.contains(elsewhere));
    let scopes = new.scopes.unwrap_or_else(|| {
        let usual: &[&str] = if asks_people {
            &["openid", "profile", "email", "offline_access"]
        } else {
            &[]
        };
        usual.iter().copied().collect()
    });
    let id = new.id.unwrap_or_else(random_id);
    let client = Client {
        secret_hash: secret.as_ref().map(OpaqueToken::hash),
        auth_method,
        redirect_uris: new.redirect_uris,
        post_logout_redirect_uris: new.post_logout_redirect_uris,
        grant_types,
        scopes,
        first_party: new.first_party,
        pkce: new.pkce.unwrap_or(PkcePolicy::default_for(new.kind)),
        assertion_audience: new.assertion_audience,
        jwks: new.jwks,
        jwks_uri: new.jwks_uri,
        serves: new.serves,
        access_token_format: new.access_token_format,
        allowed_origins: new.allowed_origins,
        claims_in_id_token: new.claims_in_id_token,
        require_mfa: new.require_mfa,
        require_pushed_authorization_requests: new.require_pushed_authorization_requests,
        require_signed_request_object: new.require_signed_request_object,
        dpop_bound_access_tokens: new.dpop_bound_access_tokens,
        certificate_bound_access_tokens: new.certificate_bound_access_tokens,
        certificate_subject: new.certificate_subject,
        authorization_signed_response_alg: new
            .authorization_signed_response_alg
            .filter(|alg| !alg.is_empty()),
        logout: new.logout,
        exchange: new.exchange,
        consent: new.consent,
        authorization_details_types: new.authorization_details_types,
        pairwise_sector: new.sector_identifier,
        ..Client::new(id, new.name.trim().to_owned(), new.kind, now)
    };
    (client, secret)
}

/// Generates a client id of 128 bits in the hyphenated form, which is easy to copy.
#[expect(clippy::expect_used, reason = "a hyphenated UUID is printable ASCII")]
fn random_id() -> ClientId {
    ClientId::parse(&Uuid::new_v4().to_string()).expect("printable ASCII")
}
