//! Sources that provision users and groups by SCIM (RFC 7644), and their names for these.

use serde::{Deserialize, Serialize};

use super::id::ScimSourceId;
use super::{GroupId, UserId};
use crate::secret::TokenHash;
use crate::time::{UnixSeconds, is_expired};

/// A source that provisions users and groups. It belongs to one organization or to the deployment, and reaches nothing
/// else.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScimSource {
    pub id: ScimSourceId,
    pub name: String,
    /// The organization; `None` for the deployment.
    pub org: Option<String>,
    pub token_hash: TokenHash,
    /// True if the e-mail addresses from the source count as verified.
    pub verifies_email: bool,
    /// The id of its creator; none for the command line.
    pub created_by: Option<String>,
    pub created_at: UnixSeconds,
    /// The time of the last request, precise to the minute.
    pub used_at: Option<UnixSeconds>,
    pub expires_at: Option<UnixSeconds>,
}

impl ScimSource {
    pub fn is_live(&self, now: UnixSeconds) -> bool {
        !self.expires_at.is_some_and(|end| is_expired(end, now))
    }
}

doorward_protocol::words! {
    /// The last act of a source on a user.
    #[derive(Default, Serialize, Deserialize)]
    #[serde(rename_all = "lowercase")]
    pub enum ScimState {
        #[default]
        Present = "present",
        /// Disabled by the source, which may enable the user again.
        Disabled = "disabled",
        /// Deleted by the source: disabled, and no longer a resource of it.
        Left = "left",
    }
}

/// A source's names for a user. They are labels, and never an identity: no other source sees them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScimUser {
    pub source_id: ScimSourceId,
    pub user_id: UserId,
    pub user_name: Option<String>,
    pub external_id: Option<String>,
    /// True if the source has created the account.
    pub is_own: bool,
    pub state: ScimState,
    pub created_at: UnixSeconds,
}

/// A source's names for a group.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScimGroup {
    pub source_id: ScimSourceId,
    pub group_id: GroupId,
    pub display_name: Option<String>,
    pub external_id: Option<String>,
    /// True if the source has created the group.
    pub is_own: bool,
    pub created_at: UnixSeconds,
}
