//! Invitations to an organization, sent to an e-mail address.

use serde::{Deserialize, Serialize};

use super::{BulkChangeId, GroupId, InvitationId, SubjectKind};
use crate::secret::TokenHash;
use crate::time::UnixSeconds;

/// The subject who invites: a user, or a client that acts for itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Inviter {
    pub kind: SubjectKind,
    pub id: String,
}

/// The access in the organization that a user gets beside the membership, if the inviter may still give it
/// when the user accepts.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct InvitedAccess {
    /// Names of roles.
    #[serde(default)]
    pub roles: Vec<String>,
    #[serde(default)]
    pub groups: Vec<GroupId>,
    /// End of the membership; `None` if it does not end.
    #[serde(default)]
    pub member_until: Option<UnixSeconds>,
}

impl InvitedAccess {
    pub const fn gives_nothing(&self) -> bool {
        self.roles.is_empty() && self.groups.is_empty()
    }
}

/// An invitation by mail. Only the hash of its link token is stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Invitation {
    /// The identifier; ordered by time.
    pub id: InvitationId,
    pub hash: TokenHash,
    pub org: String,
    /// The address that it was sent to, as typed.
    pub email: String,
    /// The normalized address, for comparison.
    pub email_key: String,
    /// The inviter; none for the command line.
    pub inviter: Option<Inviter>,
    pub created_at: UnixSeconds,
    pub expires_at: UnixSeconds,
    /// The time at which it was answered, withdrawn, or replaced by a newer one.
    pub ended_at: Option<UnixSeconds>,
    pub access: InvitedAccess,
    /// The batch of a file.
    pub batch: Option<BulkChangeId>,
    /// The time since which its mail waits; `None` if it was sent.
    pub queued_at: Option<UnixSeconds>,
}

impl Invitation {
    pub const fn is_live(&self, now: UnixSeconds) -> bool {
        self.ended_at.is_none() && now < self.expires_at
    }
}
