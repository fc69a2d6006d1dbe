//! Invitations into an organization, mailed to an address.

use super::{InvitationId, SubjectKind};
use crate::secret::TokenHash;
use crate::time::UnixSeconds;

/// Who invites: a person, or a client that acts for itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Inviter {
    /// Which of the two.
    pub kind: SubjectKind,
    /// Their id.
    pub id: String,
}

/// A mailed invitation. Of its link only the hash is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Invitation {
    /// Names it; ordered by time.
    pub id: InvitationId,
    /// SHA-256 of the token in the link.
    pub hash: TokenHash,
    /// Into which organization.
    pub org: String,
    /// The address that it was mailed to, as typed.
    pub email: String,
    /// The same, as addresses are compared.
    pub email_key: String,
    /// Who invites; none for the command line.
    pub inviter: Option<Inviter>,
    /// When it was made.
    pub created_at: UnixSeconds,
    /// When it is over.
    pub expires_at: UnixSeconds,
    /// When it was answered, taken back, or overtaken by a newer one.
    pub ended_at: Option<UnixSeconds>,
}

impl Invitation {
    /// Whether it may be answered at `now`.
    pub const fn is_live(&self, now: UnixSeconds) -> bool {
        self.ended_at.is_none() && now < self.expires_at
    }
}
