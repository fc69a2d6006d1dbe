//! Rotation that never logs out an honest user and always catches a thief (RFC 9700 §4.14.2).

use doorward_protocol::error::{ErrorCode, OAuthError};
use doorward_protocol::scope::Scope;

use crate::model::{ClientId, RefreshContext};
use crate::time::{UnixSeconds, is_expired};

/// What to do with a presented refresh token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RefreshDecision {
    /// Spend it and issue a successor.
    Rotate,
    /// It was spent a moment ago and its successor never used: the answer was lost, so give the
    /// very same successor again.
    Repeat,
    /// It was spent, and this is no honest repeat: revoke the family.
    Reuse,
    /// It is unspent and belongs to another client, is over, or its family is dead.
    Refuse,
}

/// Decides on a refresh token that was found.
///
/// `grace` is the time in seconds within which an immediate predecessor is honoured; zero honours
/// none. Its last second still counts: times are whole seconds, so an honest repeat after 59.5
/// seconds may look like one after 60.
///
/// A spent token in the hands of another client has leaked, so that is reuse as well; an unspent
/// one stays good for its own client.
pub fn decide(
    context: &RefreshContext,
    client: &ClientId,
    grace: i64,
    now: UnixSeconds,
) -> RefreshDecision {
    let token = &context.token;
    if !context.grant.is_live(now) {
        return RefreshDecision::Refuse;
    }
    let own = token.client_id == *client;
    match token.used_at {
        None if !own || is_expired(token.expires_at, now) => RefreshDecision::Refuse,
        None => RefreshDecision::Rotate,
        Some(used_at) => {
            let in_time = grace > 0 && now.saturating_sub(used_at) <= grace;
            let has_successor = token.successor_sealed.is_some();
            if own && in_time && has_successor && context.successor_used_at.is_none() {
                RefreshDecision::Repeat
            } else {
                RefreshDecision::Reuse
            }
        }
    }
}

/// The scope of the new access token: what was granted, or the narrower one that was asked for
/// (RFC 6749 §6).
pub fn narrow(granted: &Scope, requested: Option<&Scope>) -> Result<Scope, OAuthError> {
    match requested {
        None => Ok(granted.clone()),
        Some(requested) if requested.is_subset_of(granted) => Ok(requested.clone()),
        Some(_) => Err(OAuthError::new(
            ErrorCode::InvalidScope,
            "the requested scope exceeds what was granted",
        )),
    }
}

/// Returns the audience of the new access token: what is left `today` of the `granted` resources, or
/// the narrower one that was requested (RFC 8707 §2.2).
///
/// # Errors
/// `invalid_target` for a requested resource that was not granted or is no longer open to the
/// client; `invalid_grant` if nothing is left of an audience: a token for another one was not
/// granted.
pub fn narrow_resources(
    granted: &[String],
    today: &[String],
    requested: &[String],
) -> Result<Vec<String>, OAuthError> {
    if !requested.iter().all(|resource| today.contains(resource)) {
        return Err(OAuthError::new(
            ErrorCode::InvalidTarget,
            "the requested resource was not granted, or is no longer open to this client",
        ));
    }
    if !requested.is_empty() {
        return Ok(requested.to_vec());
    }
    if today.is_empty() && !granted.is_empty() {
        return Err(OAuthError::new(
            ErrorCode::InvalidGrant,
            "no resource of the grant is open to this client any more",
        ));
    }
    Ok(today.to_vec())
}

#[cfg(test)]
mod tests;
