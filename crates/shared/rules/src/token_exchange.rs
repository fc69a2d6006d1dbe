//! Token exchange (RFC 8693): the new token has no more rights than the old one, only authorized
//! clients get it, and it names the actors.

use doorward_access::sender_constraint::{self, ProofRequirement};
use doorward_protocol::token::{Actor, TokenType};

use crate::access_token::AccessTokenClaims;
use crate::authorize::{self, Registry, ResolvedAccess};
use crate::prelude::*;
use crate::sender_constraint::ProvenKeys;

/// The maximum length of a chain of actors.
pub const MAX_ACTORS: usize = 8;

#[derive(Clone, Copy, Debug)]
pub struct ExchangeRequest<'a> {
    /// The requested narrower scope.
    pub scope: Option<&'a Scope>,
    /// The requested targets, as `resource` URIs.
    pub resource: &'a [String],
    /// The requested targets, as `audience` names; both are identifiers of resources.
    pub audience: &'a [String],
}

/// Checks that this client may exchange this token: it was issued to the client, or is meant for a
/// resource that the client serves. So a leaked token cannot be exchanged.
///
/// # Errors
/// Returns `unauthorized_client` for a public client. Returns `invalid_request` (RFC 8693 §2.2.2)
/// for any other token, or one that is bound to a key or certificate not proved here.
pub fn check_subject_token(
    client: &Client,
    token: &AccessTokenClaims,
    proved: &ProvenKeys,
) -> Result<(), OAuthError> {
    if client.kind == ClientKind::Public {
        let problem = "a public client may not exchange tokens";
        return Err(OAuthError::new(ErrorCode::UnauthorizedClient, problem));
    }
    let own = token.client_id == client.id.as_str();
    if !own && !client.serves_any(token.aud.iter()) {
        return Err(not_valid());
    }
    // RFC 7800 §3, RFC 9449 §7, RFC 8705 §3: a bound token is invalid without its key or
    // certificate.
    let cnf = token.cnf.as_ref();
    let scheme = match cnf.and_then(|cnf| cnf.jkt.as_ref()) {
        Some(_) => TokenType::Dpop,
        None => TokenType::Bearer,
    };
    match sender_constraint::check(scheme, cnf, proved.certificate.as_deref()) {
        Ok(ProofRequirement::Nothing) => Ok(()),
        Ok(ProofRequirement::Proof(jkt)) if proved.jkt.as_deref() == Some(jkt) => Ok(()),
        Ok(ProofRequirement::Proof(_)) | Err(_) => Err(not_valid()),
    }
}

/// Returns the uniform error for an invalid subject or actor token.
pub fn not_valid() -> OAuthError {
    OAuthError::invalid_request("the subject_token or actor_token is not valid")
}

/// Returns the actor of the new token: the one named here, and below it the earlier actors (RFC
/// 8693 §4.1). Returns the subject's own chain, often none, if the client may impersonate the
/// subject.
///
/// # Errors
/// Returns `invalid_request` if `may_act` of the token names another actor (§4.4), or the chain is
/// too long.
pub fn actor(
    client: &Client,
    subject: &AccessTokenClaims,
    actor: Option<&AccessTokenClaims>,
) -> Result<Option<Actor>, OAuthError> {
    let sub = actor.map_or(client.id.as_str(), |actor| actor.sub.as_str());
    if let Some(only) = &subject.may_act
        && !is_named(only, sub, client, &subject.iss)
    {
        let problem = "may_act of the subject_token names another actor";
        return Err(OAuthError::invalid_request(problem));
    }
    if actor.is_none() && client.exchange.impersonation {
        // Earlier actors are kept.
        return Ok(subject.act.clone());
    }
    let act = Actor {
        sub: sub.to_owned(),
        act: subject.act.clone().map(Box::new),
    };
    if act.chain() > MAX_ACTORS {
        let problem = "the chain of actors of the subject_token is too long";
        return Err(OAuthError::invalid_request(problem));
    }
    Ok(Some(act))
}

/// Returns true if every member of `may_act` matches. An unknown member matches no actor.
fn is_named(only: &Map<String, Value>, sub: &str, client: &Client, issuer: &str) -> bool {
    only.contains_key("sub")
        && only.iter().all(|(name, value)| match name.as_str() {
            "sub" => value == sub,
            "iss" => value == issuer,
            "client_id" => value == client.id.as_str(),
            _ => false,
        })
}

/// Resolves scope and audience. Each target must be an audience of the exchanged token, a
/// registered resource, and allowed for the client's exchanges. The scope is limited by the token,
/// the client and the targets.
pub fn resolve(
    client: &Client,
    subject: &AccessTokenClaims,
    requested: &ExchangeRequest<'_>,
    registry: &Registry<'_>,
) -> Result<ResolvedAccess, OAuthError> {
    let resources = targets(client, subject, requested, registry)?;
    let allowed = registry.present(&subject.scope).intersect(&client.scopes);
    let scope = requested.scope.map(|scope| registry.present(scope));
    let exceeds = scope
        .as_deref()
        .is_some_and(|scope| !scope.is_subset_of(&allowed));
    if exceeds {
        let problem = "the scope exceeds that of the subject_token, or of the client";
        return Err(OAuthError::new(ErrorCode::InvalidScope, problem));
    }
    let scope = registry.aimed_at(scope.as_deref().unwrap_or(&allowed), &resources);
    if scope.is_empty() {
        let problem = "the subject_token has no scope for that target that the client may request";
        return Err(OAuthError::new(ErrorCode::InvalidScope, problem));
    }
    Ok(ResolvedAccess { scope, resources })
}

/// Returns the authorization details of the new token: those of the exchanged token that the client
/// may request, narrowed to the requested ones (RFC 9396 §6).
pub fn details(
    client: &Client,
    subject: &AccessTokenClaims,
    requested: Option<&AuthorizationDetails>,
    registry: &Registry<'_>,
) -> Result<AuthorizationDetails, OAuthError> {
    let held = &subject.authorization_details;
    authorize::details_today(held, client, registry).narrowed(requested)
}

fn targets(
    client: &Client,
    subject: &AccessTokenClaims,
    requested: &ExchangeRequest<'_>,
    registry: &Registry<'_>,
) -> Result<Vec<String>, OAuthError> {
    let is_open = |target: &str| {
        // Exchanged tokens cannot be used for administration or the account API.
        target != subject.iss
            && registry.resource(target) == Some(target)
            && client.exchange.audiences.iter().any(|own| own == target)
    };
    let named = requested.resource.iter().chain(requested.audience);
    let registered = |named: &String| registry.resource(named).unwrap_or(named).to_owned();
    let mut targets: BTreeSet<String> = named.map(registered).collect();
    if targets.is_empty() {
        // RFC 8693 §2.1 leaves the default to the server: every audience that the client may
        // target.
        let open = subject.aud.iter().filter(|target| is_open(target));
        targets = open.map(str::to_owned).collect();
    }
    let fits = |target: &String| is_open(target) && subject.aud.contains(target);
    if targets.is_empty() || !targets.iter().all(fits) {
        let problem =
            "the subject_token is not for that target, or the client may not exchange for it";
        return Err(OAuthError::new(ErrorCode::InvalidTarget, problem));
    }
    Ok(targets.into_iter().collect())
}

#[cfg(test)]
mod tests;
