//! Validation of client registrations.

use doorward_access::jwt::external_keys::{self, ExternalKeys};
use doorward_access::jwt::jwks::JwksError;
use doorward_domain::model::{
    ClientAuth, ClientChange, PkcePolicy, Resource, ScopeEntry, client_settings,
};
use doorward_egress::outgoing;
use doorward_protocol::client_auth::ClientAuthMethod;
use doorward_protocol::redirect_uri;
use doorward_protocol::signing_alg::SigningAlg;
use doorward_rules::token_lifetimes::TokenLifetimes;
use doorward_rules::{client_certificate, displayed_name, logout, origin, request_uri, subject};
use serde_json::json;
use uuid::Uuid;

use super::consent;
use super::error::ClientError;
use crate::prelude::*;

/// Maximum size of a registered key set, in bytes.
const MAX_JWKS: usize = 32 * 1024;

/// Maximum length of a name, in characters.
const LONGEST_NAME: usize = 100;

/// The error for a key set without a usable verification key.
const NO_USABLE_KEY: &str = "the document has to be a JWK Set with a public key for RS256 or PS256 (RSA of 2048 to \
                             4096 bits), ES256 or EdDSA";

/// Checks that a client id does not have the form of a user id, which is a UUID: the `sub` of a
/// client that acts for itself is its id (RFC 9068 §5).
pub fn check_id(id: &ClientId) -> Result<(), ClientError> {
    if Uuid::try_parse(id.as_str()).is_ok() {
        let problem = "ids of this form belong to users; write another one, or leave it out";
        return Err(ClientError::invalid("id", problem));
    }
    Ok(())
}

/// Rejects changes of a client with a metadata document, which defines the registration; an
/// administrator can only disable and enable it.
pub fn check_published(client: &Client, change: &ClientChange) -> Result<(), ClientError> {
    let switch = ClientChange {
        disabled: change.disabled,
        ..ClientChange::default()
    };
    if client.document.is_some() && *change != switch {
        let problem =
            "the client publishes its registration at its id; it can only be disabled or enabled";
        return Err(ClientError::invalid("id", problem));
    }
    Ok(())
}

/// Records the scopes and grants that an administrator gave a dynamically registered client, in
/// addition to those that it requested.
#[boxed(?Send)]
pub async fn record_granted_scopes(
    tx: &WriteTx,
    client: &Client,
    scopes: bool,
    grants: bool,
) -> Result<(), ClientError> {
    if let Some(stored) = repo::client_registrations::find(tx, &client.id).await? {
        let given = stored.given.stated(client, scopes, grants);
        repo::client_registrations::set_granted_scopes(tx, &client.id, &given).await?;
    }
    Ok(())
}

/// The settings of the deployment that limit every client.
#[derive(Clone, Copy, Debug)]
pub struct ClientLimits<'a> {
    pub algorithms: &'a [SigningAlg],
    pub redirects: redirect_uri::Allowed<'a>,
}

/// Checks the rules for every client. The scopes of a registered one (`before`) are known as long as it keeps them.
#[boxed(?Send)]
pub async fn check<'a>(
    conn: &'a Conn,
    before: Option<&Client>,
    client: &Client,
    limits: ClientLimits<'a>,
) -> Result<(), ClientError> {
    let resources = if client.serves.is_empty() && client.exchange.audiences.is_empty() {
        Vec::new()
    } else {
        repo::resources::list_all(conn).await?
    };
    check_rules(client, limits, &resources)?;
    if before.is_none_or(|before| before.scopes != client.scopes) {
        check_scopes(client, &repo::scopes::list_all(conn).await?)?;
    }
    Ok(())
}

/// Checks the same with the registered scopes and resources.
pub fn check_with(
    client: &Client,
    limits: ClientLimits<'_>,
    known: &[ScopeEntry],
    resources: &[Resource],
) -> Result<(), ClientError> {
    check_rules(client, limits, resources)?;
    check_scopes(client, known)
}

fn check_rules(
    client: &Client,
    limits: ClientLimits<'_>,
    resources: &[Resource],
) -> Result<(), ClientError> {
    displayed_name::check_administered(&client.name, LONGEST_NAME)
        .map_err(|error| ClientError::invalid("name", error.to_string()))?;
    client_profile::check(client)
        .map_err(|error| ClientError::invalid(error.setting, error.to_string()))?;
    check_redirects(client, limits.redirects)?;
    check_request_uris(client)?;
    for (at, item) in client.allowed_origins.iter().enumerate() {
        let invalid = |problem| {
            let item = redirect_uri::shown(item);
            ClientError::invalid_at("allowed_origins", at, format!("{item}: {problem}"))
        };
        origin::check_registration(item).map_err(invalid)?;
    }
    check_grants(client)?;
    check_authentication(client)?;
    check_keys(client)?;
    check_certificate(client)?;
    check_algorithms(client, limits.algorithms)?;
    check_notifications(client)?;
    consent::check(client)?;
    check_serves(client, resources)?;
    if client
        .pairwise_sector
        .as_deref()
        .is_some_and(|text| !subject::is_sector(text))
    {
        let problem = "write a host alone, such as app.example.org";
        return Err(ClientError::invalid("sector_identifier", problem));
    }
    check_exchange(client, resources)?;
    // RFC 9700 §2.1.1: a public client must use PKCE.
    if client.kind == ClientKind::Public && client.pkce != PkcePolicy::Required {
        let problem = format!(
            "a public client must use PKCE: expected required, got {}",
            client.pkce.as_str()
        );
        return Err(ClientError::invalid("pkce", problem));
    }
    Ok(())
}

fn check_scopes(client: &Client, known: &[ScopeEntry]) -> Result<(), ClientError> {
    if let Some(name) = client
        .scopes
        .iter()
        .find(|name| known.iter().all(|s| s.name != *name))
    {
        let names: Vec<_> = known.iter().map(|scope| scope.name.as_str()).collect();
        let problem = format!("{name:?} is not registered; there are {}", names.join(" "));
        return Err(ClientError::invalid("scope", problem));
    }
    Ok(())
}

/// Checks that a resource server can authenticate, and that its resources exist.
fn check_serves(client: &Client, resources: &[Resource]) -> Result<(), ClientError> {
    if client.serves.is_empty() {
        return Ok(());
    }
    if client.kind == ClientKind::Public {
        let problem = "a public client cannot be the server of a resource";
        return Err(ClientError::invalid("serves", problem));
    }
    are_resources(resources, "serves", &client.serves)
}

fn are_resources(
    known: &[Resource],
    field: &'static str,
    named: &[String],
) -> Result<(), ClientError> {
    let unknown = |uri: &String| known.iter().all(|known| known.identifier != *uri);
    if let Some(at) = named.iter().position(unknown) {
        let uri = &named[at];
        let there: Vec<_> = known
            .iter()
            .map(|known| known.identifier.as_str())
            .collect();
        let problem = format!("{uri:?} is not registered; there are {}", there.join(" "));
        return Err(ClientError::invalid_at(field, at, problem));
    }
    Ok(())
}

/// Checks that a client with token exchange is confidential and names its resources (RFC 8693 §5).
fn check_exchange(client: &Client, resources: &[Resource]) -> Result<(), ClientError> {
    let audiences = &client.exchange.audiences;
    if !client.allows_grant(&GrantType::TokenExchange) {
        if audiences.is_empty() && !client.exchange.impersonation {
            return Ok(());
        }
        let problem = "requires the grant token-exchange";
        return Err(ClientError::invalid("exchange_audiences", problem));
    }
    if client.kind == ClientKind::Public {
        let problem = "token-exchange is for confidential clients";
        return Err(ClientError::invalid("grant_types", problem));
    }
    if audiences.is_empty() {
        let problem = "name the resources that it may exchange tokens for";
        return Err(ClientError::invalid("exchange_audiences", problem));
    }
    are_resources(resources, "exchange_audiences", audiences)
}

fn check_redirects(client: &Client, allowed: redirect_uri::Allowed<'_>) -> Result<(), ClientError> {
    let invalid = |field, at, uri: &str, problem: redirect_uri::RedirectUriError| {
        let uri = redirect_uri::shown(uri);
        ClientError::invalid_at(field, at, format!("{uri}: {problem}"))
    };
    for (at, uri) in client.redirect_uris.iter().enumerate() {
        redirect_uri::check_registration(uri, allowed)
            .map_err(|problem| invalid("redirect_uris", at, uri, problem))?;
    }
    for (at, uri) in client.post_logout_redirect_uris.iter().enumerate() {
        redirect_uri::check_registration(uri, allowed)
            .map_err(|problem| invalid("post_logout_redirect_uris", at, uri, problem))?;
    }
    let is_saml = client.kind == ClientKind::Saml;
    let uses_code = is_saml || client.allows_grant(&GrantType::AuthorizationCode);
    match (uses_code, client.redirect_uris.is_empty()) {
        (true, true) => Err(ClientError::invalid(
            "redirect_uris",
            "a client that signs users in needs at least one",
        )),
        (false, false) => Err(ClientError::invalid(
            "grant_types",
            "redirect URIs require the grant authorization_code",
        )),
        _ => Ok(()),
    }
}

/// Checks the URLs of request objects (OIDC Registration §2).
fn check_request_uris(client: &Client) -> Result<(), ClientError> {
    let invalid = |at: usize, problem: String| {
        let uri = redirect_uri::shown(&client.request_uris[at]);
        let problem = format!("{uri}: {problem}");
        ClientError::invalid_at("request_uris", at, problem)
    };
    request_uri::check_list(&client.request_uris)
        .map_err(|(at, problem)| invalid(at, problem.to_string()))?;
    for (at, uri) in client.request_uris.iter().enumerate() {
        outgoing::check_address(request_uri::location(uri))
            .map_err(|problem| invalid(at, problem.to_owned()))?;
    }
    Ok(())
}

fn check_grants(client: &Client) -> Result<(), ClientError> {
    let supported = [
        GrantType::AuthorizationCode,
        GrantType::RefreshToken,
        GrantType::ClientCredentials,
        GrantType::DeviceCode,
        GrantType::TokenExchange,
        GrantType::JwtBearer,
        GrantType::Ciba,
    ];
    let mut grants = client.grant_types.iter().enumerate();
    if let Some((at, grant)) = grants.find(|(_, item)| !supported.contains(item)) {
        let names: Vec<_> = supported.iter().map(GrantType::as_str).collect();
        let problem = format!(
            "{:?} is not supported; write {}",
            grant.as_str(),
            names.join(", ")
        );
        return Err(ClientError::invalid_at("grant_types", at, problem));
    }
    if client.kind == ClientKind::Saml {
        let problem = "a client that speaks SAML has none";
        let is_none = client.grant_types.is_empty();
        let invalid = || ClientError::invalid("grant_types", problem);
        return is_none.then_some(()).ok_or_else(invalid);
    }
    if client.grant_types.is_empty() {
        return Err(ClientError::invalid(
            "grant_types",
            "a client needs at least one",
        ));
    }
    let refreshes = client.allows_grant(&GrantType::RefreshToken);
    let users = [
        GrantType::AuthorizationCode,
        GrantType::DeviceCode,
        GrantType::Ciba,
    ];
    if refreshes && !users.iter().any(|grant| client.allows_grant(grant)) {
        let problem = "refresh_token requires authorization_code or device_code";
        return Err(ClientError::invalid("grant_types", problem));
    }
    let asserts = client.allows_grant(&GrantType::JwtBearer);
    let asks = client.allows_grant(&GrantType::Ciba);
    if (asserts || asks) && client.kind == ClientKind::Public {
        let problem = "jwt-bearer and ciba are for confidential clients";
        return Err(ClientError::invalid("grant_types", problem));
    }
    // RFC 6749 §4.4: confidential clients only.
    let alone = client.allows_grant(&GrantType::ClientCredentials);
    if alone && client.kind == ClientKind::Public {
        let problem = "client_credentials is for confidential clients; a public client needs a redirect URI, \
                       or the grant device_code";
        return Err(ClientError::invalid("grant_types", problem));
    }
    Ok(())
}

fn check_authentication(client: &Client) -> Result<(), ClientError> {
    let problem = match (client.kind, client.auth_method) {
        (ClientKind::Public | ClientKind::Saml, ClientAuth::Only(ClientAuthMethod::None)) => {
            return Ok(());
        }
        (ClientKind::Public, _) => "a public client authenticates with none",
        (ClientKind::Saml, _) => "a client that speaks SAML authenticates with none",
        (ClientKind::Confidential, ClientAuth::Only(ClientAuthMethod::None)) => {
            "a confidential client needs client_secret_basic, client_secret_post, private_key_jwt, \
             tls_client_auth or self_signed_tls_client_auth"
        }
        // A client that had keys so far gets its secret when this change is written; until then it
        // cannot authenticate.
        (ClientKind::Confidential, method) if method.is_by_secret() => return Ok(()),
        // RFC 8705 §2.1.2.
        (ClientKind::Confidential, ClientAuth::Only(ClientAuthMethod::TlsClientAuth)) => {
            if client.certificate_subject.is_some() {
                return Ok(());
            }
            "tls_client_auth needs exactly one name that the client's certificate carries: a subject DN, or \
             an alternative name"
        }
        (ClientKind::Confidential, _) if client.jwks.is_some() || client.jwks_uri.is_some() => {
            return Ok(());
        }
        (ClientKind::Confidential, ClientAuth::Only(ClientAuthMethod::SelfSignedTlsClientAuth)) => {
            "self_signed_tls_client_auth needs the client's certificate: a JWK Set with x5c, or the address \
             of one"
        }
        (ClientKind::Confidential, _) => {
            "private_key_jwt needs the client's public keys: a JWK Set, or the address of one"
        }
    };
    Err(ClientError::invalid("auth_method", problem))
}

/// Checks the URIs of notifications: absolute URIs without fragment (OIDC Back-Channel Logout §2.2).
fn check_notifications(client: &Client) -> Result<(), ClientError> {
    let called = [
        ("backchannel_logout_uri", &client.logout.backchannel),
        (
            "backchannel_client_notification_endpoint",
            &client.backchannel_client_notification_endpoint,
        ),
    ];
    for (setting, address) in called {
        let checked = address.as_deref().map(outgoing::check_address).transpose();
        checked.map_err(|problem| ClientError::invalid(setting, problem))?;
    }
    if let Some(address) = &client.logout.frontchannel {
        let invalid = |problem| ClientError::invalid("frontchannel_logout_uri", problem);
        outgoing::check_address(address).map_err(invalid)?;
        // OIDC Front-Channel Logout §2.
        if !logout::is_frame_of(client, address) {
            let problem = "it needs the scheme, host and port of one of the redirect URIs";
            return Err(invalid(problem));
        }
    }
    Ok(())
}

pub fn check_lifetimes(client: &Client, lifetimes: &TokenLifetimes) -> Result<(), ClientError> {
    lifetimes
        .check_access(client.access_token_ttl)
        .map_err(|problem| ClientError::invalid("access_token_ttl", problem.to_string()))?;
    lifetimes
        .check_id(client.id_token_ttl)
        .map_err(|problem| ClientError::invalid("id_token_ttl", problem.to_string()))
}

fn check_algorithms(client: &Client, offered: &[SigningAlg]) -> Result<(), ClientError> {
    for (field, alg) in client.algorithms() {
        alg.map_or(Ok(()), |alg| alg.check_offered(offered))
            .map_err(|problem| ClientError::invalid(field, problem.to_string()))?;
    }
    Ok(())
}

/// Checks the keys: a document or its URL, never both (RFC 7591 §2).
fn check_keys(client: &Client) -> Result<(), ClientError> {
    if let Some(address) = &client.jwks_uri {
        outgoing::check_address(address)
            .map_err(|problem| ClientError::invalid("jwks_uri", problem))?;
    }
    if client.require_signed_request_object && client.jwks.is_none() && client.jwks_uri.is_none() {
        let problem = "signed requests need the client's public keys";
        return Err(ClientError::invalid(
            "require_signed_request_object",
            problem,
        ));
    }
    let Some(jwks) = &client.jwks else {
        return Ok(());
    };
    let problem = if client.jwks_uri.is_some() {
        "register keys or their address, not both".to_owned()
    } else if jwks.len() > MAX_JWKS {
        "the document is longer than 32 kB".to_owned()
    } else if external_keys::holds_private_key(jwks) {
        "the document contains a private key; generate new keys and register only the public ones"
            .to_owned()
    } else {
        match ExternalKeys::from_jwks(jwks) {
            Ok(keys) if has_usable_keys(client, &keys) => return check_profile_keys(client, &keys),
            Err(error @ (JwksError::DuplicateKid | JwksError::TooManyKeys)) => error.to_string(),
            Ok(_) | Err(JwksError::Malformed) => NO_USABLE_KEY.to_owned(),
        }
    };
    Err(ClientError::invalid("jwks", problem))
}

/// Checks that the client can sign with an algorithm that its security profile allows.
fn check_profile_keys(client: &Client, keys: &ExternalKeys) -> Result<(), ClientError> {
    let signs = client.auth_method == ClientAuthMethod::PrivateKeyJwt
        || client.require_signed_request_object;
    if !signs || !client.profile.is_fapi() || keys.can_verify(&client_profile::ALGS) {
        return Ok(());
    }
    let names = SigningAlg::list(&client_profile::ALGS);
    let section = client_profile::ALGS_SECTION;
    let problem = format!("the document needs a key for one of {names} ({section})");
    Err(ClientError::invalid("jwks", problem))
}

/// Returns true if the keys can verify signatures, or can identify the certificate if that is the
/// authentication method.
fn has_usable_keys(client: &Client, keys: &ExternalKeys) -> bool {
    if client.auth_method == ClientAuthMethod::SelfSignedTlsClientAuth {
        return keys.knows_certificates();
    }
    !keys.is_empty()
}

/// Checks the certificate settings (RFC 8705 §2.1.2 and §3.4).
fn check_certificate(client: &Client) -> Result<(), ClientError> {
    if client.dpop_bound_access_tokens && client.certificate_bound_access_tokens {
        let problem = "tokens are bound to a key or to a certificate, not to both; choose one";
        return Err(ClientError::invalid(
            "tls_client_certificate_bound_access_tokens",
            problem,
        ));
    }
    let Some(subject) = &client.certificate_subject else {
        return Ok(());
    };
    if client.auth_method != ClientAuthMethod::TlsClientAuth {
        let problem = "the certificate subject requires tls_client_auth";
        return Err(ClientError::invalid("auth_method", problem));
    }
    client_certificate::check_subject(subject).map_err(|problem| {
        let problem = format!("{}: {problem}", subject.member());
        ClientError::invalid("auth_method", problem)
    })
}

/// Returns the members of a registration for the audit log: never the secret or its hash.
pub fn audit_details(client: &Client) -> Value {
    let settings = client_settings::CHANGEABLE.iter();
    let mut details: Map<_, _> = settings
        .map(|setting| (setting.name.to_owned(), (setting.value)(client)))
        .collect();
    details.remove("jwks");
    let jwks = client.jwks.as_deref();
    let others = [
        ("kind", json!(client.kind.as_str())),
        (
            "jwks_sha256",
            json!(jwks.map(|text| TokenHash::digest(text).to_base64url())),
        ),
        ("registered_by", json!(client.registered_by.as_str())),
        ("consent", json!(client.consent)),
        ("disabled_at", json!(client.disabled_at)),
    ];
    details.extend(others.map(|(name, value)| (name.to_owned(), value)));
    details.into()
}
