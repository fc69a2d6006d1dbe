//! Checks of authorization requests against registrations (RFC 6749 §4.1.1, RFC 8707 §2, RFC 9700
//! §2.1.1).

mod response;

use std::borrow::Cow;

use doorward_protocol::authorization_details::{AuthorizationDetail, DetailType, unknown_type};
use doorward_protocol::authorize::{ClaimsRequest, find_resource};

use crate::prelude::*;
use crate::{assurance, claims, former_names};
use doorward_domain::model::Resource;
use doorward_domain::model::former_name::FormerName;
pub use response::{RedirectTargetError, redirect_target, response_mode, signed_response_claims};

/// The registries that a request is checked against.
#[derive(Clone, Copy, Debug)]
pub struct Registry<'a> {
    pub scopes: &'a [ScopeEntry],
    pub resources: &'a [Resource],
    pub details: &'a [DetailType],
    /// Former names of scopes, which requests may use.
    pub former: &'a [FormerName],
}

impl Registry<'_> {
    /// Returns a requested scope with the present names.
    pub fn present<'s>(&self, requested: &'s Scope) -> Cow<'s, Scope> {
        former_names::present_scope(requested, self.former)
    }

    /// Returns the part of `scope` that belongs to these resources.
    pub fn aimed_at(&self, scope: &Scope, resources: &[String]) -> Scope {
        let fits = |name: &&str| {
            let audience = self.scope(name).and_then(|entry| entry.audience.as_ref());
            audience.is_some_and(|audience| resources.contains(audience))
        };
        scope.iter().filter(fits).collect()
    }

    fn scope(&self, name: &str) -> Option<&ScopeEntry> {
        self.scopes.iter().find(|entry| entry.name == name)
    }

    /// Returns the registered identifier of a requested resource.
    pub fn resource(&self, requested: &str) -> Option<&str> {
        let known = self.resources.iter().map(|known| known.identifier.as_str());
        find_resource(requested, known)
    }

    /// Returns the registered identifier of a requested resource if a client with the scopes `allowed` may
    /// request tokens for it: it is registered, and one of its scopes is among them. Otherwise any client
    /// could get tokens that contain a user's entitlements there (RFC 9700 §2.3).
    fn open(&self, requested: &str, allowed: &Scope) -> Result<String, Cause> {
        let found = self.resource(requested);
        let found =
            found.ok_or_else(|| Cause::from(Reason::ResourceUnknown).received(requested))?;
        if self.is_audience_of(found, allowed) {
            return Ok(found.to_owned());
        }
        Err(self.lacks_scopes(found).received(requested))
    }

    /// Returns the cause for a client that has none of the scopes of this resource.
    fn lacks_scopes(&self, identifier: &str) -> Cause {
        let own = |entry: &&ScopeEntry| entry.audience.as_deref() == Some(identifier);
        let own = self.scopes.iter().filter(own);
        let names: Scope = own.map(|entry| entry.name.as_str()).collect();
        Cause::from(Reason::Resource).expected(names.to_string())
    }

    /// Returns true if one of the scopes `allowed` belongs to this resource.
    fn is_audience_of(&self, identifier: &str, allowed: &Scope) -> bool {
        let aims_there = |entry: &ScopeEntry| entry.audience.as_deref() == Some(identifier);
        self.scopes
            .iter()
            .any(|entry| aims_there(entry) && allowed.contains(&entry.name))
    }

    /// Returns the part of `scope` that belongs to these resources or to the identity server (RFC
    /// 9068 §2.2.3), for a token with a narrowed audience.
    pub fn meaningful(&self, scope: &Scope, resources: &[String]) -> Scope {
        let fits = |entry: &ScopeEntry| {
            let audience = entry.audience.as_ref();
            audience.is_none_or(|audience| resources.contains(audience))
        };
        let names = scope.iter();
        names
            .filter(|name| self.scope(name).is_some_and(fits))
            .collect()
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ResolvedAccess {
    /// The scope that can be granted.
    pub scope: Scope,
    /// The audience of the access token.
    pub resources: Vec<String>,
}

impl ResolvedAccess {
    /// Adds the locations of the authorization details to the audience, whatever `resource` names:
    /// a token with details must be valid at their locations (RFC 9396 §3.2).
    pub fn aim_at(&mut self, details: &AuthorizationDetails, registry: &Registry<'_>) {
        for place in details.locations(registry.details) {
            if !self.resources.contains(&place) {
                self.resources.push(place);
            }
        }
        self.resources.sort();
    }
}

/// Checks authorization details against the registered types and those that this client may
/// request.
///
/// # Errors
/// Returns `invalid_authorization_details` for an unknown or forbidden type or an invalid detail
/// (RFC 9396 §5).
pub fn check_details(
    details: &AuthorizationDetails,
    client: &Client,
    registry: &Registry<'_>,
) -> Result<(), OAuthError> {
    let is_other =
        |detail: &&AuthorizationDetail| !is_scope_allowed(client, detail.kind(), registry);
    match details.iter().find(is_other) {
        Some(other) => Err(unknown_type(other.kind())),
        None => details.check(registry.details),
    }
}

/// Returns true if this client may currently request this type.
pub fn is_scope_allowed(client: &Client, name: &str, registry: &Registry<'_>) -> bool {
    let is_its_own = client
        .authorization_details_types
        .iter()
        .any(|own| own == name);
    let known = detail_type::find(registry.details, name);
    let is_open = |known: &DetailType| known.self_registered || client.registered_by.is_verified();
    is_its_own && known.is_some_and(is_open)
}

/// Returns the granted details that are still allowed. Tokens omit types that no longer exist or
/// that the client may no longer request.
#[must_use]
pub fn details_today(
    granted: &AuthorizationDetails,
    client: &Client,
    registry: &Registry<'_>,
) -> AuthorizationDetails {
    granted.filtered(|granted| is_scope_allowed(client, granted.kind(), registry))
}

/// Returns the granted resources that the client may still request: those of its scopes and of its
/// authorization details. The issuer itself is open to every client.
#[must_use]
pub fn resources_today(
    grant: &Grant,
    client: &Client,
    registry: &Registry<'_>,
    issuer: &str,
) -> Vec<String> {
    let details = details_today(&grant.authorization_details, client, registry);
    let places = details.locations(registry.details);
    let is_open = |item: &&String| {
        *item == issuer || registry.is_audience_of(item, &client.scopes) || places.contains(*item)
    };
    grant.resources.iter().filter(is_open).cloned().collect()
}

/// Checks the authorization details of a client's own token, which no user consents to (RFC 9396
/// §6).
///
/// # Errors
/// Returns `invalid_authorization_details` if a type is not allowed or needs a user.
pub fn check_client_details(
    details: &AuthorizationDetails,
    client: &Client,
    registry: &Registry<'_>,
) -> Result<(), OAuthError> {
    check_details(details, client, registry)?;
    let needs_a_person = |name: &str| {
        detail_type::find(registry.details, name).is_none_or(|known| !known.without_person)
    };
    match details.iter().find(|detail| needs_a_person(detail.kind())) {
        Some(other) => Err(unknown_type(other.kind())),
        None => Ok(()),
    }
}

/// Returns the scope for the consent page: the requested one, plus the scopes of individually
/// requested claims (OIDC Core §5.5). So the page mentions everything that is released.
pub fn consent_scope(request: &AuthorizationRequest) -> Scope {
    let named = request
        .claims
        .userinfo
        .keys()
        .chain(request.claims.id_token.keys());
    let mut scope = request.scope.clone();
    for implied in named.filter_map(|claim| claims::scope_of(claim)) {
        scope.insert(implied);
    }
    scope
}

/// Limits the request to the client's registration. It drops individually requested claims whose
/// scope the client may not request (OIDC Core §5.5.1: a claim may always be withheld).
pub fn within_registration(
    mut request: AuthorizationRequest,
    client: &Client,
    resolved: ResolvedAccess,
) -> AuthorizationRequest {
    request.claims = claims_within(&request.claims, &client.scopes);
    request.scope = resolved.scope;
    request.resource = resolved.resources;
    // OIDC Registration §2: the `max_age` of a request overrides the registered one.
    request.max_age = request.max_age.or(client.default_max_age);
    // Likewise for `acr_values`, which an individually requested claim `acr` overrides too.
    if request.acr_values.is_empty() && !request.claims.id_token.contains_key("acr") {
        request.acr_values.clone_from(&client.default_acr_values);
    }
    request
}

/// Returns the individually requested claims whose scope is among these.
pub fn claims_within(requested: &ClaimsRequest, scopes: &Scope) -> ClaimsRequest {
    let mut claims = requested.clone();
    let allowed =
        |claim: &String| claims::scope_of(claim).is_none_or(|scope| scopes.contains(scope));
    claims.userinfo.retain(|claim, _| allowed(claim));
    claims.id_token.retain(|claim, _| allowed(claim));
    claims
}

/// The registration of a client no longer allows its stored request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum StaleRequest {
    /// The redirect URI was removed: no response may be sent there.
    RedirectUri(RedirectTargetError),
    /// Another fact has changed; the client receives the error.
    Request(OAuthError),
}

/// Checks a stored request against the current registration of its client, each time the browser
/// returns to it. Returns the scope that can still be granted.
pub fn recheck(
    request: &AuthorizationRequest,
    client: &Client,
    registry: &Registry<'_>,
) -> Result<Scope, StaleRequest> {
    check_redirect_uri(client, &request.redirect_uri).map_err(StaleRequest::RedirectUri)?;
    let requested = RequestedAccess::from(request);
    check_registration(request, client)
        .and_then(|()| recheck_access(&requested, client, registry))
        .map_err(StaleRequest::Request)
}

/// Checks that a redirect URI is registered now, for a request or a code that names it.
pub fn check_redirect_uri(client: &Client, uri: &str) -> Result<(), RedirectTargetError> {
    redirect_target(client, Some(uri), true).map(drop)
}

/// Checks resolved access that a user has not consented to yet against the current registration of
/// the client. Returns the scope that can still be granted.
pub fn recheck_access(
    resolved: &RequestedAccess<'_>,
    client: &Client,
    registry: &Registry<'_>,
) -> Result<Scope, OAuthError> {
    // The audience was resolved before, so that no `resource` narrows the scope again.
    let again = RequestedAccess {
        resource: &[],
        ..*resolved
    };
    let scope = resolve_for_user(&again, client, registry)?.scope;
    let places = resolved.details.locations(registry.details);
    let is_open =
        |item: &&String| registry.is_audience_of(item, &client.scopes) || places.contains(*item);
    match resolved.resource.iter().find(|item| !is_open(item)) {
        Some(other) => Err(OAuthError::new(
            ErrorCode::InvalidTarget,
            "the requested resource is no longer allowed for this client",
        )
        .because(registry.lacks_scopes(other).received(other))),
        None => Ok(scope),
    }
}

/// Checks an authorization request against the client's registration and the registries.
pub fn check(
    request: &AuthorizationRequest,
    client: &Client,
    registry: &Registry<'_>,
) -> Result<ResolvedAccess, OAuthError> {
    check_registration(request, client)?;
    let essential = essential_acr(&request.claims);
    if !assurance::reachable(&essential) {
        return Err(OAuthError::new(
            ErrorCode::UnmetAuthenticationRequirements,
            "none of the essential acr values is supported",
        ));
    }
    resolve_for_user(&request.into(), client, registry)
}

/// Checks the facts of a request that the registration of its client limits, except its access.
fn check_registration(request: &AuthorizationRequest, client: &Client) -> Result<(), OAuthError> {
    // Its protocol has no grants, response modes or challenges, and none of OAuth reaches such a client.
    if client.kind == ClientKind::Saml && request.foreign.is_some() {
        return Ok(());
    }
    if !client.allows_grant(&GrantType::AuthorizationCode) {
        return Err(OAuthError::new(
            ErrorCode::UnauthorizedClient,
            "this client may not use the authorization code grant",
        )
        .because(Cause::from(Reason::GrantType).received("authorization_code")));
    }
    if !client
        .response_modes
        .contains(&request.response_mode.plain())
    {
        return Err(OAuthError::new(
            ErrorCode::InvalidRequest,
            "this client may not use that response_mode",
        )
        .because(Reason::ResponseMode));
    }
    if request.code_challenge.is_none() && client.requires_pkce() {
        let reason = match client.kind {
            ClientKind::Confidential | ClientKind::Saml => Reason::ChallengeMissing,
            ClientKind::Public => Reason::PublicChallengeMissing,
        };
        return Err(OAuthError::new(
            ErrorCode::InvalidRequest,
            "code_challenge is required for this client (PKCE with S256, RFC 7636)",
        )
        .because(reason));
    }
    Ok(())
}

/// The access that a client requests of a user.
#[derive(Clone, Copy, Debug)]
pub struct RequestedAccess<'a> {
    pub scope: &'a Scope,
    /// The resources (RFC 8707).
    pub resource: &'a [String],
    /// The authorization details (RFC 9396).
    pub details: &'a AuthorizationDetails,
}

impl<'a> From<&'a AuthorizationRequest> for RequestedAccess<'a> {
    fn from(request: &'a AuthorizationRequest) -> Self {
        Self {
            scope: &request.scope,
            resource: &request.resource,
            details: &request.authorization_details,
        }
    }
}

/// Resolves scope and audience of a request that a user is to consent to.
pub fn resolve_for_user(
    request: &RequestedAccess<'_>,
    client: &Client,
    registry: &Registry<'_>,
) -> Result<ResolvedAccess, OAuthError> {
    check_details(request.details, client, registry)?;
    let scope = request.scope.without_ignored(&client.scopes);
    let mut resolved = resolve_access(&scope, request.resource, &client.scopes, registry)?;
    resolved.aim_at(request.details, registry);
    // A client without refresh tokens must not hold a grant that outlives the session.
    resolved.scope = client.scope_today(&resolved.scope);
    Ok(resolved)
}

/// Returns the essential `acr` values of the request (OIDC Core §5.5.1.1); `acr_values` are
/// voluntary. A value that is not a string is listed as its JSON, which no level satisfies.
pub fn essential_acr(claims: &ClaimsRequest) -> Vec<String> {
    let Some(spec) = claims.id_token.get("acr").filter(|spec| spec.essential) else {
        return Vec::new();
    };
    let values = spec.value.iter().chain(spec.values.iter());
    values
        .map(|value| {
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
        })
        .collect()
}

/// Resolves scope and audience.
///
/// An unregistered scope is ignored (OIDC Core §3.1.2.1). Without a `resource`, the audience
/// follows from the scopes; a `resource` narrows it (RFC 8707 §2).
///
/// # Errors
/// Returns `invalid_scope` for a registered scope that the client may not request, or if every
/// requested scope is unknown. Returns `invalid_target` for an unknown resource or one with no
/// scope of the client.
pub fn resolve_access(
    requested: &Scope,
    requested_resources: &[String],
    allowed: &Scope,
    registry: &Registry<'_>,
) -> Result<ResolvedAccess, OAuthError> {
    // A cached client may have the former name yet.
    let (requested, allowed) = (registry.present(requested), registry.present(allowed));
    let opened = requested_resources
        .iter()
        .map(|item| registry.open(item, &allowed));
    let mut resources = opened.collect::<Result<Vec<_>, _>>().map_err(|cause| {
        // The same text for both causes: clients do not learn which resources exist.
        let problem = "the requested resource is unknown or not allowed for this client";
        OAuthError::new(ErrorCode::InvalidTarget, problem).because(cause)
    })?;
    let mut scope = Scope::default();
    for name in requested.iter() {
        let Some(entry) = registry.scope(name) else {
            continue;
        };
        if !allowed.contains(name) {
            let cause = Cause::from(Reason::Scope).received(name);
            return Err(OAuthError::new(
                ErrorCode::InvalidScope,
                format!("this client may not request the scope: {name}"),
            )
            .because(cause.expected(allowed.to_string())));
        }
        match &entry.audience {
            // RFC 8707 §2.2: a scope of another resource does not apply in a narrowed token.
            Some(audience) if !requested_resources.is_empty() && !resources.contains(audience) => {
                continue;
            }
            Some(audience) if !resources.contains(audience) => resources.push(audience.clone()),
            Some(_) | None => {}
        }
        scope.insert(name);
    }
    resources.sort();
    resources.dedup();
    if scope.is_empty() && !requested.is_empty() {
        return Err(OAuthError::new(
            ErrorCode::InvalidScope,
            "none of the requested scopes is registered",
        )
        .because(Cause::from(Reason::ScopeUnknown).received(requested.to_string())));
    }
    Ok(ResolvedAccess { scope, resources })
}

/// Returns the access of a client of the operator when a user signs in through the account API: all
/// its registered scopes, at their resources and at the identity server. It ends with the session.
pub fn for_account_api(client: &Client, registry: &Registry<'_>, issuer: &str) -> ResolvedAccess {
    let registered = |name: &&str| registry.scope(name).is_some();
    let mut scope: Scope = client.scopes.iter().filter(registered).collect();
    scope.remove(Scope::OFFLINE_ACCESS);
    let audiences = scope
        .iter()
        .filter_map(|name| registry.scope(name)?.audience.clone());
    let resources: BTreeSet<String> = audiences.chain([issuer.to_owned()]).collect();
    let resources = resources.into_iter().collect();
    ResolvedAccess { scope, resources }
}

#[cfg(test)]
mod tests;
