//! Rotation that never logs out an honest user and always catches a thief (RFC 9700 §4.14.2).

use doorward_protocol::error::{ErrorCode, OAuthError};
use doorward_protocol::scope::Scope;

use crate::model::{ClientId, RefreshContext};
use crate::time::{UnixSeconds, is_over};

/// What to do with a presented refresh token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Spend it and issue a successor.
    Rotate,
    /// It was spent a moment ago and its successor never used: the answer was lost, so give the
    /// very same successor again.
    Repeat,
    /// It was spent and the time for an honest repeat is over: revoke the family.
    Reuse,
    /// It does not belong to this client, is over, or its family is dead.
    Refuse,
}

/// Decides on a refresh token that was found.
///
/// `grace` is the time in seconds in which an immediate predecessor is honoured.
pub fn decide(
    context: &RefreshContext,
    client: &ClientId,
    grace: i64,
    now: UnixSeconds,
) -> Verdict {
    let token = &context.token;
    if token.client_id != *client || !context.grant.is_live(now) {
        return Verdict::Refuse;
    }
    match token.used_at {
        None if is_over(token.expires_at, now) => Verdict::Refuse,
        None => Verdict::Rotate,
        Some(used_at) => {
            let in_time = now.saturating_sub(used_at) < grace;
            let has_successor = token.successor_sealed.is_some();
            if in_time && has_successor && context.successor_used_at.is_none() {
                Verdict::Repeat
            } else {
                Verdict::Reuse
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

/// The audience of the new access token: what was granted, or the narrower one that was asked for
/// (RFC 8707 §2.2).
pub fn narrow_resources(
    granted: &[String],
    requested: &[String],
) -> Result<Vec<String>, OAuthError> {
    if requested.is_empty() {
        return Ok(granted.to_vec());
    }
    if requested.iter().all(|resource| granted.contains(resource)) {
        return Ok(requested.to_vec());
    }
    Err(OAuthError::new(ErrorCode::InvalidTarget, "the requested resource was not granted"))
}

#[cfg(test)]
mod tests;
