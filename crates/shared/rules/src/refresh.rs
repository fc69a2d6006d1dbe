//! Refresh token rotation: detects replays without signing out users after a lost response (RFC
//! 9700 §4.14.2).

use doorward_domain::model::RefreshToken;
use doorward_protocol::authorize::find_resource;

use crate::prelude::*;

/// The decision on a presented refresh token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RefreshDecision {
    /// Consume it and issue a successor.
    Rotate,
    /// Issue an access token, and leave the refresh token unchanged.
    Keep,
    /// Return the existing successor again. The token was consumed recently and the successor is
    /// unused, so the response was lost.
    Repeat,
    /// Revoke the family: the token was consumed and this is not a legitimate repetition.
    Reuse,
    /// Reject it: it is unused but belongs to another client or has expired, or its grant has
    /// ended.
    Refuse,
}

impl RefreshDecision {
    /// Returns the decision for a client with this profile. FAPI 2.0 forbids rotation (Security
    /// Profile §5.3.2.1 (9)): its clients are confidential and bind their access tokens to a key, so
    /// that a copied refresh token is useless.
    #[must_use]
    pub const fn for_profile(self, profile: SecurityProfile) -> Self {
        match self {
            Self::Rotate if profile.is_fapi() => Self::Keep,
            other => other,
        }
    }
}

/// Decides on a refresh token that was found.
///
/// `grace` is the time in seconds within which the immediate predecessor is accepted again; zero
/// disables that. Its last second is included: times are whole seconds, so a repetition after 59.5
/// seconds may look like one after 60.
///
/// A consumed token presented by another client has leaked, so it counts as a replay. An unused one
/// stays valid for its own client.
pub fn decide(
    grant: &Grant,
    token: &RefreshToken,
    client: &ClientId,
    grace: i64,
    now: UnixSeconds,
) -> RefreshDecision {
    if !grant.is_live(now) {
        return RefreshDecision::Refuse;
    }
    let own = grant.client_id == *client;
    match token.used_at {
        None if !own || is_expired(token.expires_at, now) => RefreshDecision::Refuse,
        None => RefreshDecision::Rotate,
        Some(used_at) => {
            let in_time = grace > 0 && now.saturating_sub(used_at) <= grace;
            if own && in_time && token.successor_sealed.is_some() {
                RefreshDecision::Repeat
            } else {
                RefreshDecision::Reuse
            }
        }
    }
}

/// Returns the scope of the new access token: the granted scope, or the narrower requested one (RFC
/// 6749 §6).
pub fn narrow(granted: &Scope, requested: Option<&Scope>) -> Result<Scope, OAuthError> {
    match requested.map(|requested| requested.without_ignored(granted)) {
        None => Ok(granted.clone()),
        Some(requested) if requested.is_subset_of(granted) => Ok(requested),
        Some(_) => Err(OAuthError::new(
            ErrorCode::InvalidScope,
            "the requested scope exceeds what was granted",
        )),
    }
}

/// Returns the audience of the new access token: the part `today` of the `granted` resources that
/// is still allowed, or the narrower requested one (RFC 8707 §2.2).
///
/// # Errors
/// Returns `invalid_target` for a requested resource that was not granted or is no longer open to
/// the client. Returns `invalid_grant` if no granted resource is allowed any more, because a token
/// for another audience was not granted.
pub fn narrow_resources(
    granted: &[String],
    today: &[String],
    requested: &[String],
) -> Result<Vec<String>, OAuthError> {
    let today_for = |requested: &String| {
        let found = find_resource(requested, today.iter().map(String::as_str));
        found.map(str::to_owned)
    };
    let Some(narrower) = requested.iter().map(today_for).collect::<Option<Vec<_>>>() else {
        return Err(OAuthError::new(
            ErrorCode::InvalidTarget,
            "the requested resource was not granted, or is no longer allowed for this client",
        ));
    };
    if !narrower.is_empty() {
        return Ok(narrower);
    }
    if today.is_empty() && !granted.is_empty() {
        return Err(OAuthError::new(
            ErrorCode::InvalidGrant,
            "no resource of the grant is allowed for this client any more",
        ));
    }
    Ok(today.to_vec())
}

#[cfg(test)]
mod tests;
