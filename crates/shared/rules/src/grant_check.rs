//! The checks before every token: each request by any grant type checks the same current
//! conditions.

use crate::prelude::*;
use crate::second_factor::FactorRequirement;
use doorward_domain::model::GrantOrigin;

/// The reason why no token may be issued or accepted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GrantCheckError {
    ClientDisabled,
    /// The client may not (or no longer) use this grant type.
    GrantNotAllowed,
    GrantEnded,
    UserGone,
    UserDisabled,
    UserLeaving,
    /// The browser session has ended, and the grant does not outlive it.
    SessionEnded,
    MembershipLost,
    SecondFactorMissing,
    PasskeyMissing,
}

impl GrantCheckError {
    /// Returns the reason for the log, and for administrators and denial records.
    const fn reasons(self) -> (Reason, &'static str) {
        match self {
            Self::ClientDisabled => (Reason::ClientDisabled, "the client is disabled"),
            Self::GrantNotAllowed => (Reason::GrantType, "the client may not use this grant type"),
            Self::GrantEnded => (Reason::GrantEnded, "the grant was revoked or has expired"),
            Self::UserGone => (Reason::UserGone, "the account is deleted"),
            Self::UserDisabled => (Reason::UserDisabled, "the account is disabled"),
            Self::UserLeaving => (Reason::UserLeaving, "the account is scheduled for deletion"),
            Self::SessionEnded => (Reason::SessionEnded, "the session of the grant has ended"),
            Self::MembershipLost => (
                Reason::MembershipLost,
                "the user does not belong to the organization",
            ),
            Self::SecondFactorMissing => {
                (Reason::SecondFactorMissing, "a second factor is required")
            }
            Self::PasskeyMissing => (Reason::PasskeyMissing, "a passkey is required"),
        }
    }

    /// Returns the reason for administrators and denial records.
    pub const fn reason(self) -> &'static str {
        self.reasons().1
    }

    const fn logged(self) -> Reason {
        self.reasons().0
    }

    /// Returns the OAuth error for the client (RFC 6749 §5.2), with the reason for the log.
    pub fn to_error(self) -> OAuthError {
        self.to_oauth_error().because(self.logged())
    }

    fn to_oauth_error(self) -> OAuthError {
        match self {
            Self::ClientDisabled => OAuthError::invalid_client("client authentication failed"),
            Self::GrantNotAllowed => OAuthError::new(
                ErrorCode::UnauthorizedClient,
                "this client may not use that grant_type",
            ),
            Self::GrantEnded
            | Self::UserGone
            | Self::UserDisabled
            | Self::UserLeaving
            | Self::SessionEnded
            | Self::MembershipLost => OAuthError::invalid_grant("the grant is no longer valid"),
            Self::SecondFactorMissing => {
                let problem = "a second factor is required: the user must sign in again";
                OAuthError::invalid_grant(problem)
            }
            Self::PasskeyMissing => {
                OAuthError::invalid_grant("a passkey is required: the user must sign in again")
            }
        }
    }
}

/// A grant with the records that its validity depends on.
#[derive(Clone, Copy, Debug)]
pub struct GrantState<'a> {
    /// The client that requests the token, or that it was issued to.
    pub client: &'a Client,
    /// The client that the user gave the grant to: another one for an exchanged token.
    pub grantee: &'a Client,
    pub grant: &'a Grant,
    /// The user; none if the account is deleted.
    pub user: Option<&'a User>,
    /// The session that it began in; none if the row is deleted.
    pub session: Option<&'a Session>,
    /// True if the user is a member of the grant's organization, or the grant has none.
    pub is_member: bool,
    /// The operator's current requirement for the user; the client may also require two factors.
    pub demand: FactorRequirement,
}

/// Checks that the grant's client, user, session and membership still allow tokens.
pub fn check_grant<'a>(
    state: &GrantState<'a>,
    now: UnixSeconds,
) -> Result<&'a User, GrantCheckError> {
    if !state.client.is_active() {
        return Err(GrantCheckError::ClientDisabled);
    }
    if !state.grant.is_live(now) {
        return Err(GrantCheckError::GrantEnded);
    }
    let user = state.user.ok_or(GrantCheckError::UserGone)?;
    if !user.is_active() && !mutant::is_disabled(Safeguard::AccountAtGate) {
        return Err(GrantCheckError::UserDisabled);
    }
    if user.is_deletion_pending() {
        return Err(GrantCheckError::UserLeaving);
    }
    // OIDC Core §11: offline access continues without a session of the user.
    let present = state
        .session
        .is_some_and(|session| session.holds_grants(now));
    let needed = !outlives_session(state.grant, state.grantee)
        && !mutant::is_disabled(Safeguard::SessionAtGate);
    if !present && needed {
        return Err(GrantCheckError::SessionEnded);
    }
    if !state.is_member {
        return Err(GrantCheckError::MembershipLost);
    }
    let proof = &state.grant.authentication;
    let demand = state.demand.max(state.client.factor_requirement());
    if demand > FactorRequirement::OneFactor && !FactorRequirement::TwoFactors.is_met_by(proof) {
        return Err(GrantCheckError::SecondFactorMissing);
    }
    if !demand.is_met_by(proof) {
        return Err(GrantCheckError::PasskeyMissing);
    }
    Ok(user)
}

/// Returns true if the grant outlives the browser session or never had one: its client has offline
/// access (OIDC Core §11), and may still request it.
pub fn outlives_session(grant: &Grant, grantee: &Client) -> bool {
    if grant.origin == GrantOrigin::Assertion {
        return true;
    }
    let scope = grantee.scope_today(&grant.scope);
    grant.client_id == grantee.id && scope.contains(Scope::OFFLINE_ACCESS)
}

/// Checks that this client may currently use this grant type.
pub fn check_grant_type(client: &Client, grant_type: &GrantType) -> Result<(), GrantCheckError> {
    if !client.is_active() {
        return Err(GrantCheckError::ClientDisabled);
    }
    if !client.allows_grant(grant_type) {
        return Err(GrantCheckError::GrantNotAllowed);
    }
    Ok(())
}

/// Checks like [`check_grant_type`], with an error that names the grant type for the log.
pub fn check_use(client: &Client, grant_type: &GrantType) -> Result<(), OAuthError> {
    check_grant_type(client, grant_type).map_err(|error| {
        let cause = Cause::from(error.logged()).received(grant_type.as_str());
        error.to_oauth_error().because(cause)
    })
}

#[cfg(test)]
mod tests;
