//! The one gate before every token (DESIGN §2.3): whoever asks, by whichever grant, the same
//! conditions are checked again at that moment.

use doorward_access::mutant::{self, Safeguard};
use doorward_protocol::error::{Cause, ErrorCode, OAuthError, Reason};
use doorward_protocol::token::GrantType;

use crate::model::{Client, Grant, Session, User};
use crate::rules::second_factor::FactorRequirement;
use crate::time::UnixSeconds;

/// Why no token may be issued or accepted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GrantCheckError {
    /// The client was switched off.
    ClientDisabled,
    /// The client may not use this grant (any more).
    GrantNotAllowed,
    /// The grant was revoked or is over.
    GrantEnded,
    /// The account is gone.
    UserGone,
    /// The account was switched off.
    UserDisabled,
    /// The account waits for its deletion.
    UserLeaving,
    /// The browser session ended, and the grant does not outlive it.
    SessionEnded,
    /// The person no longer belongs to the organization in whose name the grant was given.
    MembershipLost,
    /// A second factor is demanded, and the grant was given without one.
    SecondFactorMissing,
    /// A passkey is demanded, and the grant was given without one.
    PasskeyMissing,
}

impl GrantCheckError {
    /// What is wrong, for who may know.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::ClientDisabled => "the client is switched off",
            Self::GrantNotAllowed => "the client may not use this grant type",
            Self::GrantEnded => "the grant was revoked, or is over",
            Self::UserGone => "the account is gone",
            Self::UserDisabled => "the account is switched off",
            Self::UserLeaving => "the account waits for its deletion",
            Self::SessionEnded => "the session that it began in has ended",
            Self::MembershipLost => "the person does not belong to the organization",
            Self::SecondFactorMissing => "a second factor is demanded",
            Self::PasskeyMissing => "a passkey is demanded",
        }
    }

    /// The reason in the log.
    const fn logged(self) -> Reason {
        match self {
            Self::ClientDisabled => Reason::ClientDisabled,
            Self::GrantNotAllowed => Reason::GrantType,
            Self::GrantEnded => Reason::GrantEnded,
            Self::UserGone => Reason::UserGone,
            Self::UserDisabled => Reason::UserDisabled,
            Self::UserLeaving => Reason::UserLeaving,
            Self::SessionEnded => Reason::SessionEnded,
            Self::MembershipLost => Reason::MembershipLost,
            Self::SecondFactorMissing => Reason::SecondFactorMissing,
            Self::PasskeyMissing => Reason::PasskeyMissing,
        }
    }

    /// What the caller is told (RFC 6749 §5.2), with the reason for the log.
    pub fn to_error(self) -> OAuthError {
        self.told().because(self.logged())
    }

    fn told(self) -> OAuthError {
        match self {
            Self::ClientDisabled => {
                OAuthError::new(ErrorCode::InvalidClient, "client authentication failed")
            }
            Self::GrantNotAllowed => OAuthError::new(
                ErrorCode::UnauthorizedClient,
                "this client may not use that grant_type",
            ),
            Self::GrantEnded
            | Self::UserGone
            | Self::UserDisabled
            | Self::UserLeaving
            | Self::SessionEnded
            | Self::MembershipLost => {
                OAuthError::new(ErrorCode::InvalidGrant, "the grant is no longer valid")
            }
            Self::SecondFactorMissing => OAuthError::new(
                ErrorCode::InvalidGrant,
                "a second factor is required: the person has to sign in again",
            ),
            Self::PasskeyMissing => OAuthError::new(
                ErrorCode::InvalidGrant,
                "a passkey is required: the person has to sign in again",
            ),
        }
    }
}

/// A grant with all that its life depends on.
#[derive(Clone, Copy, Debug)]
pub struct GrantState<'a> {
    /// Who asks, or whom the token was issued to.
    pub client: &'a Client,
    /// What was allowed.
    pub grant: &'a Grant,
    /// Whose it is; none if the account is gone.
    pub user: Option<&'a User>,
    /// The session it began in; none if that is gone.
    pub session: Option<&'a Session>,
    /// Whether the person belongs to the grant's organization; true where it has none.
    pub is_member: bool,
    /// What the operator demands of the person now; the client may demand two factors besides.
    pub demand: FactorRequirement,
}

/// May tokens be issued for, or accepted from, this grant?
pub fn check_grant<'a>(
    standing: &GrantState<'a>,
    now: UnixSeconds,
) -> Result<&'a User, GrantCheckError> {
    if !standing.client.is_active() {
        return Err(GrantCheckError::ClientDisabled);
    }
    if !standing.grant.is_live(now) {
        return Err(GrantCheckError::GrantEnded);
    }
    let user = standing.user.ok_or(GrantCheckError::UserGone)?;
    if !user.is_active() && !mutant::is_disabled(Safeguard::AccountAtGate) {
        return Err(GrantCheckError::UserDisabled);
    }
    if user.is_deletion_pending() {
        return Err(GrantCheckError::UserLeaving);
    }
    // OIDC Core §11: offline access goes on when the person is not there.
    let present = standing
        .session
        .is_some_and(|session| session.holds_grants(now));
    let needed = !standing.grant.is_offline() && !mutant::is_disabled(Safeguard::SessionAtGate);
    if !present && needed {
        return Err(GrantCheckError::SessionEnded);
    }
    if !standing.is_member {
        return Err(GrantCheckError::MembershipLost);
    }
    let proof = &standing.grant.authentication;
    let two = standing.client.require_mfa || standing.demand > FactorRequirement::OneFactor;
    if two && !FactorRequirement::TwoFactors.is_met(proof) {
        return Err(GrantCheckError::SecondFactorMissing);
    }
    if !standing.demand.is_met(proof) {
        return Err(GrantCheckError::PasskeyMissing);
    }
    Ok(user)
}

/// May this client use this grant type now?
pub fn check_grant_type(client: &Client, grant_type: &GrantType) -> Result<(), GrantCheckError> {
    if !client.is_active() {
        return Err(GrantCheckError::ClientDisabled);
    }
    if !client.allows_grant(grant_type) {
        return Err(GrantCheckError::GrantNotAllowed);
    }
    Ok(())
}

/// The same as an error that names the grant type for the log.
///
/// # Errors
/// `invalid_client` and `unauthorized_client`.
pub fn check_use(client: &Client, grant_type: &GrantType) -> Result<(), OAuthError> {
    check_grant_type(client, grant_type).map_err(|refusal| {
        let cause = Cause::from(refusal.logged()).received(grant_type.as_str());
        refusal.told().because(cause)
    })
}

#[cfg(test)]
mod tests;
