//! Clients without registration: their `client_id` is the URL of a client metadata document
//! (draft-ietf-oauth-client-id-metadata-document-02).
//!
//! A document may contain less than an administrator may register: no secret, no client credentials
//! grant and no setting of the operator.

use doorward_access::jwt::external_keys::{self, ExternalKeys};
use doorward_protocol::redirect_uri::RedirectUriError;
use doorward_protocol::strict_json;

use crate::displayed_name::{self, ProtectedNames};
use crate::prelude::*;
use crate::request_uri;
use doorward_domain::model::{MetadataDocument, RegisteredBy};

/// The maximum size of a document, in bytes (§8.7).
pub const MAX_BYTES: usize = 5 * 1024;
/// The default time for which a document is fresh, in seconds.
const FRESH: i64 = 3600;
/// The bounds of the time for which a document is fresh (§5.2), in seconds. They prevent both
/// frequent fetches and stale documents.
const FRESH_BOUNDS: (i64, i64) = (5 * 60, 24 * 3600);
/// The time for which the last valid document is used after it cannot be fetched again, in seconds.
/// It serves existing grants only, no new consent.
pub const LAST_GOOD: i64 = 24 * 3600;
const MAX_REDIRECTS: usize = 20;
/// The maximum length of a name, in characters.
const MAX_NAME: usize = 100;

/// The operator's policy for clients with a metadata document.
#[derive(Clone, Copy, Debug)]
pub struct DocumentPolicy<'a> {
    pub enabled: bool,
    /// The allowed hosts; empty for every host.
    pub allowed_hosts: &'a [String],
    /// The scopes that they may request.
    pub scopes: &'a Scope,
    /// The PKCE policy of those that are confidential.
    pub pkce: PkcePolicy,
    /// The signature algorithms that this server offers.
    pub algorithms: &'a [SigningAlg],
    /// Allows plain `http` to a loopback address; only in development.
    pub plain_here: bool,
    /// The private-use schemes without a dot that redirect URIs may have.
    pub redirect_schemes: &'a [String],
    /// The names that they must not have.
    pub names: ProtectedNames<'a>,
}

/// The reason why a `client_id` is not a valid document URL (§3).
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum MetadataUrlError {
    /// Not `https`, not printable, too long, or not a URL.
    #[error("it is not an https URL")]
    NotHttps,
    #[error("it has no path")]
    NoPath,
    #[error("it has a fragment, user or password")]
    Extra,
    /// A spelling other than the one that is requested: `.` or `..`, capitals in the host, or a
    /// default port.
    #[error("it is not in normal form")]
    Spelling,
}

/// Returns true if a `client_id` has the form of a document URL.
pub fn has_form(id: &str, policy: &DocumentPolicy<'_>) -> bool {
    policy.enabled && (id.starts_with("https://") || policy.plain_here && id.starts_with("http://"))
}

/// Returns the host of a `client_id` that is a URL, with its port unless it is the default one.
pub fn host(id: &str, plain_here: bool) -> Result<String, MetadataUrlError> {
    if ClientId::parse(id).is_none() || !id.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(MetadataUrlError::NotHttps);
    }
    let url = Url::parse(id).map_err(|_| MetadataUrlError::NotHttps)?;
    let is_here = match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        _ => false,
    };
    let name = match (url.scheme(), url.host_str()) {
        ("https", Some(name)) => name,
        ("http", Some(name)) if plain_here && is_here => name,
        _ => return Err(MetadataUrlError::NotHttps),
    };
    if url.fragment().is_some() || !url.username().is_empty() || url.password().is_some() {
        return Err(MetadataUrlError::Extra);
    }
    // The parser removes dot segments, encoded or not (§3).
    if url.as_str() != id || id.contains('\\') {
        return Err(MetadataUrlError::Spelling);
    }
    if url.path() == "/" {
        return Err(MetadataUrlError::NoPath);
    }
    Ok(match url.port() {
        Some(port) => format!("{name}:{port}"),
        None => name.to_owned(),
    })
}

/// Returns true if the operator allows clients of this host. An empty list allows every host; an
/// entry matches one host exactly, without a port for the default one.
pub fn admits_host(policy: &DocumentPolicy<'_>, host: &str) -> bool {
    policy.allowed_hosts.is_empty()
        || policy
            .allowed_hosts
            .iter()
            .any(|allowed_host| allowed_host == host)
}

/// The reason why a document is rejected, for the log.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum MetadataDocumentError {
    #[error("it is not a JSON object with members of the right types")]
    Unreadable,
    /// A `client_id` other than the URL of the document (§4.1: simple string comparison).
    #[error("its client_id is not the URL that it was fetched from")]
    ClientId,
    /// A secret: a public document cannot keep one (§4.1).
    #[error("it contains a client_secret")]
    Secret,
    /// A method with a shared secret (§4.1), or an unknown one.
    #[error("token_endpoint_auth_method must be none or private_key_jwt")]
    AuthMethod,
    #[error("private_key_jwt requires public keys: either jwks or jwks_uri")]
    Keys,
    /// No redirect URIs, too many, or one that cannot be registered (§8.1).
    #[error("redirect_uris: {0}")]
    Redirect(String),
    #[error("request_uris: {0}")]
    RequestUri(String),
    #[error("grant_types must include authorization_code, and response_types code")]
    Grants,
    #[error("scope is malformed")]
    Scope,
    #[error("{0} must be an algorithm that the discovery document lists")]
    ResponseAlg(&'static str),
}

/// The supported members of a document (RFC 7591 §2). Others, such as a logo, are ignored.
#[derive(Debug, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a member of the document"
)]
struct Members {
    client_id: String,
    client_name: Option<String>,
    redirect_uris: Option<Vec<String>>,
    grant_types: Option<Vec<String>>,
    response_types: Option<Vec<String>>,
    token_endpoint_auth_method: Option<String>,
    scope: Option<String>,
    jwks: Option<Map<String, Value>>,
    jwks_uri: Option<String>,
    id_token_signed_response_alg: Option<String>,
    userinfo_signed_response_alg: Option<String>,
    authorization_signed_response_alg: Option<String>,
    introspection_signed_response_alg: Option<String>,
    #[serde(default)]
    request_uris: Vec<String>,
    #[serde(default)]
    authorization_details_types: Vec<String>,
    #[serde(default)]
    require_pushed_authorization_requests: bool,
    #[serde(default)]
    require_signed_request_object: bool,
    #[serde(default)]
    dpop_bound_access_tokens: bool,
    #[serde(default)]
    tls_client_certificate_bound_access_tokens: bool,
}

/// Reads the client from a fetched document; an invalid one is never stored.
pub fn read(
    id: &ClientId,
    body: &[u8],
    policy: &DocumentPolicy<'_>,
    document: MetadataDocument,
) -> Result<Client, MetadataDocumentError> {
    let members = strict_json::parse_object(body).map_err(|_| MetadataDocumentError::Unreadable)?;
    if members.keys().any(|name| name.starts_with("client_secret")) {
        return Err(MetadataDocumentError::Secret);
    }
    let members = Value::Object(members);
    if strict_json::holds_nul(&members) {
        return Err(MetadataDocumentError::Unreadable);
    }
    let members: Members =
        serde_json::from_value(members).map_err(|_| MetadataDocumentError::Unreadable)?;
    if members.client_id != id.as_str() {
        return Err(MetadataDocumentError::ClientId);
    }
    let auth_method = auth_method(members.token_endpoint_auth_method.as_deref())?;
    check_keys(&members, auth_method)?;
    let jwks = members.jwks.map(|keys| Value::Object(keys).to_string());
    let requested = members.scope.as_deref().map(Scope::parse).transpose();
    let requested = requested.map_err(|_| MetadataDocumentError::Scope)?;
    let name = name(members.client_name.as_deref(), policy);
    let name = name.unwrap_or_else(|| id.as_str().to_owned());
    let kind = match auth_method {
        ClientAuthMethod::None => ClientKind::Public,
        _ => ClientKind::Confidential,
    };
    macro_rules! algorithm {
        ($member:ident) => {
            algorithm(stringify!($member), members.$member.as_deref(), policy)?
        };
    }
    Ok(Client {
        auth_method: auth_method.into(),
        redirect_uris: redirects(members.redirect_uris, policy.redirect_schemes)?,
        grant_types: grants(members.grant_types, members.response_types)?,
        scopes: requested.map_or_else(
            || policy.scopes.clone(),
            |requested| requested.intersect(policy.scopes),
        ),
        pkce: policy.pkce.limited_to(kind),
        jwks,
        jwks_uri: members.jwks_uri,
        request_uris: request_uris(members.request_uris)?,
        authorization_details_types: members.authorization_details_types,
        require_pushed_authorization_requests: members.require_pushed_authorization_requests,
        require_signed_request_object: members.require_signed_request_object,
        dpop_bound_access_tokens: members.dpop_bound_access_tokens,
        certificate_bound_access_tokens: members.tls_client_certificate_bound_access_tokens,
        // OIDC Registration §2: the default is RS256.
        id_token_signed_response_alg: algorithm!(id_token_signed_response_alg).unwrap_or_default(),
        userinfo_signed_response_alg: algorithm!(userinfo_signed_response_alg),
        authorization_signed_response_alg: algorithm!(authorization_signed_response_alg),
        introspection_signed_response_alg: algorithm!(introspection_signed_response_alg),
        document: Some(document),
        registered_by: RegisteredBy::Document,
        ..Client::new(id.clone(), name, kind, document.fetched_at)
    })
}

/// Reads the authentication method. §4.1 allows none with a shared secret; certificates are not
/// supported either (decision 55). Without a method the client is public.
fn auth_method(named: Option<&str>) -> Result<ClientAuthMethod, MetadataDocumentError> {
    match named.map(ClientAuthMethod::parse) {
        None => Ok(ClientAuthMethod::None),
        Some(Some(method @ (ClientAuthMethod::None | ClientAuthMethod::PrivateKeyJwt))) => {
            Ok(method)
        }
        Some(_) => Err(MetadataDocumentError::AuthMethod),
    }
}

/// Checks the keys: a JWK Set or its URI, never both (RFC 7591 §2), and never a private key.
fn check_keys(members: &Members, method: ClientAuthMethod) -> Result<(), MetadataDocumentError> {
    let needs_some =
        method == ClientAuthMethod::PrivateKeyJwt || members.require_signed_request_object;
    let is_good = match (&members.jwks, &members.jwks_uri) {
        (None, None) => !needs_some,
        (None, Some(_)) => true,
        (Some(_), Some(_)) => false,
        (Some(keys), None) => {
            let text = Value::Object(keys.clone()).to_string();
            let usable = ExternalKeys::from_jwks(&text).is_ok_and(|keys| !keys.is_empty());
            usable && !external_keys::holds_private_key(&text)
        }
    };
    is_good.then_some(()).ok_or(MetadataDocumentError::Keys)
}

/// Returns the redirect URIs without those whose scheme only needs a setting, if others remain.
fn redirects(
    listed: Option<Vec<String>>,
    schemes: &[String],
) -> Result<Vec<String>, MetadataDocumentError> {
    let listed = listed.unwrap_or_default();
    if listed.is_empty() || listed.len() > MAX_REDIRECTS {
        let problem = format!("list 1 to {MAX_REDIRECTS}");
        return Err(MetadataDocumentError::Redirect(problem));
    }
    let invalid = |problem: RedirectUriError| MetadataDocumentError::Redirect(problem.to_string());
    let mut kept = Vec::new();
    for uri in listed {
        match redirect_uri::check_registration(&uri, schemes) {
            Ok(()) => kept.push(uri),
            Err(RedirectUriError::UnlistedScheme) => {}
            Err(problem) => return Err(invalid(problem)),
        }
    }
    if kept.is_empty() {
        return Err(invalid(RedirectUriError::UnlistedScheme));
    }
    Ok(kept)
}

/// Checks the URLs of request objects (OIDC Registration §2).
fn request_uris(listed: Vec<String>) -> Result<Vec<String>, MetadataDocumentError> {
    request_uri::check_list(&listed)
        .map_err(|(_, problem)| MetadataDocumentError::RequestUri(problem.to_string()))?;
    Ok(listed)
}

/// Returns the requested grant types that such clients may have: authorization code and refresh
/// token (RFC 7591 §2: the default is authorization code only).
fn grants(
    named: Option<Vec<String>>,
    response_types: Option<Vec<String>>,
) -> Result<Vec<GrantType>, MetadataDocumentError> {
    let answers_code = response_types.is_none_or(|types| types.iter().any(|item| item == "code"));
    let named = named.unwrap_or_else(|| vec!["authorization_code".to_owned()]);
    let kept: Vec<GrantType> = [GrantType::AuthorizationCode, GrantType::RefreshToken]
        .into_iter()
        .filter(|grant| named.iter().any(|name| name == grant.as_str()))
        .collect();
    if !answers_code || !kept.contains(&GrantType::AuthorizationCode) {
        return Err(MetadataDocumentError::Grants);
    }
    Ok(kept)
}

/// Reads a signature algorithm, which the server must offer.
fn algorithm(
    member: &'static str,
    named: Option<&str>,
    policy: &DocumentPolicy<'_>,
) -> Result<Option<SigningAlg>, MetadataDocumentError> {
    let Some(named) = named else {
        return Ok(None);
    };
    SigningAlg::parse(named)
        .filter(|alg| policy.algorithms.contains(alg))
        .map(Some)
        .ok_or(MetadataDocumentError::ResponseAlg(member))
}

/// Returns a displayable name; `None` for one that hides characters, or imitates this service.
fn name(given: Option<&str>, policy: &DocumentPolicy<'_>) -> Option<String> {
    let name = displayed_name::check(given?, MAX_NAME).ok()?;
    policy.names.check_name(&name).ok()?;
    Some(name)
}

/// Returns the time for which a document is fresh, in seconds, from the `max-age` of its
/// `Cache-Control` (§5.2).
pub fn fresh_for(max_age: Option<i64>) -> i64 {
    let (least, max) = FRESH_BOUNDS;
    max_age.unwrap_or(FRESH).clamp(least, max)
}

/// Limits a stored client to the current policy. It has at most the scopes that these clients may
/// request now. It counts as disabled if the policy excludes it or its document has not been
/// fetched for too long.
#[must_use]
pub fn as_served(client: Client, policy: &DocumentPolicy<'_>, now: UnixSeconds) -> Client {
    let Some(document) = client.document else {
        return client;
    };
    let host = host(client.id.as_str(), policy.plain_here);
    let is_wanted = policy.enabled && host.is_ok_and(|host| admits_host(policy, &host));
    let is_known = now < document.fresh_until + LAST_GOOD;
    let off = (!is_wanted || !is_known).then_some(now);
    Client {
        scopes: client.scopes.intersect(policy.scopes),
        disabled_at: client.disabled_at.or(off),
        ..client
    }
}

#[cfg(test)]
mod tests;
