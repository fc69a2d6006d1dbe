//! Rules for dynamic registration (RFC 7591 §2 and §3.2.1, OIDC Registration §2).

use doorward_protocol::client_auth::ClientAuthMethod;
use doorward_protocol::error::{ErrorCode, OAuthError};
use doorward_protocol::redirect_uri;
use doorward_protocol::registration::{ApplicationType, ClientMetadata};
use doorward_protocol::scope::Scope;
use doorward_protocol::token::GrantType;
use serde_json::{Map, Value, json};
use url::{Host, Url};

use crate::model::{Client, ClientKind, GivenScopes};

/// The scope of administration, which no client can register.
pub const FORBIDDEN_SCOPE: &str = "admin";
/// Returns true for a scope that shows a client what users may do. A client gets it from an
/// administrator, or with an initial access token if the operator allows that.
pub fn reveals_power(scope: &str) -> bool {
    matches!(scope, "groups" | "roles")
}
/// The maximum length of a name, in characters.
const LONGEST_NAME: usize = 100;

/// The operator's policy for dynamic registration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RegistrationPolicy {
    /// The allowed hosts of redirect URIs: a host, `*.` and a domain, a private-use scheme with its
    /// colon, or `*` for any. Empty: any.
    pub redirect_hosts: Vec<String>,
    /// The scopes that may be requested, which are also the default.
    pub scopes: Scope,
    /// The allowed grant types.
    pub grant_types: Vec<GrantType>,
}

/// The resolved registration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ResolvedRegistration {
    /// The name that pages show, marked as unverified.
    pub name: String,
    /// The kind; confidential if the client authenticates.
    pub kind: ClientKind,
    /// The authentication method.
    pub auth_method: ClientAuthMethod,
    /// The grant types.
    pub grant_types: Vec<GrantType>,
    /// The scopes that it may request.
    pub scope: Scope,
}

/// Resolves a registration request against the policy. `granted` are the scopes that an administrator
/// granted beyond the policy. Checks that apply to every client are made elsewhere.
///
/// # Errors
/// Returns `invalid_redirect_uri` or `invalid_client_metadata` (RFC 7591 §3.2.2).
pub fn resolve(
    request: &ClientMetadata,
    policy: &RegistrationPolicy,
    granted: &GivenScopes,
) -> Result<ResolvedRegistration, OAuthError> {
    // RFC 7591 §2: the defaults are client_secret_basic and authorization_code.
    let auth_method = request
        .auth_method
        .unwrap_or(ClientAuthMethod::ClientSecretBasic);
    let grant_types = request
        .grant_types
        .clone()
        .unwrap_or_else(|| vec![GrantType::AuthorizationCode]);
    if let Some(grant) = grant_types
        .iter()
        .find(|grant| !policy.grant_types.contains(grant))
    {
        return Err(refuse(format!("the grant type {grant} is not allowed")));
    }
    check_response_types(request, &grant_types)?;
    check_redirects(request, policy, &grant_types)?;
    let alone = grant_types.contains(&GrantType::ClientCredentials);
    Ok(ResolvedRegistration {
        name: name(request)?,
        kind: match auth_method {
            ClientAuthMethod::None => ClientKind::Public,
            _ => ClientKind::Confidential,
        },
        auth_method,
        grant_types,
        scope: scope(request, policy, granted, alone)?,
    })
}

/// Checks that response type `code` and grant type `authorization_code` occur together (RFC 7591
/// §2.1).
fn check_response_types(request: &ClientMetadata, grants: &[GrantType]) -> Result<(), OAuthError> {
    let uses_code = grants.contains(&GrantType::AuthorizationCode);
    match request.response_types.as_deref() {
        None => Ok(()),
        Some([]) if !uses_code => Ok(()),
        Some([only]) if only == "code" && uses_code => Ok(()),
        Some(types) if types.iter().any(|item| item != "code") => {
            Err(refuse("the only supported response type is code"))
        }
        Some(_) => Err(refuse("response_types and grant_types do not match")),
    }
}

fn check_redirects(
    request: &ClientMetadata,
    policy: &RegistrationPolicy,
    grants: &[GrantType],
) -> Result<(), OAuthError> {
    // RFC 7591 §2: clients that use a flow with redirection MUST register redirect URIs.
    if grants.contains(&GrantType::AuthorizationCode) && request.redirect_uris.is_empty() {
        return Err(no_redirect("redirect_uris is missing"));
    }
    for uri in &request.redirect_uris {
        redirect_uri::check_registration(uri)
            .map_err(|problem| no_redirect(format!("{uri}: {problem}")))?;
        if request.application_type == ApplicationType::Native && !is_native(uri) {
            // OIDC Registration §2: the server MUST verify it.
            let problem = "native clients must use a private-use scheme or loopback http";
            return Err(no_redirect(format!("{uri}: {problem}")));
        }
        if !is_allowed(uri, &policy.redirect_hosts) {
            return Err(no_redirect(format!("{uri}: this host is not allowed")));
        }
    }
    for uri in &request.post_logout_redirect_uris {
        redirect_uri::check_post_logout(uri)
            .map_err(|problem| refuse(format!("{uri}: {problem}")))?;
        if !is_allowed(uri, &policy.redirect_hosts) {
            return Err(refuse(format!("{uri}: this host is not allowed")));
        }
    }
    Ok(())
}

/// Returns true for a private-use scheme or `http`, which is registered only for loopback
/// addresses.
fn is_native(uri: &str) -> bool {
    !uri.starts_with("https:")
}

/// Returns true if the policy allows the host of this URI, which is one that may be registered.
fn is_allowed(uri: &str, hosts: &[String]) -> bool {
    if hosts.is_empty() || hosts.iter().any(|host| host == "*") {
        return true;
    }
    let Ok(url) = Url::parse(uri) else {
        return false;
    };
    let place = match url.host() {
        Some(Host::Domain(name)) => name.to_owned(),
        Some(address) => address.to_string(),
        None => format!("{}:", url.scheme()),
    };
    hosts.iter().any(|host| match host.strip_prefix("*.") {
        // The dot stays: `*.example.org` is not `evilexample.org`.
        Some(end) => place
            .strip_suffix(end)
            .is_some_and(|start| start.len() > 1 && start.ends_with('.')),
        None => *host == place,
    })
}

/// Resolves the scope. A client with the client credentials grant has the permissions of its
/// scopes, and no user's permissions limit them. So an administrator must grant each permission
/// (`tasks:read`) for that use; scopes that users may delegate do not count (RFC 6749 §4.4).
fn scope(
    request: &ClientMetadata,
    policy: &RegistrationPolicy,
    granted: &GivenScopes,
    alone: bool,
) -> Result<Scope, OAuthError> {
    let is_own = |name: &str| !name.contains(':') || granted.own.contains(name);
    let may = |name: &str| name != FORBIDDEN_SCOPE && (!alone || is_own(name));
    let allowed = policy.scopes.union(&granted.delegated).union(&granted.own);
    let Some(requested) = &request.scope else {
        return Ok(policy.scopes.iter().filter(|name| may(name)).collect());
    };
    let mut refused = requested.iter();
    match refused.find(|name| !may(name) || !allowed.contains(name)) {
        Some(name) => Err(refuse(format!("the scope {name} is not allowed"))),
        None => Ok(requested.clone()),
    }
}

/// Returns the client's own name, or the host of its redirect URI.
fn name(request: &ClientMetadata) -> Result<String, OAuthError> {
    let given = request.name.as_deref().map(str::trim);
    if let Some(name) = given.filter(|name| !name.is_empty()) {
        if name.chars().count() > LONGEST_NAME || name.chars().any(is_odd) {
            return Err(refuse(
                "client_name has more than 100 characters, or control or invisible ones",
            ));
        }
        return Ok(name.to_owned());
    }
    let place = request
        .redirect_uris
        .iter()
        .find_map(|uri| redirect_uri::destination(uri));
    let place = place.unwrap_or_else(|| "app".to_owned());
    Ok(place.chars().take(LONGEST_NAME).collect())
}

/// Returns true for invisible and bidirectional characters, which a name must not contain.
fn is_odd(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(letter, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// Returns the registered metadata, defaults included (RFC 7591 §3.2.1).
pub fn metadata(client: &Client, stored: &Map<String, Value>) -> Map<String, Value> {
    let mut error = stored.clone();
    let uses_code = client.allows_grant(&GrantType::AuthorizationCode);
    let responses: &[&str] = if uses_code { &["code"] } else { &[] };
    let subject_type = client
        .pairwise_sector
        .as_ref()
        .map_or("public", |_| "pairwise");
    let grants = client.grant_types.iter().map(GrantType::as_str);
    let pushed = client.require_pushed_authorization_requests;
    for (name, value) in [
        ("client_name", json!(client.name)),
        ("redirect_uris", json!(client.redirect_uris)),
        (
            "token_endpoint_auth_method",
            json!(client.auth_method.method().as_str()),
        ),
        ("grant_types", json!(grants.collect::<Vec<_>>())),
        ("response_types", json!(responses)),
        ("scope", json!(client.scopes.to_string())),
        ("subject_type", json!(subject_type)),
        ("id_token_signed_response_alg", json!("RS256")),
        ("require_pushed_authorization_requests", json!(pushed)),
        (
            "require_signed_request_object",
            json!(client.require_signed_request_object),
        ),
    ] {
        error.insert(name.to_owned(), value);
    }
    for (name, value) in optional(client) {
        if let Some(value) = value {
            error.insert(name.to_owned(), value);
        }
    }
    if let Some(subject) = &client.certificate_subject {
        error.insert(subject.member().to_owned(), json!(subject.value()));
    }
    error
}

/// Returns the members that are present only if registered.
fn optional(client: &Client) -> impl IntoIterator<Item = (&'static str, Option<Value>)> {
    let bound = client.dpop_bound_access_tokens.then(|| json!(true));
    let jwks = client.jwks.as_deref();
    let jwks = jwks.and_then(|text| serde_json::from_str::<Value>(text).ok());
    let required = client.logout.backchannel_session_required;
    let acr = &client.default_acr_values;
    let types = &client.authorization_details_types;
    let after = &client.post_logout_redirect_uris;
    [
        ("jwks", jwks),
        ("dpop_bound_access_tokens", bound),
        (
            "tls_client_certificate_bound_access_tokens",
            client
                .certificate_bound_access_tokens
                .then_some(Value::Bool(true)),
        ),
        ("jwks_uri", client.jwks_uri.clone().map(Value::from)),
        (
            "authorization_signed_response_alg",
            client
                .authorization_signed_response_alg
                .clone()
                .map(Value::from),
        ),
        (
            "policy_uri",
            client.consent.policy_uri.clone().map(Value::from),
        ),
        ("tos_uri", client.consent.tos_uri.clone().map(Value::from)),
        ("default_max_age", client.default_max_age.map(Value::from)),
        ("default_acr_values", (!acr.is_empty()).then(|| json!(acr))),
        (
            "authorization_details_types",
            (!types.is_empty()).then(|| json!(types)),
        ),
        (
            "post_logout_redirect_uris",
            (!after.is_empty()).then(|| json!(after)),
        ),
        (
            "frontchannel_logout_uri",
            client.logout.frontchannel.clone().map(Value::from),
        ),
        (
            "frontchannel_logout_session_required",
            client
                .logout
                .frontchannel_session_required
                .then_some(Value::Bool(true)),
        ),
        (
            "backchannel_logout_uri",
            client.logout.backchannel.clone().map(Value::from),
        ),
        (
            "backchannel_logout_session_required",
            required.then_some(Value::Bool(true)),
        ),
    ]
}

fn no_redirect(description: impl Into<std::borrow::Cow<'static, str>>) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidRedirectUri, description)
}

fn refuse(description: impl Into<std::borrow::Cow<'static, str>>) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidClientMetadata, description)
}

#[cfg(test)]
mod tests;
