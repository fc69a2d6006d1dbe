//! Rules for dynamic registration (RFC 7591 §2 and §3.2.1, OIDC Registration §2).

pub mod left_out;

use doorward_protocol::ciba::{PING, POLL};
use doorward_protocol::registration::ClientMetadata;

use crate::client_power::{self, Power};
use crate::displayed_name::{self, ProtectedNames};
use crate::prelude::*;
use doorward_domain::model::client_setting::Metadata;
use doorward_domain::model::{GivenScopes, LogoutUris, client_settings};
use left_out::LeftOut;

/// The scope of administration, which no client can register.
pub const FORBIDDEN_SCOPE: &str = "admin";
/// Returns true for a scope that shows a client what users may do. A client gets it from an
/// administrator, or with an initial access token if the operator allows that.
pub fn reveals_power(scope: &str) -> bool {
    matches!(scope, "groups" | "roles")
}
/// The maximum length of a name, in characters.
const LONGEST_NAME: usize = 100;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RegistrationPolicy {
    /// The allowed hosts of redirect URIs: a host, `*.` and a domain, a private-use scheme with its
    /// colon, or `*` for any. Empty: any.
    pub redirect_hosts: Vec<String>,
    /// The private-use schemes that are allowed in addition, also those without a dot.
    pub redirect_schemes: Vec<String>,
    /// The scopes that may be requested, which are also the default.
    pub scopes: Scope,
    pub grant_types: Vec<GrantType>,
    /// The PKCE policy of confidential clients.
    pub pkce: PkcePolicy,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ResolvedRegistration {
    /// The name that pages show, marked as unverified.
    pub name: String,
    /// The kind; confidential if the client authenticates.
    pub kind: ClientKind,
    pub auth_method: ClientAuthMethod,
    pub grant_types: Vec<GrantType>,
    /// The scopes that it may request.
    pub scope: Scope,
    /// The PKCE policy of a new client of this kind.
    pub pkce: PkcePolicy,
}

/// Removes the redirect URIs that the policy does not allow, if others remain, and returns them: the
/// server may replace what a client requests (RFC 7591 §3.2.1). `https` URIs of native clients stay: the
/// system opens the app for those that it claims (RFC 8252 §7.2).
///
/// # Errors
/// Returns `invalid_redirect_uri` or `invalid_client_metadata` for a URI that no policy could allow,
/// and if none remains.
pub fn limit_redirects(
    request: &mut ClientMetadata,
    policy: &RegistrationPolicy,
) -> Result<Vec<LeftOut>, OAuthError> {
    let mut left_out = Vec::new();
    let problem = |uri: &str| left_out::excluded_by(uri, policy);
    let uris = &mut request.redirect_uris;
    left_out::remove_uris("redirect_uris", uris, &mut left_out, problem).map_err(no_redirect)?;
    let uris = &mut request.post_logout_redirect_uris;
    left_out::remove_uris("post_logout_redirect_uris", uris, &mut left_out, problem)
        .map_err(refuse)?;
    Ok(left_out)
}

/// Resolves a registration request, whose redirect URIs [`limit_redirects`] has limited, against the
/// policy. `granted` are the scopes that an administrator granted beyond the policy, and `known` are
/// the registered scopes. Checks that apply to every client are made elsewhere.
pub fn resolve(
    request: &ClientMetadata,
    policy: &RegistrationPolicy,
    granted: &GivenScopes,
    known: &[ScopeEntry],
) -> Result<ResolvedRegistration, OAuthError> {
    // RFC 7591 §2: the defaults are client_secret_basic and authorization_code.
    let auth_method = request
        .auth_method
        .unwrap_or(ClientAuthMethod::ClientSecretBasic);
    let grant_types = grant_types(request, policy)?;
    check_response_types(request, &grant_types)?;
    // RFC 7591 §2: clients that use a flow with redirection MUST register redirect URIs.
    if grant_types.contains(&GrantType::AuthorizationCode) && request.redirect_uris.is_empty() {
        return Err(no_redirect("redirect_uris is missing"));
    }
    let alone = grant_types.contains(&GrantType::ClientCredentials);
    let kind = match auth_method {
        ClientAuthMethod::None => ClientKind::Public,
        _ => ClientKind::Confidential,
    };
    Ok(ResolvedRegistration {
        name: name(request)?,
        kind,
        auth_method,
        grant_types,
        scope: scope(request, policy, granted, alone.then_some(known))?,
        pkce: policy.pkce.limited_to(kind),
    })
}

/// Returns the requested grant types that are allowed (RFC 7591 §3.2.1).
fn grant_types(
    request: &ClientMetadata,
    policy: &RegistrationPolicy,
) -> Result<Vec<GrantType>, OAuthError> {
    let requested = request.grant_types.clone();
    let requested = requested.unwrap_or_else(|| vec![GrantType::AuthorizationCode]);
    let is_listed = |grant: &GrantType| policy.grant_types.contains(grant);
    let (kept, left_out): (Vec<_>, Vec<_>) = requested.into_iter().partition(is_listed);
    // A refresh token comes from another grant.
    let begins = kept.iter().any(|grant| *grant != GrantType::RefreshToken);
    match left_out.first() {
        Some(grant) if !begins => Err(refuse(format!(
            "the grant type {grant} is not allowed; client_registration.grant_types lists those that are"
        ))),
        _ => Ok(kept),
    }
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

/// Returns true if the policy allows the host or scheme of this URI, which is one that may be
/// registered.
fn is_allowed(uri: &str, policy: &RegistrationPolicy) -> bool {
    let hosts = &policy.redirect_hosts;
    let is_listed = |scheme| policy.redirect_schemes.iter().any(|item| item == scheme);
    if hosts.is_empty()
        || hosts.iter().any(|host| host == "*")
        || redirect_uri::private_use_scheme(uri).is_some_and(is_listed)
    {
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

/// Resolves the scope: the requested scopes that are allowed (RFC 7591 §3.2.1). A client with the client credentials grant, for which `known` are the
/// registered scopes, has the access of its scopes, and no user's permissions limit it. So an
/// administrator must grant each scope of a resource for that use; scopes that users may delegate do
/// not count (RFC 6749 §4.4).
fn scope(
    request: &ClientMetadata,
    policy: &RegistrationPolicy,
    granted: &GivenScopes,
    known: Option<&[ScopeEntry]>,
) -> Result<Scope, OAuthError> {
    let is_free =
        |name: &str| known.is_none_or(|known| client_power::of_scope(known, name) == Power::None);
    let may = |name: &str| name != FORBIDDEN_SCOPE && (is_free(name) || granted.own.contains(name));
    let allowed = policy.scopes.union(&granted.delegated).union(&granted.own);
    let Some(requested) = &request.scope else {
        return Ok(policy.scopes.iter().filter(|name| may(name)).collect());
    };
    let kept: Scope = requested
        .iter()
        .filter(|name| may(name) && allowed.contains(name))
        .collect();
    if kept.is_empty() && !requested.is_empty() {
        let problem = format!(
            "the scope {requested} is not allowed; the operator can add scopes to \
             client_registration.scopes"
        );
        return Err(refuse(problem));
    }
    Ok(kept)
}

/// Returns the client's own name, or the host of its redirect URI.
fn name(request: &ClientMetadata) -> Result<String, OAuthError> {
    let check = |name: &str| {
        let problem = |error| refuse(format!("client_name: {error}"));
        displayed_name::check(name, LONGEST_NAME).map_err(problem)
    };
    for name in &request.localized_names {
        check(name)?;
    }
    for text in request.metadata.values().filter_map(Value::as_str) {
        displayed_name::check_text(text, false).map_err(|error| refuse(error.to_string()))?;
    }
    let given = request.name.as_deref();
    if let Some(name) = given.filter(|name| !name.trim().is_empty()) {
        return check(name);
    }
    let place = request
        .redirect_uris
        .iter()
        .find_map(|uri| redirect_uri::destination(uri));
    let place = place.unwrap_or_else(|| "app".to_owned());
    Ok(place.chars().take(LONGEST_NAME).collect())
}

/// Checks that the names of a registration are not those of this service or its staff.
pub fn check_protected(
    request: &ClientMetadata,
    names: ProtectedNames<'_>,
) -> Result<(), OAuthError> {
    let mut given = request.name.iter().chain(&request.localized_names);
    given
        .try_for_each(|name| names.check_name(name))
        .map_err(|error| refuse(format!("client_name {error}")))
}

/// Returns the error for the name of a client that an administrator registered.
pub fn name_taken() -> OAuthError {
    refuse("client_name is the name of another app; choose another one")
}

/// Applies a registration request to a client; settings that only an administrator makes remain.
/// `known` are the scopes of this deployment.
pub fn apply(
    client: &mut Client,
    request: &ClientMetadata,
    resolved: ResolvedRegistration,
    known: &Scope,
) {
    client.name = resolved.name;
    if client.kind != resolved.kind {
        client.pkce = resolved.pkce;
    }
    client.kind = resolved.kind;
    // RFC 7591 §3.2.1: the response names one method, and only that one is accepted.
    client.auth_method = resolved.auth_method.into();
    client.grant_types = resolved.grant_types;
    client.scopes = resolved.scope.intersect(known);
    macro_rules! replace {
        ($($field:ident)*) => {
            $(client.$field.clone_from(&request.$field);)*
        };
    }
    replace!(redirect_uris post_logout_redirect_uris jwks jwks_uri request_uris);
    replace!(default_max_age default_acr_values authorization_details_types);
    replace!(require_pushed_authorization_requests require_signed_request_object);
    replace!(dpop_bound_access_tokens certificate_subject authorization_signed_response_alg);
    replace!(userinfo_signed_response_alg introspection_signed_response_alg);
    replace!(backchannel_client_notification_endpoint);
    // OIDC Registration §2: the default is RS256.
    client.id_token_signed_response_alg = request.id_token_signed_response_alg.unwrap_or_default();
    client.certificate_bound_access_tokens = request.tls_client_certificate_bound_access_tokens;
    client.logout = LogoutUris {
        backchannel: request.backchannel_logout_uri.clone(),
        backchannel_session_required: request.backchannel_logout_session_required,
        frontchannel: request.frontchannel_logout_uri.clone(),
        frontchannel_session_required: request.frontchannel_logout_session_required,
    };
    let optional = client.consent.optional_scopes.intersect(&client.scopes);
    client.consent.optional_scopes = optional;
    client.consent.policy_uri = page(request, "policy_uri");
    client.consent.tos_uri = page(request, "tos_uri");
}

/// Returns a page that the consent page may link to; plain http URLs are stored but never shown.
fn page(request: &ClientMetadata, name: &str) -> Option<String> {
    let uri = request.metadata.get(name)?.as_str()?;
    uri.starts_with("https://").then(|| uri.to_owned())
}

/// Returns the registered metadata, defaults included (RFC 7591 §3.2.1).
pub fn metadata(client: &Client, stored: &Map<String, Value>) -> Map<String, Value> {
    let mut members = stored.clone();
    for setting in client_settings::all() {
        let value = (setting.value)(client);
        let is_unset = value.is_null() || value == json!(false) || value == json!([]);
        match setting.metadata {
            Metadata::Always(name) => members.insert(name.to_owned(), value),
            Metadata::IfSet(name) if !is_unset => members.insert(name.to_owned(), value),
            _ => None,
        };
    }
    let uses_code = client.allows_grant(&GrantType::AuthorizationCode);
    let responses: &[&str] = if uses_code { &["code"] } else { &[] };
    let sector = client.pairwise_sector.as_ref();
    let subject_type = sector.map_or("public", |_| "pairwise");
    let method = client.auth_method.method().as_str();
    let certificate = client.certificate_subject.as_ref();
    let converted = [
        ("token_endpoint_auth_method", json!(method)),
        ("response_types", json!(responses)),
        ("subject_type", json!(subject_type)),
    ];
    let certificate = certificate.map(|subject| (subject.member(), json!(subject.value())));
    let endpoint = client.backchannel_client_notification_endpoint.as_ref();
    let mode = match endpoint {
        Some(_) => Some(PING),
        None => client.allows_grant(&GrantType::Ciba).then_some(POLL),
    };
    let mode = mode.map(|mode| ("backchannel_token_delivery_mode", json!(mode)));
    let endpoint = endpoint.map(|uri| ("backchannel_client_notification_endpoint", json!(uri)));
    let converted = converted
        .into_iter()
        .chain(certificate)
        .chain(mode)
        .chain(endpoint);
    members.extend(converted.map(|(name, value)| (name.to_owned(), value)));
    members
}

fn no_redirect(description: impl Into<std::borrow::Cow<'static, str>>) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidRedirectUri, description)
}

fn refuse(description: impl Into<std::borrow::Cow<'static, str>>) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidClientMetadata, description)
}

#[cfg(test)]
mod settings_tests;
#[cfg(test)]
mod tests;
