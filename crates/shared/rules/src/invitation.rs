//! Validity and recipients of invitations (decision 43).

use super::limits::rate_limit::Limit;
use doorward_domain::model::{Invitation, Organization, User};
use doorward_domain::time::UnixSeconds;

/// The TTL of an invitation, in seconds.
pub const TTL: i64 = 7 * 24 * 60 * 60;

pub const BY_INVITER: Limit = Limit::new("invitations", 20, 60 * 60);

/// The limit of invitations to one address for one organization.
pub const TO_ADDRESS: Limit = Limit::new("invitations-to-address", 3, 60 * 60);

/// The current state that an invitation is checked against.
#[derive(Clone, Copy, Debug)]
pub struct InvitationContext<'a> {
    pub organization: Option<&'a Organization>,
    /// True if the inviter may still invite.
    pub inviter_may: bool,
    pub now: UnixSeconds,
}

/// The reason why an invitation is invalid. Users see the same message for every reason.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InvitationError {
    /// Answered, withdrawn, or replaced by a newer one.
    Ended,
    Expired,
    /// The organization is deleted or inactive.
    NoOrganization,
    /// The inviter may no longer invite.
    NoInviter,
}

/// Checks that the invitation can still be answered.
pub fn check(
    invitation: &Invitation,
    state: &InvitationContext<'_>,
) -> Result<(), InvitationError> {
    if invitation.ended_at.is_some() {
        return Err(InvitationError::Ended);
    }
    if !invitation.is_live(state.now) {
        return Err(InvitationError::Expired);
    }
    let organization = state
        .organization
        .filter(|organization| organization.slug == invitation.org && organization.active);
    if organization.is_none() {
        return Err(InvitationError::NoOrganization);
    }
    if !state.inviter_may {
        return Err(InvitationError::NoInviter);
    }
    Ok(())
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RecipientError {
    /// Sent to another e-mail address.
    OtherAddress,
    Unverified,
    Oneself,
    /// The account is disabled or scheduled for deletion.
    NoAccount,
}

/// Checks that this user may answer the invitation. The link is not sufficient: the user must have
/// verified the address.
pub fn is_for(invitation: &Invitation, user: &User) -> Result<(), RecipientError> {
    if !user.is_active() || user.is_deletion_pending() {
        return Err(RecipientError::NoAccount);
    }
    if user.email_key != invitation.email_key {
        return Err(RecipientError::OtherAddress);
    }
    if !user.email_verified {
        return Err(RecipientError::Unverified);
    }
    let inviter = invitation.inviter.as_ref();
    if inviter.is_some_and(|inviter| inviter.id == user.id.to_string()) {
        return Err(RecipientError::Oneself);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
