//! What an invitation is good for, and for whom (SECURITY RC-1, RC-2; decision 43).

use super::rate_limit::Limit;
use crate::model::{Invitation, Organization, User};
use crate::time::UnixSeconds;

/// How long an invitation lives, in seconds.
pub const LIFE: i64 = 7 * 24 * 60 * 60;

/// Invitations of one inviter (RC-3).
pub const BY_INVITER: Limit = Limit {
    name: "invitations",
    quota: 20,
    window: 60 * 60,
};

/// Invitations to one address into one organization.
pub const TO_ADDRESS: Limit = Limit {
    name: "invitations-to-address",
    quota: 3,
    window: 60 * 60,
};

/// What is known when an invitation is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'a> {
    /// The organization, if it still exists.
    pub organization: Option<&'a Organization>,
    /// Whether who invites could still do so.
    pub inviter_may: bool,
    /// The time.
    pub now: UnixSeconds,
}

/// Why an invitation is good for nobody. People are told one thing for all.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InvitationError {
    /// It was answered, taken back, or a newer one was mailed.
    Ended,
    /// It is too old.
    Expired,
    /// The organization is gone or switched off.
    NoOrganization,
    /// Who invites may no longer let anybody in.
    NoInviter,
}

/// Whether anybody can answer this invitation.
pub fn check(invitation: &Invitation, standing: &Standing<'_>) -> Result<(), InvitationError> {
    if invitation.ended_at.is_some() {
        return Err(InvitationError::Ended);
    }
    if !invitation.is_live(standing.now) {
        return Err(InvitationError::Expired);
    }
    let organization = standing
        .organization
        .filter(|one| one.slug == invitation.org && one.active);
    if organization.is_none() {
        return Err(InvitationError::NoOrganization);
    }
    if !standing.inviter_may {
        return Err(InvitationError::NoInviter);
    }
    Ok(())
}

/// Why it is not for this person.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RecipientError {
    /// It was mailed to another address.
    OtherAddress,
    /// They have not proved that they read that address.
    Unverified,
    /// They invited themselves.
    Oneself,
    /// The account is switched off, or to be deleted.
    NoAccount,
}

/// Whether this person may answer it: the link is not enough, the proved address is.
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
