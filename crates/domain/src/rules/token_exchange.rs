//! What a token may be exchanged for (RFC 8693): less, for who is allowed to, and nothing is hidden
//! (SECURITY OA-11, OA-22).

use doorward_access::sender_constraint::{self, ProofRequirement};
use doorward_protocol::authorization_details::AuthorizationDetails;
use doorward_protocol::error::{ErrorCode, OAuthError};
use doorward_protocol::scope::Scope;
use doorward_protocol::token::{Actor, TokenType};
use serde_json::{Map, Value};

use crate::model::{Client, ClientKind};
use crate::rules::access_token::AccessTokenClaims;
use crate::rules::authorize::{self, Registry, ResolvedAccess};
use crate::rules::sender_constraint::ProvenKeys;

/// The longest chain of actors.
pub const MAX_ACTORS: usize = 8;

/// What a client wants.
#[derive(Clone, Copy, Debug)]
pub struct ExchangeRequest<'a> {
    /// A narrower scope.
    pub scope: Option<&'a Scope>,
    /// Where the token is to be used, by address.
    pub resource: &'a [String],
    /// Where the token is to be used, by name; both mean the identifier of a resource.
    pub audience: &'a [String],
}

/// May this client exchange this token at all? It was issued to it, or to be shown to it: whoever
/// found one elsewhere gets nothing for it.
///
/// # Errors
/// `unauthorized_client` for a public client, `invalid_request` (RFC 8693 §2.2.2) for a token that
/// is no business of the client's, or that is bound to a key or a certificate which nobody has proved
/// here.
pub fn may_present(
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
    // RFC 7800 §3, RFC 9449 §7, RFC 8705 §3: without what it is bound to it is worth nothing.
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

/// The one wording for a subject or actor token that cannot be used, whatever the cause.
pub fn not_valid() -> OAuthError {
    OAuthError::invalid_request("the subject_token or actor_token is not valid")
}

/// Who acts with the new token: the one that is named here, and behind it who acted before
/// (RFC 8693 §4.1). None where the client may be taken for the subject itself.
///
/// # Errors
/// `invalid_request` where the token says that only somebody else may act (§4.4), and for a chain
/// that is too long.
pub fn actor(
    client: &Client,
    subject: &AccessTokenClaims,
    actor: Option<&AccessTokenClaims>,
) -> Result<Option<Actor>, OAuthError> {
    let sub = actor.map_or(client.id.as_str(), |actor| actor.sub.as_str());
    if let Some(only) = &subject.may_act
        && !is_named(only, sub, client, &subject.iss)
    {
        let problem = "somebody else may act for the subject of the token (may_act)";
        return Err(OAuthError::invalid_request(problem));
    }
    if actor.is_none() && client.exchange.impersonation {
        // What was said about earlier actors stays.
        return Ok(subject.act.clone());
    }
    let act = Actor {
        sub: sub.to_owned(),
        act: subject.act.clone().map(Box::new),
    };
    if act.chain() > MAX_ACTORS {
        let problem = "too many have acted for the subject of the token";
        return Err(OAuthError::invalid_request(problem));
    }
    Ok(Some(act))
}

/// Every member of `may_act` has to hold; one that means nothing here holds for nobody.
fn is_named(only: &Map<String, Value>, sub: &str, client: &Client, issuer: &str) -> bool {
    only.contains_key("sub")
        && only.iter().all(|(name, value)| match name.as_str() {
            "sub" => value == sub,
            "iss" => value == issuer,
            "client_id" => value == client.id.as_str(),
            _ => false,
        })
}

/// Settles scope and audience: each target is one of the exchanged token's, registered, and open
/// to the client's exchanges; the scope is what the token allows, the client may ask for, and the
/// targets know.
///
/// # Errors
/// `invalid_target` (RFC 8693 §2.2.2) and `invalid_scope` (RFC 6749 §5.2).
pub fn settle(
    client: &Client,
    subject: &AccessTokenClaims,
    wanted: &ExchangeRequest<'_>,
    registry: &Registry<'_>,
) -> Result<ResolvedAccess, OAuthError> {
    let resources = targets(client, subject, wanted, registry)?;
    let allowed = subject.scope.intersect(&client.scopes);
    let exceeds = wanted
        .scope
        .is_some_and(|scope| !scope.is_subset_of(&allowed));
    if exceeds {
        let problem = "the scope exceeds that of the subject_token, or of the client";
        return Err(OAuthError::new(ErrorCode::InvalidScope, problem));
    }
    let scope = registry.aimed_at(wanted.scope.unwrap_or(&allowed), &resources);
    if scope.is_empty() {
        let problem = "the subject_token allows nothing there that the client may ask for";
        return Err(OAuthError::new(ErrorCode::InvalidScope, problem));
    }
    Ok(ResolvedAccess { scope, resources })
}

/// What of the details of a token goes into the one that it is exchanged for: what the client may ask
/// for, and of that the narrower that it asks for (RFC 9396 §6).
///
/// # Errors
/// `invalid_authorization_details` where it asks for more.
pub fn details(
    client: &Client,
    subject: &AccessTokenClaims,
    wanted: Option<&AuthorizationDetails>,
    registry: &Registry<'_>,
) -> Result<AuthorizationDetails, OAuthError> {
    let held = &subject.authorization_details;
    authorize::details_today(held, client, registry).narrowed(wanted)
}

fn targets(
    client: &Client,
    subject: &AccessTokenClaims,
    wanted: &ExchangeRequest<'_>,
    registry: &Registry<'_>,
) -> Result<Vec<String>, OAuthError> {
    let is_open = |target: &str| {
        let mut registered = registry.resources.iter();
        // Nobody administers, or reads an account, with somebody else's exchanged token.
        target != subject.iss
            && registered.any(|resource| resource.identifier == target)
            && client.exchange.audiences.iter().any(|own| own == target)
    };
    let named = wanted.resource.iter().chain(wanted.audience);
    let mut targets: Vec<String> = named.cloned().collect();
    if targets.is_empty() {
        // RFC 8693 §2.1 leaves it to us: as far as the client may.
        let open = subject.aud.iter().filter(|target| is_open(target));
        targets = open.map(str::to_owned).collect();
    }
    targets.sort();
    targets.dedup();
    let fits = |target: &String| is_open(target) && subject.aud.contains(target);
    if targets.is_empty() || !targets.iter().all(fits) {
        let problem =
            "the subject_token is not for that target, or the client may not exchange for it";
        return Err(OAuthError::new(ErrorCode::InvalidTarget, problem));
    }
    Ok(targets)
}

#[cfg(test)]
mod tests;
